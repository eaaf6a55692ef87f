package io.pinstream.hub.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BriefTest {
    private static Optional<Brief> read(String json) {
        return Brief.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void takesWhatAListShowsAndLeavesTheRest() {
        var brief = read("""
                {"device":"attic","agent":"not this","state":{"state":"online","since":"then","agent":"0.1","board":"Pi",
                "sensors":{"state":{"type":"offline","quantities":{"state":"no"}},"door":{"figures":{"outbox.rows":9}}},
                "figures":{"outbox.rows":3,"clock.known":1,"link.sent.packs{again=true}":4,"other":5,"outbox.events":"x"},
                "more":[{"agent":"nor this"}]}}
                """).orElseThrow();

        assertThat(brief)
                .isEqualTo(new Brief(
                        "online",
                        "then",
                        "0.1",
                        "Pi",
                        2,
                        Map.of("outbox_rows", 3.0, "clock_known", 1.0, "packs_sent_again", 4.0)));
        assertThat(brief.waiting()).isEqualTo(3);
    }

    @Test
    void knowsNothingOfADeviceThatSaidHelloOnly() {
        assertThat(read("{\"device\":\"attic\",\"hello\":\"2026-11-23T04:40:14Z\"}"))
                .contains(new Brief("", "", "", "", 0, Map.of()));
    }

    @Test
    void keepsALongTextShort() {
        var brief = read("{\"state\":{\"board\":\"%s\"}}".formatted("x".repeat(9_000)));

        assertThat(brief.orElseThrow().board()).hasSize(128);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"state\":{\"figures\":{\"outbox.rows\":", "{} {}", "no"})
    void readsNothingThatIsNoJsonObject(String text) {
        assertThat(read(text)).isEmpty();
    }
}
