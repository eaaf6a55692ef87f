package io.pinstream.agent.linux;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputBase;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;
import java.io.IOException;

/// Pi4J's digital outputs on the kernel's GPIO lines. A line is at its first level from the moment it is ours.
final class LinuxOutputProvider extends DigitalOutputProviderBase {
    private final Kernel kernel;

    LinuxOutputProvider(Kernel kernel) {
        super("linux-digital-output", "Linux GPIO output");
        this.kernel = kernel;
    }

    @Override
    public DigitalOutput create(DigitalOutputConfig config) {
        var settings = new LineSettings.Output(config.initialState() == DigitalState.HIGH);
        GpioLine line;
        try {
            var chips = new GpioChips(kernel, LinuxPlugin.root(context()));
            line = chips.request(LinuxPlugin.chip(context()), config.bcm(), settings);
        } catch (IOException failed) {
            throw Pi4jFailure.of(failed);
        }
        return Registered.in(context(), new Output(this, config, line), line);
    }

    private static final class Output extends DigitalOutputBase {
        private final GpioLine line;

        Output(DigitalOutputProvider provider, DigitalOutputConfig config, GpioLine line) {
            super(provider, config);
            this.line = line;
        }

        @Override
        public DigitalOutput state(DigitalState wanted) {
            try {
                line.set(wanted.isHigh());
            } catch (IOException failed) {
                throw Pi4jFailure.of(failed);
            }
            return super.state(wanted);
        }

        @Override
        public DigitalOutput shutdownInternal(Context context) {
            try {
                return super.shutdownInternal(context); // drives the line to its last level, if it has one
            } finally {
                line.close();
            }
        }
    }
}
