package io.pinstream.agent.linux;

import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/// One channel of a PWM chip, by the files of `/sys/class/pwm` (Documentation/driver-api/pwm.rst). Used by one
/// thread at a time.
final class PwmChannel implements Registered.Opened {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
    private static final int MOST_LOOKS = 50;

    private final Path chip;
    private final int channel;

    private PwmChannel(Path chip, int channel) {
        this.chip = chip;
        this.channel = channel;
    }

    /// Takes the channel, and waits for up to a second until udev has given its files to us.
    ///
    /// @param root what stands for `/`
    static PwmChannel open(Path root, int chip, int channel) throws IOException {
        var folder = root.resolve("sys/class/pwm/pwmchip" + chip);
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no %s: %s".formatted(folder, Subsystem.PWM.enabling()));
        }
        var opened = new PwmChannel(folder, channel);
        if (!Files.isDirectory(opened.folder())) {
            write(folder.resolve("export"), String.valueOf(channel));
        }
        for (int looks = 1; !Files.isWritable(opened.file("enable")); looks++) {
            if (looks == MOST_LOOKS) {
                throw new IOException("the kernel does not let us have %s: %s"
                        .formatted(opened.folder(), Subsystem.PWM.permission()));
            }
            pause();
        }
        return opened;
    }

    /// Works with this period and pulse from now on. The kernel refuses a pulse longer than the period, at any
    /// moment, so the order depends on what was before.
    void set(long periodNanos, long pulseNanos) throws IOException {
        if (periodNanos >= read("duty_cycle")) {
            write(file("period"), String.valueOf(periodNanos));
            write(file("duty_cycle"), String.valueOf(pulseNanos));
        } else {
            write(file("duty_cycle"), String.valueOf(pulseNanos));
            write(file("period"), String.valueOf(periodNanos));
        }
    }

    /// Sets the polarity, which the kernel allows only while the channel is off.
    void inverse(boolean inverse) throws IOException {
        var wanted = inverse ? "inversed" : "normal";
        if (!text("polarity").equals(wanted)) {
            enable(false);
            write(file("polarity"), wanted);
        }
    }

    void enable(boolean on) throws IOException {
        write(file("enable"), on ? "1" : "0");
    }

    private long read(String name) throws IOException {
        var text = text(name);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException odd) {
            throw new IOException("%s must hold a number, but holds \"%s\"".formatted(file(name), text), odd);
        }
    }

    private String text(String name) throws IOException {
        return Files.readString(file(name), StandardCharsets.US_ASCII).strip();
    }

    private Path folder() {
        return chip.resolve("pwm" + channel);
    }

    private Path file(String name) {
        return folder().resolve(name);
    }

    private static void write(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text, StandardCharsets.US_ASCII, WRITE, TRUNCATE_EXISTING);
        } catch (AccessDeniedException refused) {
            throw new IOException("may not write %s: %s".formatted(file, Subsystem.PWM.permission()), refused);
        } catch (NoSuchFileException absent) {
            throw new IOException("there is no %s: %s".formatted(file, Subsystem.PWM.enabling()), absent);
        } catch (IOException refused) {
            throw new IOException("%s refuses %s: %s".formatted(file, text, refused.getMessage()), refused);
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a PWM channel", stop);
        }
    }

    /// Gives the channel back if it is off. One that is on goes on as it was set last, and stays exported: many
    /// chips fall silent when their last user leaves, but who closes a fan's channel at its safe speed wants that
    /// kept.
    @Override
    public void close() {
        try {
            if (read("enable") == 0) {
                write(chip.resolve("unexport"), String.valueOf(channel));
            }
        } catch (IOException gone) {
            // There is nothing left to give back.
        }
    }
}
