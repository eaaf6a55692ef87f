package io.pinstream.hub.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.hub.live.Filter;
import io.pinstream.hub.live.Glob;
import io.pinstream.hub.live.LiveStream;
import io.pinstream.hub.live.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.json.JSONObject;
import org.junit.jupiter.api.Test;

class AskTest {
    private static final Instant NOW = Instant.parse("2026-11-23T04:40:00Z");

    @Test
    void readsWhatAClientWants() {
        var ask = Ask.parse(new JSONObject("""
                {"device": "attic", "room": ["site:plant", "device:cellar"], "sensor": ["air", "w*"], "type": "sample",
                 "policy": "conflate", "since": "10m", "binary": true, "quantity": null}
                """), NOW);

        assertThat(ask.binary()).isTrue();
        assertThat(ask.request())
                .isEqualTo(new LiveStream.Request(
                        new LiveStream.Start.Since(NOW.minusSeconds(600)),
                        new Filter(
                                List.of(new Glob("attic"), new Glob("plant-*"), new Glob("cellar")),
                                List.of(new Glob("air"), new Glob("w*")),
                                List.of(),
                                List.of(new Glob("sample"))),
                        Policy.CONFLATE,
                        Optional.empty()));
    }

    @Test
    void takesNothingForEverythingFromNowOn() {
        assertThat(Ask.parse(null, NOW).request())
                .isEqualTo(new LiveStream.Request(
                        new LiveStream.Start.Now(), Filter.ALL, Policy.DROP_OLDEST, Optional.empty()));
    }
}
