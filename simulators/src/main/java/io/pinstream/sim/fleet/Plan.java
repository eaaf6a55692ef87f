package io.pinstream.sim.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.event.DeviceId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// What a fleet does: everything that its devices will say follows from this record alone, byte for byte.
///
/// @param site where the devices are; their ids begin with it
/// @param devices how many
public record Plan(String site, int devices, Load load, Trouble trouble, World world) {
    public static final int MOST_DEVICES = 20_000;
    /// What is behind the site in a device id.
    private static final int DIGITS = 6;

    /// What each device sends.
    ///
    /// @param packsPerSecond on the mean of a day
    /// @param eventsPerPack how many readings a pack holds
    /// @param packs how many packs it sends; [Long#MAX_VALUE] for no end
    /// @param rampUp the time over which the devices are switched on, one after the other
    /// @param day how long a day and a night last; zero for real days, in which the rate does not change
    public record Load(double packsPerSecond, int eventsPerPack, long packs, Duration rampUp, Duration day) {
        static final double FASTEST = 1_000;
        static final double SLOWEST = 1 / 86_400.0;
        static final int MOST_EVENTS = 1_000;

        public Load {
            if (!(packsPerSecond >= SLOWEST && packsPerSecond <= FASTEST)) {
                throw new IllegalArgumentException(
                        "rate must be 1 pack a day to 1000 packs a second, but was %s a second"
                                .formatted(packsPerSecond));
            }
            if (eventsPerPack < 1 || eventsPerPack > MOST_EVENTS) {
                throw new IllegalArgumentException(
                        "events must be 1 to %d in a pack, but was %d".formatted(MOST_EVENTS, eventsPerPack));
            }
            if (packs < 1) {
                throw new IllegalArgumentException("packs must be at least 1 of each device, but was " + packs);
            }
            atMostADay("ramp-up", rampUp);
            if (!day.isZero() && (day.compareTo(Duration.ofSeconds(10)) < 0 || day.compareTo(Duration.ofDays(1)) > 0)) {
                throw new IllegalArgumentException("day must be 10 s to 24 h, but was " + day);
            }
        }
    }

    /// What goes wrong on the way. What the devices measure does not depend on it.
    ///
    /// @param stragglers the share of devices that fall silent again and again, 0 to 1
    /// @param silence how long each time; what they measured meanwhile they send when they are back
    /// @param stormEvery how often connections drop all at once; zero for never
    /// @param stormShare the share of devices whose connection drops then, 0 to 1
    public record Trouble(double stragglers, Duration silence, Duration stormEvery, double stormShare) {
        public static final Trouble NONE = new Trouble(0, Duration.ofSeconds(30), Duration.ZERO, 1);

        public Trouble {
            share("stragglers", stragglers);
            share("storm share", stormShare);
            atLeastASecond("silence", silence);
            if (!stormEvery.isZero()) {
                atLeastASecond("storm", stormEvery);
            }
        }

        private static void share(String name, double share) {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "%s must be 0%% to 100%%, but was %s%%".formatted(name, share * 100));
            }
        }

        private static void atLeastASecond(String name, Duration duration) {
            if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("%s must be at least 1 s, but was %s".formatted(name, duration));
            }
            atMostADay(name, duration);
        }
    }

    /// @param start what time it is in the world when the fleet begins, to the microsecond
    public record World(long seed, Instant start) {
        public World {
            start = start.truncatedTo(ChronoUnit.MICROS);
        }
    }

    public Plan {
        if (devices < 1 || devices > MOST_DEVICES) {
            throw new IllegalArgumentException(
                    "devices must be 1 to %d, because each is a connection and one address has no more, but was %d"
                            .formatted(MOST_DEVICES, devices));
        }
        var problem = DeviceId.problemWith(site + "-" + "0".repeat(DIGITS - 1));
        if (problem.isPresent()) {
            throw new IllegalArgumentException(
                    "site must be 1 to %d of A-Z a-z 0-9 . _ -, not beginning with a dot, but was \"%s\""
                            .formatted(DeviceId.LONGEST - DIGITS, site));
        }
    }

    private static void atMostADay(String name, Duration duration) {
        if (duration.isNegative() || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("%s must be at most 24 h, but was %s".formatted(name, duration));
        }
    }

    DeviceId device(int number) {
        return new DeviceId("%s-%05d".formatted(site, number));
    }

    /// Where every random figure of this fleet comes from. Two plans that would not measure the same have
    /// different ones, and so different streams: a hub must never take an event of one for a repetition of the
    /// other.
    long salt() {
        var text = "%s %d %s %d %s %s %d %s"
                .formatted(
                        site,
                        devices,
                        load.packsPerSecond(),
                        load.eventsPerPack(),
                        load.rampUp(),
                        load.day(),
                        world.seed(),
                        world.start());
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256; this is a bug in the simulators", missing);
        }
    }
}
