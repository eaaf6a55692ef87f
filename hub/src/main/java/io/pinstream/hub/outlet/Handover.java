package io.pinstream.hub.outlet;

import io.pinstream.hub.log.OutletLog;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Hands the events of a batch to the sink, and deals with what becomes of them: opens the sink and opens it anew,
/// waits before what is tried again, writes dead letters. For one thread at a time: a call of [#send] is made by
/// the sink's, everything else by the outlet's.
///
/// It waits where the peer asked for it, where nothing of a call arrived, and where nothing is left but what
/// belongs to devices that are held back.
final class Handover implements AutoCloseable {
    private final OutletConfig config;
    private final OutletLog log;
    private final TimeSource time;
    private final Progress progress;
    private final Backoff backoff;
    private final Calls calls;
    private @Nullable Sink sink;
    private OutletLog.@Nullable Letters letters;
    private long waitingSince;
    private Duration waiting = Duration.ZERO;

    Handover(OutletConfig config, OutletLog log, TimeSource time, Progress progress) {
        this.config = config;
        this.log = log;
        this.time = time;
        this.progress = progress;
        this.backoff = new Backoff(config.retry().first(), config.retry().longest(), new Random());
        this.calls = new Calls(config);
    }

    /// How long it still wants to wait.
    Duration patience() {
        var left = waiting.minusNanos(time.nanos() - waitingSince);
        return left.isPositive() ? left : Duration.ZERO;
    }

    private void waitFor(Duration asked) {
        var own = backoff.next();
        waiting = asked.compareTo(own) > 0 ? asked : own;
        waitingSince = time.nanos();
    }

    /// One call of the sink, or as many at once as it takes.
    void send(Batch batch) throws InterruptedException {
        try {
            var open = opened();
            send(batch, open);
        } catch (IOException lost) {
            progress.trouble(reason(lost));
            reopen();
            batch.release();
            waitFor(Duration.ZERO);
        }
    }

    private Sink opened() throws IOException, InterruptedException {
        var open = sink;
        if (open == null) {
            open = config.target().open(time);
            sink = open;
        }
        return open;
    }

    private void send(Batch batch, Sink open) throws IOException, InterruptedException {
        var limits = open.limits();
        var packs = batch.packs(limits, open::size);
        if (packs.isEmpty()) { // all that is left is held back
            batch.release();
            waitFor(Duration.ZERO);
            return;
        }
        var tooLarge = packs.stream()
                .map(List::getFirst)
                .filter(entry -> open.size(entry.event()) > limits.bytes())
                .toList();
        if (!tooLarge.isEmpty()) { // each is alone in its pack
            settle(
                    batch,
                    tooLarge,
                    tooLarge.stream()
                            .map(entry -> tooLarge(entry, open, limits.bytes()))
                            .toList());
            return;
        }
        tried(packs);
        settle(batch, calls.make(open, packs));
    }

    /// What was answered counts, also beside a call that was lost.
    private void settle(Batch batch, List<Calls.Answer> answers) throws IOException {
        var entries = new ArrayList<Batch.Entry>();
        var outcomes = new ArrayList<Outcome>();
        IOException lost = null;
        for (var answer : answers) {
            switch (answer) {
                case Calls.Answered(var theirs, var became) -> {
                    entries.addAll(theirs);
                    outcomes.addAll(became);
                }
                case Calls.Lost(var reason) -> lost = reason;
            }
        }
        if (!entries.isEmpty()) {
            settle(batch, entries, outcomes);
        }
        if (lost != null) {
            throw lost;
        }
    }

    private Outcome tooLarge(Batch.Entry entry, Sink open, int most) {
        return new Outcome.Never("it has %d bytes, but %s takes at most %d"
                .formatted(open.size(entry.event()), config.target().name(), most));
    }

    private void tried(List<List<Batch.Entry>> packs) {
        long now = time.nanos();
        long repeated = 0;
        for (var pack : packs) {
            for (var entry : pack) {
                entry.tried(now);
                repeated += entry.tries() > 1 ? 1 : 0;
            }
        }
        progress.repeated(repeated);
    }

    private void settle(Batch batch, List<Batch.Entry> packed, List<Outcome> outcomes) {
        int before = batch.left();
        long sent = 0;
        long unheard = 0;
        var asked = Duration.ZERO;
        var trouble = "";
        for (int i = 0; i < packed.size(); i++) {
            var entry = packed.get(i);
            var outcome = judged(entry, outcomes.get(i));
            switch (outcome) {
                case Outcome.Sent(boolean heard) -> {
                    entry.settle();
                    sent++;
                    unheard += heard ? 0 : 1;
                }
                case Outcome.Again(String reason, Duration after) -> {
                    batch.hold(entry.event().device());
                    trouble = trouble.isEmpty() ? reason : trouble;
                    asked = after.compareTo(asked) > 0 ? after : asked;
                }
                case Outcome.Never(String reason) -> {
                    var problem = bury(entry, reason);
                    if (problem.isEmpty()) {
                        entry.settle();
                    } else {
                        batch.hold(entry.event().device());
                        trouble = problem;
                    }
                }
            }
        }
        batch.sweep();
        progress.sent(sent, unheard);
        if (!trouble.isEmpty()) {
            progress.trouble(trouble);
            if (batch.left() == before || asked.isPositive()) {
                batch.release();
                waitFor(asked);
            }
        } else if (!batch.isHolding()) {
            backoff.reset();
            progress.works();
        }
    }

    private Outcome judged(Batch.Entry entry, Outcome outcome) {
        var limit = config.retry().giveUpAfter();
        if (outcome instanceof Outcome.Again(String reason, var _)
                && limit.isPresent()
                && time.nanos() - entry.firstTry() > limit.get().toNanos()) {
            return new Outcome.Never("given up after %d tries in %d s: %s"
                    .formatted(entry.tries(), limit.get().toSeconds(), reason));
        }
        return outcome;
    }

    /// Writes a dead letter; says why it could not, or nothing.
    private String bury(Batch.Entry entry, String reason) {
        try {
            var open = letters;
            if (open == null) {
                open = log.letters(config.name(), config.from());
                letters = open;
            }
            open.put(entry.event(), reason);
            progress.dead(reason);
            return "";
        } catch (IOException away) {
            return reason(away);
        }
    }

    private static String reason(IOException failure) {
        var message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    /// Closes the sink; the next call opens another one.
    void reopen() {
        if (sink != null) {
            sink.close();
            sink = null;
        }
    }

    @Override
    public void close() {
        reopen();
        if (letters != null) {
            letters.close();
            letters = null;
        }
    }
}
