package io.pinstream.agent.outbox;

import io.pinstream.delivery.Courier;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.time.TimeSource;
import io.pinstream.time.UnknownTime;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.SenmlDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An outbox whose events get their wall time on the way out, if they were taken before the clock was set and in
/// this boot. Those of an earlier boot stay `time-unknown`: nobody knows how long the device was off.
///
/// On the disk nothing changes. A row that was sent with an unknown time and is sent again after the clock was set
/// differs from itself; the hub commits one of the two.
public final class RestampedOutbox implements Outbox {
    private static final byte[] MARK = Flaw.TIME_UNKNOWN.text().getBytes(StandardCharsets.US_ASCII);

    private final Outbox outbox;
    private final DeviceId device;
    private final TimeSource time;
    private final long firstOfThisBoot;
    private final SenmlDecoder decoder = new SenmlDecoder(SenmlCodec.Limits.DEFAULT);

    private RestampedOutbox(Outbox outbox, DeviceId device, TimeSource time, long firstOfThisBoot) {
        this.outbox = outbox;
        this.device = device;
        this.time = time;
        this.firstOfThisBoot = firstOfThisBoot;
    }

    /// @param outbox just opened, before anything is appended; closed with this one, also if this fails
    /// @param folder where the outbox is, and where it stands which row was the first of which boot
    /// @param boot what tells this boot from others; empty: only this run is known
    /// @throws IOException if the folder cannot be read or written
    public static RestampedOutbox over(
            Outbox outbox, DeviceId device, Path folder, Optional<String> boot, TimeSource time) throws IOException {
        long next = outbox.lastDurable() + 1;
        try {
            long first = boot.isPresent() ? BootFile.firstRow(folder, boot.get(), next) : next;
            return new RestampedOutbox(outbox, device, time, first);
        } catch (IOException failure) {
            outbox.close();
            throw failure;
        }
    }

    @Override
    public Entry entry(long row) throws IOException {
        var entry = outbox.entry(row);
        return entry instanceof Entry.Row(long number, Payload payload)
                        && number >= firstOfThisBoot
                        && time.wallTimeIsKnown()
                        && hasMark(payload.bytes())
                ? new Entry.Row(number, restamped(payload))
                : entry;
    }

    private Payload restamped(Payload payload) {
        return switch (decoder.decode(device, payload)) {
            case SenmlCodec.Decoded.Events(List<Event> events) ->
                SenmlCodec.encode(device, events.stream().map(this::restamped).toList(), payload.format());
            // It was encoded here: the hub will say what is wrong with it.
            case SenmlCodec.Decoded.Malformed _ -> payload;
        };
    }

    private Event restamped(Event event) {
        return event.quality().flaws().contains(Flaw.TIME_UNKNOWN)
                ? new Event(
                        event.kind(),
                        event.sensor(),
                        UnknownTime.told(event.time(), time),
                        event.quality().without(Flaw.TIME_UNKNOWN),
                        event.measurements())
                : event;
    }

    /// Both formats hold the flaw's text as it is; nearly every pack is without it and is not decoded.
    private static boolean hasMark(byte[] bytes) {
        for (int at = 0; at + MARK.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + MARK.length, MARK, 0, MARK.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Appended append(Packed packed) throws IOException {
        return outbox.append(packed);
    }

    @Override
    public void flush() throws IOException {
        outbox.flush();
    }

    @Override
    public long lastDurable() {
        return outbox.lastDurable();
    }

    @Override
    public Courier.Memory memory() {
        return outbox.memory();
    }

    @Override
    public void remember(Courier.Memory memory) throws IOException {
        outbox.remember(memory);
    }

    @Override
    public Figures figures() {
        return outbox.figures();
    }

    @Override
    public void close() throws IOException {
        outbox.close();
    }
}
