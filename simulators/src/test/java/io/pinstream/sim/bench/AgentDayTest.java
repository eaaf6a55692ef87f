package io.pinstream.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.sim.rehearsal.Publication;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The invariant: what an agent needs does not grow with how long it runs. A short form of
/// `pinstream-sim bench --hours 24`.
@Timeout(120)
class AgentDayTest {
    private static final Duration LENGTH = Duration.ofMinutes(40);
    private static final Duration LOOK = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    @Test
    void nothingGrowsWhileAnAgentRuns() throws Exception {
        assertThat(grown(_ -> {})).isEmpty();
    }

    @Test
    void findsObjectsThatAreKept() throws Exception {
        var kept = new ArrayList<Publication>();

        assertThat(grown(kept::add)).singleElement().asString().startsWith("bytes of live objects: ");
    }

    @Test
    void findsThreadsAndFilesAndClassesThatBecomeMore() {
        var before = new AgentDay.Look(LOOK, 1, 1_000, 20, 10, 3_000, 5_000);
        var after = new AgentDay.Look(LOOK.multipliedBy(3), 3, 1_000, 21, 11, 3_100, 9L << 20);

        assertThat(AgentDay.grown(List.of(before, before, after)))
                .extracting(sentence -> sentence.substring(0, sentence.indexOf(':')))
                .containsExactly("threads", "open files", "classes", "bytes of the outbox");
    }

    private List<String> grown(Consumer<Publication> also) throws IOException, InterruptedException {
        var settings = new AgentDay.Settings(LENGTH, LOOK, folder);
        return new AgentDay(settings, also).run(new PrintStream(OutputStream.nullOutputStream()));
    }
}
