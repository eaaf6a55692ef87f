package io.pinstream.sim.fleet;

import io.pinstream.agent.link.ResendTimer;
import io.pinstream.delivery.Courier;
import io.pinstream.event.DeviceId;
import io.pinstream.sim.mqtt.MqttConnection;
import io.pinstream.time.Backoff;
import io.pinstream.wire.DeviceState;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.MessageCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/// One device of a fleet: a schedule, a real [Courier], and a connection of its own. One virtual thread runs it
/// and owns all of it.
final class Device implements Runnable {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /// As an agent asks.
    private static final Duration HELLO = Duration.ofSeconds(1);
    private static final Duration LONGEST_HELLO = Duration.ofSeconds(30);
    /// So many silent time-outs one after the other are a doubt: ask instead of sending again.
    private static final int DOUBT = 3;
    /// How often it looks whether the fleet is ending, when there is nothing else to do.
    private static final long LOOK = Duration.ofSeconds(2).toNanos();

    private final Run run;
    private final DeviceId id;
    private final Schedule schedule;
    private final Readings readings;
    private final Rows rows;
    private final Courier courier;
    private final SplittableRandom nonces;
    private final SplittableRandom streams;
    private final ResendTimer timer = new ResendTimer();
    private final Backoff hellos;
    private final long[] sentAt = new long[Rows.WINDOW];

    private boolean drawsStream;
    private long fresh;
    private long acked;
    private long resentUpTo;
    private long progressAt;
    private long helloDue;
    private boolean answered;

    Device(Run run, int number) {
        this.run = run;
        this.id = run.plan().device(number);
        this.schedule = new Schedule(run.plan(), run.salt(), number);
        this.readings = new Readings(run.plan(), id, schedule);
        this.rows = new Rows(schedule, run.plan().load().packs());
        this.nonces = schedule.dice(3);
        this.streams = schedule.dice(4);
        this.hellos = new Backoff(HELLO, LONGEST_HELLO, nonces);
        // How often a device says hello depends on the machine; the name of its stream must not.
        this.courier =
                new Courier(id, Courier.Memory.NONE, Rows.WINDOW, () -> (drawsStream ? streams : nonces).nextLong());
    }

    /// Lives until everything is acknowledged, or until it is interrupted.
    @Override
    public void run() {
        var pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, schedule.dice(5));
        try {
            sleepUntil(schedule.begins());
            while (!isFinished()) {
                long silentUntil = run.isEnding() ? 0 : schedule.silentUntil(run.now());
                if (silentUntil > 0) {
                    run.tallies().silences.increment();
                    sleepUntil(silentUntil);
                } else if (!connectAndServe(pauses)) {
                    Thread.sleep(pauses.next());
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // understood as the end of this device
        } finally {
            run.tallies().ended.incrementAndGet();
        }
    }

    private void sleepUntil(long then) throws InterruptedException {
        for (long rest = then - run.now(); rest > 0 && !run.isEnding(); rest = then - run.now()) {
            Thread.sleep(Duration.ofNanos(Math.min(rest, LOOK)));
        }
    }

    /// Whether there is nothing left to send, and never will be.
    private boolean isFinished() {
        make(run.now());
        return (rows.isAtItsEnd() || run.isEnding()) && courier.memory().acked() >= rows.made();
    }

    /// @return whether it may go on at once; else it waits first, as an agent whose link is lost
    private boolean connectAndServe(Backoff pauses) {
        var tallies = run.tallies();
        var will = state(false);
        try (var connection = MqttConnection.open(
                new MqttConnection.Login(run.broker(), id.value(), Optional.of(will)), run.time())) {
            connection.subscribe(run.topics().down(id));
            tallies.connections.increment();
            tallies.connected.incrementAndGet();
            pauses.reset();
            try {
                return serve(connection);
            } finally {
                tallies.connected.decrementAndGet();
                tallies.unheard.add(connection.unheard());
            }
        } catch (IOException failure) {
            if (!Thread.currentThread().isInterrupted()) {
                tallies.failures.increment();
                tallies.lastFailure = Words.of(failure, run.broker());
            }
            return false;
        }
    }

    /// @return whether it may go on at once
    private boolean serve(MqttConnection connection) throws IOException {
        connection.publish(state(true), true);
        doubt(run.now()); // rule 1
        long storm = schedule.nextStorm(run.now());
        long silence = schedule.nextSilence(run.now());
        while (!isFinished()) {
            long now = run.now();
            if (now >= storm && !run.isEnding()) {
                run.tallies().stormed.increment();
                return false; // closed without a word: the broker publishes the will
            }
            if (now >= silence && !run.isEnding()) {
                return true;
            }
            resendIfOverdue(now);
            long due = courier.isGreeted() ? sendPacks(connection, now) : sendHello(connection, now);
            due = Math.min(Math.min(due, rows.nextDue()), Math.min(storm, silence));
            var answer = connection.receive(Math.clamp(due - now, 0, LOOK));
            if (answer.isPresent()
                    && run.codec().decode(answer.get()) instanceof MessageCodec.Decoded.Good(Message message)) {
                take(message, run.now());
            }
        }
        connection.publish(state(false), true);
        connection.disconnect();
        return true;
    }

    private void make(long now) {
        if (!run.isEnding()) {
            long more = rows.make(now, run.plan().load().eventsPerPack());
            if (more > 0) {
                run.tallies().made.add(more);
                count();
            }
        }
    }

    private void doubt(long now) {
        courier.greet();
        hellos.reset();
        helloDue = now;
    }

    /// Rule 1: asks until it is answered.
    private long sendHello(MqttConnection connection, long now) throws IOException {
        if (now >= helloDue && connection.canPublish() && courier.next(0) instanceof Courier.Step.Greet greet) {
            connection.publish(run.codec().encode(greet.hello()), false);
            helloDue = now + hellos.next().toNanos();
        }
        return helloDue;
    }

    /// Rule 2.
    private void resendIfOverdue(long now) {
        if (courier.isGreeted() && isInFlight() && now - progressAt >= timer.timeout()) {
            timer.backOff();
            progressAt = now;
            resentUpTo = fresh;
            if (timer.backedOff() % DOUBT == 0) {
                doubt(now);
            } else {
                courier.resend();
            }
        }
    }

    private boolean isInFlight() {
        return courier.sent() > courier.memory().acked();
    }

    private long sendPacks(MqttConnection connection, long now) throws IOException {
        while (connection.canPublish() && courier.next(rows.made()) instanceof Courier.Step.Send send) {
            send(connection, send, now);
        }
        return isInFlight() ? progressAt + timer.timeout() : Schedule.NEVER;
    }

    private void send(MqttConnection connection, Courier.Step.Send send, long now) throws IOException {
        long begins = rows.begins(send.row());
        var payload = readings.pack(begins, schedule.lasts(begins));
        connection.publish(
                run.codec()
                        .encode(new Pack(
                                id, send.stream(), send.supersedes(), send.sequence(), OptionalLong.empty(), payload)),
                false);
        if (!isInFlight()) {
            progressAt = now;
        }
        if (send.row() > fresh) {
            fresh = send.row();
            sentAt[(int) (send.row() % Rows.WINDOW)] = now;
            run.tallies().sent.increment();
        } else {
            run.tallies().resent.increment();
        }
        courier.sent(send.row());
    }

    private void take(Message message, long now) {
        boolean wasGreeted = courier.isGreeted();
        drawsStream = !wasGreeted;
        var effect = courier.receive(message);
        drawsStream = false;
        if (wasGreeted && !courier.isGreeted()) { // rule 5: the courier is in doubt
            hellos.reset();
            helloDue = now;
        }
        if (!wasGreeted && courier.isGreeted()) {
            greeted();
        }
        switch (effect) {
            case NONE, NEW_STREAM -> {}
            case NEW_STREAM_HUB_WENT_BACK -> run.tallies().hubWentBack.increment();
            case ADVANCED -> advanced(now);
        }
    }

    private void greeted() {
        timer.progressed();
        resentUpTo = fresh;
        if (!answered) {
            answered = true;
            run.tallies().answered.incrementAndGet();
        }
    }

    private void advanced(long now) {
        long to = Math.min(courier.memory().acked(), fresh);
        for (long row = acked + 1; row <= to; row++) {
            long roundTrip = now - sentAt[(int) (row % Rows.WINDOW)];
            run.tallies().latencies.add(roundTrip);
            if (row == acked + 1 && row > resentUpTo) {
                timer.sample(roundTrip); // of what was sent twice nobody knows which sending was answered
            }
        }
        timer.progressed();
        progressAt = now;
        count();
    }

    /// A hub that knows this stream from an earlier run of the same plan acknowledges what this run has not sent.
    private void count() {
        long reached = courier.memory().acked();
        long own = Math.min(reached, fresh);
        if (own > acked) {
            run.tallies().acknowledged.add(own - acked);
            acked = own;
        }
        long known = Math.min(reached, rows.made());
        if (known > fresh) {
            run.tallies().known.add(known - fresh);
            fresh = known;
            acked = known;
        }
    }

    private Envelope state(boolean online) {
        // A state says since when: for the will, that is the last reading before the connection.
        long since = online || rows.made() == 0 ? schedule.begins() : rows.reached();
        return new Envelope(
                run.topics().state(id),
                Optional.of(DeviceState.CONTENT_TYPE),
                Map.of(),
                readings.state(online, since).toJson());
    }
}
