package io.pinstream.agent;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.service.Service;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.lifecycle.Closer;
import io.pinstream.lifecycle.Loop;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An agent on the board of this machine, as a [Service] runs it.
record ServedAgent(AgentConfig config, EdgeAgent agent, Closer closer) implements Service.Agent {
    /// @throws IOException if board or outbox cannot be opened; nothing is left open
    static ServedAgent open(AgentConfig config, TimeSource time, AgentWatch watch) throws IOException {
        var closer = new Closer();
        try {
            var board = closer.add(Board.open(config.board(), time));
            var agent = closer.add(EdgeAgent.start(config, EdgeAgent.World.of(board, watch)));
            return new ServedAgent(config, agent, closer);
        } catch (IOException failure) {
            throw closer.closeAfter(failure);
        } catch (RuntimeException failure) {
            throw closer.closeAfter(failure);
        }
    }

    /// The configuration as it stands in the file now. What names the outbox's contents may not change while they
    /// are to go on: the device, and the folder.
    static Service.Outcome<AgentConfig> reread(Path file, AgentConfig current) {
        var read = AgentConfig.read(file);
        if (read.config().isEmpty()) {
            return new Service.Outcome.Bad<>(
                    read.problems().stream().map(Object::toString).toList());
        }
        var next = read.config().get();
        List<String> fixed = new ArrayList<>();
        fixed(fixed, file, "device", current.device(), next.device());
        fixed(
                fixed,
                file,
                "outbox.folder",
                current.outbox().folder(),
                next.outbox().folder());
        return fixed.isEmpty() ? new Service.Outcome.Good<>(next) : new Service.Outcome.Bad<>(fixed);
    }

    private static void fixed(List<String> problems, Path file, String key, Object is, Object wanted) {
        if (!is.equals(wanted)) {
            problems.add("%s: %s is %s and cannot become %s by a reload: restart the agent for that"
                    .formatted(file, key, is, wanted));
        }
    }

    @Override
    public Map<String, Loop> loops() {
        return agent.loops();
    }

    @Override
    public String status() {
        var waiting = agent.figures();
        return "device %s: %d sensors, %d events wait in %d KiB of outbox"
                .formatted(config.device(), config.sensors().size(), waiting.events(), waiting.bytes() >> 10);
    }

    @Override
    public void close() throws IOException {
        closer.close();
    }
}
