package io.pinstream.hub;

import io.pinstream.config.Amounts;
import io.pinstream.hub.log.KafkaOutletLog;
import io.pinstream.hub.outlet.Outlets;
import io.pinstream.hub.outlet.Wish;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pinstream-hub outlet NAME pause|resume|replay`: says in Kafka what is wanted of an outlet. Every hub obeys it,
/// those that start later included; no hub has to run.
@Command(
        name = "outlet",
        description = {
            "Lets an outlet rest, go on, or send again what came since a time, in all hubs. What is wanted is kept in"
                    + " Kafka, so that no hub has to run; ask the hubs at /api/v1/outlets how they do.",
            "",
            "  pinstream-hub outlet alarms pause -c hub.yaml",
            "  pinstream-hub outlet alarms replay --from 2h -c hub.yaml",
            "",
            "Exit codes: 0 Kafka keeps it, 2 an option or a name is wrong, 69 Kafka does not answer, 78 the configuration"
                    + " is wrong."
        },
        mixinStandardHelpOptions = true)
final class OutletCommand implements Callable<Integer> {
    /// What is wanted.
    enum Action {
        PAUSE,
        RESUME,
        REPLAY
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Parameters(index = "0", paramLabel = "NAME", description = "an outlet of the configuration")
    private String name = "";

    @Parameters(index = "1", paramLabel = "ACTION", description = "pause, resume or replay")
    private Action action = Action.PAUSE;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "for replay: a time such as 2026-11-23T04:40:14Z, or how long ago, such as 2h")
    private @Nullable String from;

    @Override
    public Integer call() throws UnusableConfig, IOException, InterruptedException {
        var loaded = config.load().config();
        var time = TimeSource.system();
        if (loaded.outlets().stream().noneMatch(outlet -> outlet.name().equals(name))) {
            var known = loaded.outlets().stream().map(outlet -> outlet.name()).toList();
            throw wrong("%s has no outlet \"%s\"; it has %s"
                    .formatted(config.name(), name, known.isEmpty() ? "none" : String.join(", ", known)));
        }
        var wanted = Outlets.want(new KafkaOutletLog(loaded.kafka(), time), name, change(time.instant()));
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(
                action == Action.REPLAY
                        ? "%s will send again what came since %s%s"
                                .formatted(
                                        name,
                                        wanted.replay().from(),
                                        wanted.paused() ? ", once it is no longer paused" : "")
                        : "%s will %s".formatted(name, wanted.paused() ? "rest" : "go on"));
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private java.util.function.UnaryOperator<Wish> change(Instant now) {
        var since = from;
        if (action != Action.REPLAY) {
            if (since != null) {
                throw wrong("--from is for replay only");
            }
            return wish -> wish.pause(action == Action.PAUSE);
        }
        if (since == null) {
            throw wrong("replay needs --from, such as --from 2h");
        }
        var begin = begin(since, now);
        return wish -> wish.replay(begin, now);
    }

    private Instant begin(String since, Instant now) {
        var ago = Amounts.duration(since);
        try {
            var begin = ago.isPresent() ? now.minus(ago.get()) : Instant.parse(since);
            if (begin.isAfter(now)) {
                throw wrong("--from must not be in the future, but is " + begin);
            }
            return begin;
        } catch (DateTimeException bad) {
            throw wrong("--from must be a time such as 2026-11-23T04:40:14Z, or how long ago: %s; but was \"%s\""
                    .formatted(Amounts.DURATION_FORM, since));
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), what);
    }
}
