package io.pinstream.agent.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.time.ManualTime;
import io.pinstream.time.UnknownTime;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RestampedOutboxTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Optional<String> THIS_BOOT = Optional.of("4e1f7b0a-boot");

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime();

    @BeforeEach
    void bootWithoutAClock() {
        time.setWall(Instant.EPOCH.plusSeconds(40));
    }

    @ParameterizedTest
    @EnumSource(Payload.Format.class)
    void tellsTheTimeOfWhatWasTakenBeforeTheClockWasSet(Payload.Format format) throws IOException {
        try (var outbox = open(THIS_BOOT)) {
            // Given three readings a second apart, one of them bad
            append(outbox, format, unknown(Quality.GOOD), unknown(Quality.of(Flaw.STUCK)), unknown(Quality.GOOD));

            // When the clock is set, and later set right by another hour
            time.setWall(NOON);
            var told = events(outbox, 1);
            time.setWall(NOON.plus(Duration.ofHours(1)));
            var toldLater = events(outbox, 1);

            // Then
            assertThat(told)
                    .extracting(Event::time)
                    .containsExactly(NOON.minusSeconds(3), NOON.minusSeconds(2), NOON.minusSeconds(1));
            assertThat(told)
                    .extracting(Event::quality)
                    .containsExactly(Quality.GOOD, Quality.of(Flaw.STUCK), Quality.GOOD);
            assertThat(toldLater.getFirst().time())
                    .isEqualTo(NOON.plus(Duration.ofHours(1)).minusSeconds(3));
        }
    }

    @Test
    void leavesThemAsTheyAreWhileTheClockIsNotSet() throws IOException {
        try (var outbox = open(THIS_BOOT)) {
            append(outbox, Payload.Format.CBOR, unknown(Quality.GOOD));
            time.setWall(Instant.EPOCH.plus(Duration.ofDays(9000))); // a step, but to nowhere

            assertThat(events(outbox, 1)).extracting(Event::quality).containsExactly(Quality.of(Flaw.TIME_UNKNOWN));
        }
    }

    @Test
    void tellsItAlsoWhereTheAgentWasRestartedInBetween() throws IOException {
        try (var before = open(THIS_BOOT)) {
            append(before, Payload.Format.CBOR, unknown(Quality.GOOD));
        }

        try (var outbox = open(THIS_BOOT)) {
            append(outbox, Payload.Format.CBOR, unknown(Quality.GOOD));
            time.setWall(NOON);

            assertThat(events(outbox, 1)).extracting(Event::time).containsExactly(NOON.minusSeconds(2));
            assertThat(events(outbox, 2)).extracting(Event::time).containsExactly(NOON.minusSeconds(1));
        }
    }

    @Test
    void doesNotTellWhatNobodyKnows() throws IOException {
        for (var other : List.of(Optional.of("another-boot"), Optional.<String>empty())) {
            Instant written;
            try (var before = open(THIS_BOOT)) {
                var event = unknown(Quality.GOOD);
                written = event.time();
                append(before, Payload.Format.CBOR, event);
            }

            try (var outbox = open(other)) {
                time.setWall(NOON);
                var last = events(outbox, outbox.lastDurable()).getLast();

                assertThat(last.quality()).isEqualTo(Quality.of(Flaw.TIME_UNKNOWN));
                assertThat(last.time()).isEqualTo(written);
            }
            bootWithoutAClock();
        }
    }

    @Test
    void goesOnWithADamagedNoteAsWithNone() throws IOException {
        open(THIS_BOOT).close();
        Files.writeString(folder.resolve("boot"), "4e1f7b0a-boot\nninety\n");

        try (var outbox = open(THIS_BOOT)) {
            append(outbox, Payload.Format.CBOR, unknown(Quality.GOOD));
            time.setWall(NOON);

            assertThat(events(outbox, 1)).extracting(Event::time).containsExactly(NOON.minusSeconds(1));
        }
    }

    /// A reading of now; then a second passes.
    private Event unknown(Quality quality) {
        var event = Event.sample(
                Packs.AIR,
                UnknownTime.of(time.nanos()),
                quality.with(Flaw.TIME_UNKNOWN),
                List.of(Measurement.of(Quantity.TEMPERATURE, 20)));
        time.advance(Duration.ofSeconds(1));
        return event;
    }

    private static void append(Outbox outbox, Payload.Format format, Event... events) throws IOException {
        var payload = SenmlCodec.encode(Packs.DEVICE, List.of(events), format);
        assertThat(outbox.append(new Packed(payload, events.length, false))).isInstanceOf(Outbox.Appended.Kept.class);
        outbox.flush();
    }

    private static List<Event> events(Outbox outbox, long row) throws IOException {
        var payload = ((Outbox.Entry.Row) outbox.entry(row)).payload();
        var decoded = SenmlCodec.decode(Packs.DEVICE, payload, SenmlCodec.Limits.DEFAULT);
        return new ArrayList<>(((SenmlCodec.Decoded.Events) decoded).events());
    }

    private Outbox open(Optional<String> boot) throws IOException {
        var config = new FileOutbox.Config(
                folder, FileOutbox.Config.DEFAULT_BYTES, FileOutbox.Durability.BATCHED, FileOutbox.WhenFull.STOP);
        var owner = new Owner(Packs.DEVICE, Optional.empty());
        var outbox = FileOutbox.open(config, owner, new AgentWatch() {});
        return RestampedOutbox.over(outbox, Packs.DEVICE, folder, boot, time);
    }
}
