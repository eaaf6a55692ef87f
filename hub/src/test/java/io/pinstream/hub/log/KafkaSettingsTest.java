package io.pinstream.hub.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KafkaSettingsTest {
    @Test
    void letsTheConfigurationDecideWhatExactlyOnceDoesNotRestOn() {
        // Given
        var settings = new KafkaSettings(
                "127.0.0.1:1", Map.of("compression.type", "zstd"), "pinstream", 4, 8, 0, Duration.ofDays(1));

        // When
        var client = settings.clientWith(Map.of("compression.type", "lz4", "acks", "all"));

        // Then
        assertThat(client)
                .containsEntry("compression.type", "zstd")
                .containsEntry("acks", "all")
                .containsEntry("bootstrap.servers", "127.0.0.1:1");
    }

    @Test
    void refusesToLetTheConfigurationDecideWhatItRestsOn() {
        assertThat(KafkaSettings.problemWith("acks", "1")).contains("is set by the hub itself; leave it out");
        assertThat(KafkaSettings.problemWith("transactional.id", "mine")).isPresent();
        assertThat(KafkaSettings.problemWith("compression.type", "zstd")).isEmpty();
    }
}
