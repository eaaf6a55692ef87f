package io.pinstream.sim.board;

import com.pi4j.context.Context;
import com.pi4j.exception.ShutdownException;
import com.pi4j.io.exception.IOException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputBase;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalInputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import io.pinstream.agent.board.StampedEdge;
import io.pinstream.sim.chip.SimulatedLine;
import io.pinstream.time.TimeSource;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// Pi4J's digital inputs on simulated lines. Edges carry time stamp and number, as the kernel gives them.
final class SimulatedInputProvider extends DigitalInputProviderBase {
    private final IntFunction<SimulatedLine> lines;
    private final TimeSource time;
    private final Consumer<Connection> opened;

    /// @param opened hears of every line that the board opens
    SimulatedInputProvider(IntFunction<SimulatedLine> lines, TimeSource time, Consumer<Connection> opened) {
        super("simulated-digital-input", "Simulated digital input");
        this.lines = lines;
        this.time = time;
        this.opened = opened;
    }

    @Override
    public DigitalInput create(DigitalInputConfig config) {
        var line = lines.apply(config.bcm());
        if (config.pull() != PullResistance.OFF) {
            line.pull(config.pull() == PullResistance.PULL_UP);
        }
        var input = new Input(this, config, line);
        context().registry().add(input);
        var debounce = config.debounce();
        var ear = new SimulatedLine.Ear() {
            @Override
            public void edge(boolean high, long sequence, long nanos) {
                input.hear(high, nanos, sequence);
            }

            @Override
            public long nanos() {
                return time.nanos();
            }
        };
        line.request(ear, debounce != null && debounce > 0);
        opened.accept(new Connection.Line(config.bcm(), line));
        return input;
    }

    private static final class Input extends DigitalInputBase {
        private final SimulatedLine line;

        Input(DigitalInputProvider provider, DigitalInputConfig config, SimulatedLine line) {
            super(provider, config);
            this.line = line;
        }

        @Override
        public DigitalState state() {
            try {
                return DigitalState.getState(line.isHigh());
            } catch (java.io.IOException gone) {
                throw new IOException("line %d: %s".formatted(config().bcm(), gone.getMessage()), gone);
            }
        }

        private void hear(boolean high, long nanos, long sequence) {
            dispatch(new StampedEdge(this, DigitalState.getState(high), nanos, sequence));
        }

        @Override
        public DigitalInput shutdownInternal(Context context) throws ShutdownException {
            line.release();
            return super.shutdownInternal(context);
        }
    }
}
