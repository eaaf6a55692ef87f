package io.pinstream.agent.board;

import com.pi4j.io.pwm.Pwm;
import java.io.IOException;

/// A PWM channel reached through Pi4J.
final class Pi4jPwm implements PwmOutput {
    private final String place;
    private final Pwm channel;
    private final int hertz;
    private final Runnable release;
    private boolean closed;

    /// @param hertz its usual frequency
    Pi4jPwm(String place, Pwm channel, int hertz, Runnable release) {
        this.hertz = hertz;
        this.place = place;
        this.channel = channel;
        this.release = release;
    }

    @Override
    public synchronized void set(int percent) throws IOException {
        set(percent, hertz);
    }

    @Override
    public synchronized void set(int percent, int newHertz) throws IOException {
        if (closed) {
            throw new IOException(place + " is closed");
        }
        try {
            channel.setFrequency(newHertz);
            channel.setDutyCycle(percent);
            if (percent == 0) {
                channel.off();
            } else {
                channel.on();
            }
        } catch (RuntimeException failed) {
            throw Failures.at(place, failed);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
