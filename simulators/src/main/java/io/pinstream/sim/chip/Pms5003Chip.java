package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;

/// A Plantower PMS5003 as the frames that it sends: "Appendix I" of its data manual. After power-on, and where
/// somebody begins to listen in the midst of a frame, the end of one comes first.
public final class Pms5003Chip implements SerialChip {
    private static final int MOST_FRAMES = 128; // of 32 bytes, in the 4 KiB that a kernel keeps
    private static final int FRAME = 32;

    private final Signal micrograms;
    private final Beat beat;
    private final Faults faults = new Faults(this::powerOn);
    private boolean begun;

    /// @param micrograms of particles below 2.5 µm in a cubic metre
    public Pms5003Chip(Signal micrograms, Duration every) {
        this.micrograms = micrograms;
        this.beat = new Beat(every, MOST_FRAMES);
    }

    private synchronized void powerOn() {
        begun = false;
    }

    @Override
    public synchronized byte[] sent(Instant now) {
        var bytes = new ByteArrayOutputStream();
        for (int i = beat.since(now); i > 0; i--) {
            var frame = frame(now);
            int from = begun ? 0 : FRAME / 2;
            bytes.write(frame, from, FRAME - from);
            begun = true;
        }
        return bytes.toByteArray();
    }

    private byte[] frame(Instant now) {
        int fine = Math.clamp(Math.round(micrograms.at(now)), 0, 0xffff);
        int finest = fine * 7 / 10;
        int coarse = Math.min(0xffff, fine * 12 / 10);
        int particles = Math.min(0xffff, fine * 180);
        int[] words = {
            LENGTH,
            finest,
            fine,
            coarse,
            finest,
            fine,
            coarse,
            particles,
            particles / 3,
            particles / 20,
            particles / 200,
            particles / 900,
            particles / 2000,
            0x9700
        };
        var frame = new byte[FRAME];
        frame[0] = 0x42;
        frame[1] = 0x4d;
        for (int i = 0; i < words.length; i++) {
            put(frame, 2 + 2 * i, words[i]);
        }
        int sum = 0;
        for (int i = 0; i < FRAME - 2; i++) {
            sum += frame[i] & 0xff;
        }
        put(frame, FRAME - 2, sum);
        if (faults.has(Fault.WRONG_CRC)) {
            frame[13] ^= 1 << 4;
        }
        return frame;
    }

    private static void put(byte[] frame, int at, int word) {
        frame[at] = (byte) (word >> 8);
        frame[at + 1] = (byte) word;
    }

    @Override
    public Faults faults() {
        return faults;
    }

    private static final int LENGTH = 28;
}
