package io.pinstream.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.ManualTime;
import io.pinstream.wire.Reply;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeterWatchTest {
    private static final SensorId AIR = new SensorId("air");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MeterWatch watch = new MeterWatch(registry);

    @Test
    void tellsHowUnevenlyReadingsBegin() {
        var even = new SensorId("even");
        var uneven = new SensorId("uneven");
        var meters = new MeterWatch();
        for (int i = 0; i < 200; i++) {
            meters.readingBegan(even, Duration.ofMillis(3));
            meters.readingBegan(uneven, Duration.ofMillis(i % 2 * 4));
        }

        assertThat(meters.figures().get("sensor.jitter.seconds{sensor=even}")).isZero();
        assertThat(meters.figures().get("sensor.jitter.seconds{sensor=uneven}"))
                .isCloseTo(0.004, org.assertj.core.api.Assertions.within(1e-6));
    }

    @Test
    void countsWhatTheAgentDoes() {
        // When
        watch.sensorRead(AIR, Duration.ofMillis(5));
        watch.readFailed(AIR, "no-answer", "no answer from 0x76");
        watch.readFailed(AIR, "no-answer", "another text, the same flaw");
        watch.readingsSkipped(AIR, 3);
        watch.packAppended(50, 1000);
        watch.packSent(1000, false);
        watch.packSent(1000, true);
        watch.eventsDropped(7, "outbox full");
        watch.linkUp("tcp://hub");
        watch.gauge("outbox.events", "events that wait", () -> 12);

        // Then
        assertThat(registry.get("pinstream.agent.sensor.read")
                        .tag("sensor", "air")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("pinstream.agent.sensor.errors")
                        .tags("sensor", "air", "reason", "no-answer")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(count("pinstream.agent.sensor.skipped")).isEqualTo(3);
        assertThat(count("pinstream.agent.outbox.appended.events")).isEqualTo(50);
        assertThat(count("pinstream.agent.outbox.appended.bytes")).isEqualTo(1000);
        assertThat(registry.get("pinstream.agent.link.sent.packs")
                        .tag("again", "true")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(count("pinstream.agent.events.dropped")).isEqualTo(7);
        assertThat(registry.get("pinstream.agent.link.up").gauge().value()).isEqualTo(1);
        assertThat(registry.get("pinstream.agent.outbox.events").gauge().value())
                .isEqualTo(12);
    }

    @Test
    void knowsThatTheLinkIsDown() {
        // When
        watch.linkUp("tcp://hub");
        watch.linkLost("tcp://hub", "refused");

        // Then
        assertThat(registry.get("pinstream.agent.link.up").gauge().value()).isZero();
        assertThat(count("pinstream.agent.link.failures")).isEqualTo(1);
    }

    @Test
    void neverTagsByDevice() throws Exception {
        // When
        callEverything(watch);

        // Then
        assertThat(registry.getMeters()).isNotEmpty().allSatisfy(meter -> {
            assertThat(meter.getId().getName()).startsWith("pinstream.agent.");
            assertThat(meter.getId().getTags())
                    .extracting(tag -> tag.getKey())
                    .isSubsetOf("sensor", "reason", "again", "outcome");
        });
    }

    @Test
    void passesEverythingOnToEveryWatch() throws Exception {
        // Given
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();

        // When
        callEverything(new Watches(recording(first), recording(second)));

        // Then
        var all = Arrays.stream(AgentWatch.class.getMethods())
                .map(method -> method.getName())
                .toList();
        assertThat(first).containsExactlyInAnyOrderElementsOf(all);
        assertThat(second).containsExactlyElementsOf(first);
    }

    /// Calls each method of the interface once, so that a new method that somebody forgot is noticed.
    private static void callEverything(AgentWatch watch) throws IllegalAccessException, InvocationTargetException {
        for (var method : AgentWatch.class.getMethods()) {
            var arguments = Arrays.stream(method.getParameterTypes())
                    .map(MeterWatchTest::example)
                    .toArray();
            method.invoke(watch, arguments);
        }
    }

    private static Object example(Class<?> type) {
        if (type == SensorId.class) {
            return AIR;
        }
        if (type == Duration.class) {
            return Duration.ofMillis(1);
        }
        if (type == Event.class) {
            var warm = List.of(Measurement.of(Quantity.TEMPERATURE, 20));
            return Event.sample(AIR, ManualTime.START, Quality.GOOD, warm);
        }
        if (type == Reply.class) {
            return new Reply.Done(100);
        }
        if (type == String.class) {
            return "text";
        }
        if (type == Reply.class) {
            return new Reply.Done(50);
        }
        if (type == boolean.class) {
            return true;
        }
        return type == int.class ? (Object) 1 : (Object) 1L;
    }

    private static AgentWatch recording(List<String> calls) {
        return (AgentWatch) Proxy.newProxyInstance(
                AgentWatch.class.getClassLoader(), new Class<?>[] {AgentWatch.class}, (_, method, _) -> {
                    calls.add(method.getName());
                    return null;
                });
    }

    private double count(String name) {
        return registry.get(name).counter().count();
    }
}
