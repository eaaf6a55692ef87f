package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// Texas Instruments ADS1115: a 16 bit analogue-digital converter over I²C.
///
/// Sections are those of the data sheet, SBAS444D. Every reading is one single-shot conversion (9.4.2.1). Belongs
/// to the thread that reads it.
final class Ads1115 implements Driver.Polled {
    private static final int CONVERSION = 0; // 9.6.2
    private static final int CONFIG = 1; // 9.6.3
    private static final int OS = 1 << 15; // written: begin; read: 1 is idle, 0 is converting
    private static final int SINGLE_SHOT = 1 << 8;
    private static final int COMPARATOR_OFF = 0b11;
    // 9.5.4, table 5: what stands there from the full scale on
    private static final short HIGHEST = Short.MAX_VALUE;
    private static final short LOWEST = Short.MIN_VALUE;
    private static final Duration LONGEST_TURN = Duration.ofSeconds(2); // four inputs at 8 a second take 0.6 s
    private static final int MOST_POLLS = 50; // 1 ms apart, on top of the conversion time

    private final I2cDevice chip;
    private final Ads1115Config config;
    private final ReentrantLock lock;
    private final TimeSource time;
    private final int settings;

    /// @param lock held for the length of a conversion: other sensors may use other inputs of the same chip
    Ads1115(I2cDevice chip, Ads1115Config config, ReentrantLock lock, TimeSource time) {
        this.chip = chip;
        this.config = config;
        this.lock = lock;
        this.time = time;
        this.settings = config.input().code() << 12
                | Ads1115Config.RANGES.indexOf(config.range()) << 9
                | SINGLE_SHOT
                | Ads1115Config.RATES.indexOf(config.rate()) << 5
                | COMPARATOR_OFF;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        if (!time.tryLock(lock, LONGEST_TURN)) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "ADS1115 at %s was busy with its other inputs for %d s: read them less often, or at a higher rate"
                            .formatted(config.where(), LONGEST_TURN.toSeconds()));
        }
        try {
            return convert(measure());
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered(
                    "ADS1115",
                    config.where(),
                    unreachable,
                    "check its wiring, its power and its address (ADDR pin: 0x48 to 0x4B)");
        } finally {
            lock.unlock();
        }
    }

    private short measure() throws IOException, ReadFailed, InterruptedException {
        int begin = OS | settings;
        chip.write((byte) CONFIG, (byte) (begin >> 8), (byte) begin);
        // 7.5: the data rate is true to ±10 %, and the chip needs 25 µs to wake up (9.4.2.1)
        long conversion = 1100L / config.rate() + 1;
        chip.pause(conversion);
        int state = word(CONFIG);
        for (int poll = 0; (state & OS) == 0; poll++) {
            if (poll == MOST_POLLS) {
                throw new ReadFailed(
                        Flaw.NOT_READY,
                        "ADS1115 at %s still converts after %d ms, which takes at most %d ms: it hangs; cut its power if this stays"
                                .formatted(config.where(), MOST_POLLS + conversion, conversion));
            }
            chip.pause(1);
            state = word(CONFIG);
        }
        if ((state & ~OS) != settings) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "ADS1115 at %s lost its settings (config is 0x%04x, was set to 0x%04x): its power dipped, or another program uses it"
                            .formatted(config.where(), state & ~OS, settings));
        }
        return (short) word(CONVERSION);
    }

    private int word(int register) throws IOException {
        var bytes = chip.registers(register, 2);
        return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }

    private Reading convert(short raw) {
        double volts = volts(raw, config.range());
        var quality = raw == HIGHEST || raw == LOWEST ? Quality.of(Flaw.SATURATED) : Quality.GOOD;
        return new Reading(Scale.voltage(volts, config.scale()), quality);
    }

    /// 9.3.3, table 3: one step is the full scale through 32768.
    static double volts(short raw, double fullScale) {
        return raw * fullScale / 32768;
    }

    @Override
    public void close() {
        chip.close();
    }
}
