package io.pinstream.sim.chip;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/// The wire between the board and one chip, or of a whole bus: where faults happen of which the chip knows
/// nothing. May be broken and mended by any thread while it is in use.
public final class Wire {
    /// How long Linux waits for a bus that is held: an adapter's timeout is a second unless its driver says
    /// otherwise (drivers/i2c/i2c-core-base.c, i2c_register_adapter).
    public static final Duration ADAPTER_TIMEOUT = Duration.ofSeconds(1);

    /// How long a chip may hold the clock, where nobody says otherwise: what SMBus allows (3.2, table 1,
    /// T_TIMEOUT,max).
    public static final Duration STRETCH_LIMIT = Duration.ofMillis(35);

    /// How who uses it waits.
    @FunctionalInterface
    public interface Pause {
        void sleep(Duration duration) throws InterruptedException;
    }

    private final Set<WireFault> present = EnumSet.noneOf(WireFault.class);
    private final SplittableRandom random;
    private final Pause pause;
    private Duration stretchLimit = STRETCH_LIMIT;

    /// @param seed decides which bit is flipped
    /// @param pause by which clock who uses it waits
    public Wire(long seed, Pause pause) {
        this.pause = pause;
        this.random = new SplittableRandom(seed);
    }

    public synchronized void set(WireFault fault) {
        present.add(fault);
    }

    /// @return whether it was there
    public synchronized boolean mend(WireFault fault) {
        return present.remove(fault);
    }

    public synchronized boolean has(WireFault fault) {
        return present.contains(fault);
    }

    /// What is wrong at the moment.
    public synchronized Set<WireFault> faults() {
        return Set.copyOf(present);
    }

    /// Waits while the bus is held.
    ///
    /// @throws IOException if it is still held when the adapter gives up
    public void awaitFree(Duration timeout) throws IOException {
        long nanosLeft = timeout.toNanos();
        long turn = Math.clamp(timeout.toMillis() / 20, 1, 50);
        try {
            while (has(WireFault.STUCK_BUS)) {
                if (nanosLeft <= 0) {
                    throw new IOException("Connection timed out"); // ETIMEDOUT, which is what Linux says
                }
                pause.sleep(Duration.ofMillis(turn)); // by turns, as nothing here reads a clock
                nanosLeft -= turn * 1_000_000;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted system call", stop);
        }
    }

    /// How long a chip on this bus may hold the clock. Some adapters hardly wait: a BCM2835 whose time-out is not
    /// switched off gives up after 64 cycles (BCM2835 ARM Peripherals, 3.2, CLKT), 0.64 ms at 100 kHz.
    public synchronized void stretchLimit(Duration limit) {
        stretchLimit = limit;
    }

    /// Waits while a chip holds the clock.
    ///
    /// @throws IOException if the adapter gives up before
    public void awaitClock(Duration stretch) throws IOException {
        synchronized (this) {
            if (stretch.compareTo(stretchLimit) > 0) {
                throw new IOException("Connection timed out");
            }
        }
        try {
            if (stretch.isPositive()) {
                pause.sleep(stretch);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted system call", stop);
        }
    }

    /// Whether somebody answers at the other end of an I²C wire.
    public synchronized void requireAnswer() throws Nak {
        if (present.contains(WireFault.DISCONNECTED) || present.contains(WireFault.NAK)) {
            throw new Nak();
        }
    }

    /// What of the chip's bytes arrives.
    public synchronized byte[] carry(byte[] bytes) {
        if (bytes.length == 0 || !present.contains(WireFault.FLIPPED_BIT)) {
            return bytes;
        }
        var carried = bytes.clone();
        int bit = random.nextInt(carried.length * 8);
        carried[bit / 8] ^= (byte) (1 << bit % 8);
        return carried;
    }
}
