package io.pinstream.agent.board;

import com.pi4j.io.pwm.Pwm;
import java.io.IOException;

/// A PWM channel reached through Pi4J.
final class Pi4jPwm implements PwmOutput {
    private final String place;
    private final Pwm channel;
    private final Runnable release;
    private boolean closed;

    Pi4jPwm(String place, Pwm channel, Runnable release) {
        this.place = place;
        this.channel = channel;
        this.release = release;
    }

    @Override
    public synchronized void set(int percent) throws IOException {
        if (closed) {
            throw new IOException(place + " is closed");
        }
        try {
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
