package io.pinstream.hub.log;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.time.TimeSource;
import java.io.IOException;

/// Foreign devices' transactions in Kafka, under an id of this hub's own: two hubs never fence each other here.
public final class KafkaForeignLog implements ForeignLog {
    private final KafkaSettings settings;
    private final Transactions transactions;
    private final EventRecords records;

    private KafkaForeignLog(KafkaSettings settings, TimeSource time, Transactions transactions) {
        this.settings = settings;
        this.transactions = transactions;
        this.records = new EventRecords(settings.events(), time);
    }

    /// @param hub the name of this hub, unique among those that run
    /// @throws IOException if Kafka does not answer or refuses
    public static KafkaForeignLog open(KafkaSettings settings, String hub, TimeSource time) throws IOException {
        return new KafkaForeignLog(settings, time, Transactions.open(settings, settings.prefix() + "-foreign-" + hub));
    }

    @Override
    public void event(DeviceId device, String id, Event event) {
        transactions.send(records.atLeastOnce(device, id, event));
    }

    @Override
    public void deadLetter(String key, DeadLetter letter) {
        transactions.send(letter.toRecord(settings.deadLetters(), key));
    }

    @Override
    public LaneLog.Outcome commit() {
        return transactions.commit();
    }

    @Override
    public void close() {
        transactions.close();
    }
}
