package io.pinstream.agent.linux;

import com.pi4j.context.Context;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmBase;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmPolarity;
import com.pi4j.io.pwm.PwmProvider;
import com.pi4j.io.pwm.PwmProviderBase;
import java.io.IOException;

/// Pi4J's PWM on the kernel's PWM chips: hardware only. A configuration without a chip means the first one.
final class LinuxPwmProvider extends PwmProviderBase {
    LinuxPwmProvider() {
        super("linux-pwm", "Linux PWM");
    }

    @Override
    public Pwm create(PwmConfig config) {
        var chip = config.chip();
        var channel = config.channel();
        try {
            if (channel == null) {
                throw new IOException("PWM needs a channel of a PWM chip: this provider makes no pulses by software");
            }
            var opened = PwmChannel.open(LinuxPlugin.root(context()), chip == null ? 0 : chip, channel);
            return Registered.in(context(), new Output(this, config, opened), opened);
        } catch (IOException failed) {
            throw Pi4jFailure.of(failed);
        }
    }

    private static final class Output extends PwmBase {
        private static final long NANOS_A_SECOND = 1_000_000_000L;
        private static final int WHOLE = 100; // per cent

        private final PwmChannel channel;

        Output(PwmProvider provider, PwmConfig config, PwmChannel channel) {
            super(provider, config);
            this.channel = channel;
        }

        @Override
        public synchronized Pwm on() {
            int hertz = getFrequency();
            if (hertz < 1) {
                throw Pi4jFailure.of(new IOException("frequency must be at least 1 Hz, but was " + hertz + " Hz"));
            }
            long nanos = NANOS_A_SECOND / hertz;
            try {
                channel.inverse(polarity == PwmPolarity.INVERSED);
                channel.set(nanos, nanos * getDutyCycle() / WHOLE);
                channel.enable(true);
            } catch (IOException failed) {
                throw Pi4jFailure.of(failed);
            }
            onState = true;
            return this;
        }

        @Override
        public synchronized Pwm off() {
            try {
                channel.enable(false);
            } catch (IOException failed) {
                throw Pi4jFailure.of(failed);
            }
            onState = false;
            return this;
        }

        @Override
        public Pwm shutdownInternal(Context context) {
            try {
                return super.shutdownInternal(context);
            } finally {
                channel.close();
            }
        }
    }
}
