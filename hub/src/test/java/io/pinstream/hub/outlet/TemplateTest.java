package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.hub.log.CloudEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
    private static CloudEvent event(String device, String sensor) {
        return new CloudEvent(
                2, 7, Instant.EPOCH, device, sensor, "id", "/", "io.pinstream.sample.v1", "", "", new byte[0]);
    }

    @Test
    void fillsItsPlaces() {
        var template = new Template("a.{device}/{sensor}:{type}-{partition}{device}.z", true);

        assertThat(template.fill(event("attic", "air"))).isEqualTo("a.attic/air:sample-2attic.z");
    }

    /// Who names a device must not reach another level, another key or a pattern.
    @ParameterizedTest
    @CsvSource({"a.b, a.b, a_b", "a*#b, a__b, a__b", "'a b\u00e9', a_b_, a_b_", "'', _, _", "{type}, _type_, _type_"})
    void letsNothingThroughThatMeansSomething(String device, String withDots, String without) {
        assertThat(new Template("{device}", true).fill(event(device, ""))).isEqualTo(withDots);
        assertThat(new Template("{device}", false).fill(event(device, ""))).isEqualTo(without);
    }

    @ParameterizedTest
    @CsvSource({
        "{room}, 'has no place {room}; there are {device}, {sensor}, {type} and {partition}'",
        "{device, 'must close every { with a }, but is \"{device\"'",
        "a b, 'must be printable ASCII without spaces, but is not'"
    })
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> new Template(text, true)).hasMessage(message);
    }
}
