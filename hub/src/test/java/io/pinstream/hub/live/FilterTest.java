package io.pinstream.hub.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.hub.log.CloudEvent;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
    private static final CloudEvent EVENT = new MemoryLog(1, 1, new Random(1)).append(0, "greenhouse-7", "air");

    @ParameterizedTest
    @CsvSource({
        "a, a, true", "a, b, false", "*, '', true", "*, abc, true", "a*c, abbc, true", "a*c, abcd, false",
        "?, a, true", "?, '', false", "a?c, abc, true", "*7, greenhouse-7, true", "**x, x, true",
                "a*b*c, aXbYbZc, true",
        "a.c, abc, false", "A, a, false"
    })
    void matchesByValueOrGlob(String pattern, String value, boolean fits) {
        assertThat(new Glob(pattern).matches(value)).isEqualTo(fits);
    }

    @Test
    void takesNoTimeForAPatternThatIsMadeToTakeSome() {
        assertThat(new Glob("*a".repeat(64)).matches("a".repeat(63) + "b".repeat(10_000)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "greenhouse-?, air, temperature, sample, true",
        "greenhouse-7, *, *, io.pinstream.sample.v1, true",
        "attic, air, temperature, sample, false",
        "greenhouse-7, soil, temperature, sample, false",
        "greenhouse-7, air, pressure, sample, false",
        "greenhouse-7, air, temperature, edge, false"
    })
    void wantsEveryKindToFit(String device, String sensor, String quantity, String type, boolean fits) {
        assertThat(new Filter(globs(device), globs(sensor), globs(quantity), globs(type)).test(EVENT))
                .isEqualTo(fits);
    }

    @Test
    void wantsOneOfSeveralPatterns() {
        assertThat(new Filter(globs("attic", "green*"), List.of(), List.of(), List.of()).test(EVENT))
                .isTrue();
        assertThat(Filter.ALL.test(EVENT)).isTrue();
    }

    @Test
    void isBounded() {
        assertThatThrownBy(() -> new Filter(Collections.nCopies(65, new Glob("a")), List.of(), List.of(), List.of()))
                .hasMessage("device must have at most 64 patterns, but has 65");
        assertThatThrownBy(() -> new Glob("x".repeat(129)))
                .hasMessage("a pattern must have 1 to 128 characters, but one has 129");
    }

    private static List<Glob> globs(String... patterns) {
        return Stream.of(patterns).map(Glob::new).toList();
    }
}
