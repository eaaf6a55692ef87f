package io.pinstream.sim.board;

import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmBase;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import com.pi4j.io.pwm.PwmProviderBase;

/// Pi4J's PWM that drives nothing and remembers how it was set.
final class SimulatedPwmProvider extends PwmProviderBase {
    SimulatedPwmProvider() {
        super("simulated-pwm", "Simulated PWM");
    }

    @Override
    public Pwm create(PwmConfig config) {
        var output = new Output(this, config);
        context().registry().add(output);
        return output;
    }

    private static final class Output extends PwmBase {
        Output(PwmProvider provider, PwmConfig config) {
            super(provider, config);
        }

        @Override
        public Pwm on() {
            onState = true;
            return this;
        }

        @Override
        public Pwm off() {
            onState = false;
            return this;
        }
    }
}
