package io.pinstream.sim.scenario;

import io.pinstream.sim.device.Hardware;
import io.pinstream.sim.device.Trouble;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Understands sentences such as `door opens`, `probe unplugged for 15s` and `air.temperature drifts 0.5/min`, on
/// a board that has these sensors. What it does not understand is an [IllegalArgumentException] that says what
/// could stand there.
final class Sentences {
    static final String DURATION = "a number with ms, s, m, min or h behind it";

    private static final String NUMBER = "([-+]?\\d{1,9}(?:\\.\\d{1,9})?)";
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?) ?(ms|s|m|min|h)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "min", Duration.ofMinutes(1),
            "h", Duration.ofHours(1));
    private static final Pattern FOR = Pattern.compile("(.*\\S) for (\\S.*)");
    private static final Pattern SUBJECT = Pattern.compile("([A-Za-z0-9_-]+)(?:\\.([a-z0-9_]+))? (.+)");
    private static final Pattern PULSES = Pattern.compile("pulses (\\d{1,6})");
    private static final Pattern DRIFTS = Pattern.compile("drifts " + NUMBER + " ?/ ?(s|m|min|h)");
    private static final Pattern SPIKES = Pattern.compile("spikes " + NUMBER);
    /// What closes a contact and makes it active, and what opens it.
    private static final Map<String, Boolean> CONTACT =
            Map.of("closes", true, "pressed", true, "opens", false, "released", false);

    private static final double SECONDS_IN_MINUTE = 60;

    private final Map<String, Hardware> sensors = new LinkedHashMap<>();
    private final Optional<String> networkStays;

    /// @param networkStays why the network cannot be cut; empty if it can
    Sentences(List<Hardware> hardware, Optional<String> networkStays) {
        hardware.forEach(one -> sensors.put(one.id().toString(), one));
        this.networkStays = networkStays;
    }

    static Optional<Duration> duration(String text) {
        var amount = AMOUNT.matcher(text.strip());
        if (!amount.matches()) {
            return Optional.empty();
        }
        var unit = UNITS.getOrDefault(amount.group(2), Duration.ZERO);
        return Optional.of(Duration.ofNanos(new BigDecimal(amount.group(1))
                .multiply(BigDecimal.valueOf(unit.toNanos()))
                .longValue()));
    }

    /// The steps of a sentence: what happens, and where it says for how long, its end.
    List<Step> steps(Duration at, String sentence) {
        var words = String.join(" ", sentence.strip().split("\\s+"));
        var lasting = FOR.matcher(words);
        if (!lasting.matches()) {
            return List.of(new Step(at, words, action(words)));
        }
        var action = action(lasting.group(1));
        var lasts = duration(lasting.group(2));
        if (lasts.isEmpty() || lasts.get().isZero()) {
            throw new IllegalArgumentException("\"for %s\" must be for %s".formatted(lasting.group(2), DURATION));
        }
        if (action.undone().equals(action) || action instanceof Action.Pulses) {
            throw new IllegalArgumentException("\"%s\" cannot last: leave \"for\" out".formatted(lasting.group(1)));
        }
        if (action.isOverAtOnce()) {
            throw new IllegalArgumentException("a brown-out is over at once: leave \"for\" out");
        }
        return List.of(
                new Step(at, words, action),
                new Step(at.plus(lasts.get()), "end of: " + lasting.group(1), action.undone()));
    }

    private Action action(String words) {
        switch (words) {
            case "network down", "network up" -> {
                if (networkStays.isPresent()) {
                    throw new IllegalArgumentException(networkStays.get());
                }
                return new Action.Network(words.equals("network up"));
            }
            default -> {
                // About a sensor, then.
            }
        }
        var subject = SUBJECT.matcher(words);
        if (!subject.matches()) {
            throw new IllegalArgumentException(
                    "\"%s\" is no sentence: write who and what, such as \"door opens\" or \"network down for 20s\""
                            .formatted(words));
        }
        var hardware = sensors.get(subject.group(1));
        if (hardware == null) {
            throw new IllegalArgumentException("there is no sensor \"%s\"; there is network, %s"
                    .formatted(subject.group(1), String.join(", ", sensors.keySet())));
        }
        var quantity = Optional.ofNullable(subject.group(2));
        var verb = subject.group(3).replaceFirst("^is (?!gone)", "");
        return ofSignal(hardware, quantity, verb)
                .or(() -> quantity.isEmpty() ? ofSensor(hardware, verb) : Optional.empty())
                .orElseThrow(() -> new IllegalArgumentException("\"%s\" is nothing that %s does; it can: %s"
                        .formatted(verb, hardware.id(), String.join(", ", verbs(hardware)))));
    }

    private static Optional<Action> ofSensor(Hardware hardware, String verb) {
        var id = hardware.id();
        var pulses = PULSES.matcher(verb);
        if (hardware.counted().isPresent() && pulses.matches()) {
            return Optional.of(new Action.Pulses(id, Integer.parseInt(pulses.group(1))));
        }
        if (hardware.contact().isPresent() && CONTACT.containsKey(verb)) {
            return Optional.of(new Action.Contact(id, CONTACT.get(verb)));
        }
        return switch (verb) {
            case "recovers" -> Optional.of(new Action.Recovers(id));
            case "plugged in" ->
                canBe(hardware, Trouble.UNPLUGGED)
                        ? Optional.of(new Action.Breaks(id, Trouble.UNPLUGGED, false))
                        : Optional.empty();
            default ->
                Trouble.parse(verb)
                        .filter(trouble -> canBe(hardware, trouble))
                        .map(trouble -> new Action.Breaks(id, trouble, true));
        };
    }

    private static boolean canBe(Hardware hardware, Trouble trouble) {
        return trouble.appliesTo(hardware);
    }

    private static Optional<Action> ofSignal(Hardware hardware, Optional<String> named, String verb) {
        var drifts = DRIFTS.matcher(verb);
        var spikes = SPIKES.matcher(verb);
        boolean drift = drifts.matches();
        boolean spike = spikes.matches();
        if (!drift && !spike && !verb.equals("sticks")) {
            return Optional.empty();
        }
        var quantity = quantity(hardware, named);
        var id = hardware.id();
        if (drift) {
            return Optional.of(new Action.Drifts(id, quantity, perMinute(drifts)));
        }
        return Optional.of(
                spike
                        ? new Action.Spikes(id, quantity, Double.parseDouble(spikes.group(1)))
                        : new Action.Sticks(id, quantity, true));
    }

    private static double perMinute(Matcher drifts) {
        double rate = Double.parseDouble(drifts.group(1));
        return switch (drifts.group(2)) {
            case "s" -> rate * SECONDS_IN_MINUTE;
            case "h" -> rate / SECONDS_IN_MINUTE;
            default -> rate;
        };
    }

    private static String quantity(Hardware hardware, Optional<String> named) {
        var there = hardware.signals().keySet();
        if (named.isPresent() && there.contains(named.get())) {
            return named.get();
        }
        if (named.isEmpty() && there.size() == 1) {
            return there.iterator().next();
        }
        throw new IllegalArgumentException(
                there.isEmpty()
                        ? "%s feels nothing that could drift, stick or spike".formatted(hardware.id())
                        : "what of %1$s: %2$s?"
                                .formatted(
                                        hardware.id(),
                                        there.stream()
                                                .map(one -> hardware.id() + "." + one)
                                                .collect(Collectors.joining(", "))));
    }

    /// Everything that can be said of a sensor.
    private static List<String> verbs(Hardware hardware) {
        var verbs = new ArrayList<String>();
        if (hardware.contact().isPresent()) {
            verbs.addAll(List.of("closes", "opens", "pressed", "released"));
        }
        if (hardware.counted().isPresent()) {
            verbs.add("pulses <n>");
        }
        Trouble.of(hardware).forEach(trouble -> verbs.add(trouble.text()));
        if (canBe(hardware, Trouble.UNPLUGGED)) {
            verbs.add("plugged in");
        }
        if (!hardware.signals().isEmpty()) {
            verbs.addAll(List.of("drifts <n>/min", "sticks", "spikes <n>"));
        }
        verbs.add("recovers");
        return verbs;
    }
}
