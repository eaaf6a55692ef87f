package io.pinstream.agent.linux;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputBase;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalInputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;
import io.pinstream.agent.board.StampedEdge;
import java.io.IOException;

/// Pi4J's digital inputs on the kernel's GPIO lines. Edges carry the kernel's time stamp and number.
final class LinuxInputProvider extends DigitalInputProviderBase {
    private final Kernel kernel;
    private final EdgeLoop edges;

    LinuxInputProvider(Kernel kernel, EdgeLoop edges) {
        super("linux-digital-input", "Linux GPIO input");
        this.kernel = kernel;
        this.edges = edges;
    }

    @Override
    public DigitalInput create(DigitalInputConfig config) {
        var settings = new LineSettings.Input(config.pull(), config.debounce());
        try {
            var chips = new GpioChips(kernel, LinuxPlugin.root(context()));
            var line = chips.request(LinuxPlugin.chip(context()), config.bcm(), settings);
            var input = new Input(this, config, edges, line);
            input.listen();
            return Registered.in(context(), input, input::release);
        } catch (IOException failed) {
            throw Pi4jFailure.of(failed);
        }
    }

    private static final class Input extends DigitalInputBase {
        private final EdgeLoop edges;
        private final GpioLine line;
        private long last; // of the thread gpio

        Input(DigitalInputProvider provider, DigitalInputConfig config, EdgeLoop edges, GpioLine line) {
            super(provider, config);
            this.edges = edges;
            this.line = line;
        }

        void listen() throws IOException {
            try {
                edges.add(line, this::heard);
            } catch (IOException failed) {
                line.close();
                throw failed;
            }
        }

        void release() {
            edges.remove(line);
            line.close();
        }

        @Override
        public DigitalState state() {
            try {
                return DigitalState.getState(line.isHigh());
            } catch (IOException failed) {
                throw Pi4jFailure.of(failed);
            }
        }

        private void heard(LineEvent edge) {
            last = edge.after(last);
            dispatch(new StampedEdge(this, DigitalState.getState(edge.high()), edge.nanos(), last));
        }

        @Override
        public DigitalInput shutdownInternal(Context context) {
            release();
            return super.shutdownInternal(context);
        }
    }
}
