package io.pinstream.hub.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.hub.log.Position;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTest {
    private static final Instant TIME = Instant.parse("2026-11-23T04:40:14.123Z");
    private static final Token TOKEN = new Token(0xCAFEBABE, Position.of(0, 127, 128, 1L << 40), TIME);

    @Test
    void readsBackWhatItWrote() {
        var random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            var next = new long[random.nextInt(20)];
            Arrays.setAll(next, _ -> random.nextLong() >>> (1 + random.nextInt(63)));
            var token = new Token(random.nextInt(), Position.of(next), TIME.plusMillis(random.nextInt()));

            assertThat(Token.parse(token.toString())).isEqualTo(token);
        }
    }

    @Test
    void staysTheSameTextBecauseClientsKeepIt() {
        assertThat(TOKEN.toString()).isEqualTo("Acr-ur6rwNG1oDQEAH-AAYCAgICAIFkU2fg");
    }

    @Test
    void needsNoEscapingInAUrlAndFitsAHeader() {
        var next = new long[Token.MOST_PARTITIONS];
        Arrays.fill(next, Long.MAX_VALUE);

        var text = new Token(1, Position.of(next), TIME).toString();

        assertThat(text).matches("[A-Za-z0-9_-]+").hasSizeLessThanOrEqualTo(Token.LONGEST);
        assertThat(Token.parse(text).position()).isEqualTo(Position.of(next));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | is cut short",
                "hello world | made of A-Z",
                "%00 | made of A-Z",
                "AAAAAAAAAAAAAAAA | is of version 0",
                "AQAAAAAAAAAAAAAA | checksum is wrong"
            })
    void refusesGarbageWithAReason(String garbage, String reason) {
        assertThatThrownBy(() -> Token.parse(garbage))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesWhatIsTooLongBeforeItReadsIt() {
        assertThatThrownBy(() -> Token.parse("A".repeat(Token.LONGEST + 1)))
                .hasMessage("a position has at most 6144 characters, but this has 6145");
    }

    /// Every damage of one character, and every cut, is noticed; nothing but a token or a reason comes back.
    @Test
    void noticesEveryDamage() {
        var text = TOKEN.toString();
        for (int i = 0; i < text.length() - 1; i++) { // the last character has bits that mean nothing
            var damaged = text.substring(0, i) + (text.charAt(i) == 'x' ? 'y' : 'x') + text.substring(i + 1);
            assertThatThrownBy(() -> Token.parse(damaged)).isInstanceOf(IllegalArgumentException.class);
            var cut = text.substring(0, i);
            assertThatThrownBy(() -> Token.parse(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void takesAnyTextWithoutBreaking() {
        var random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            var bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            var text = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            try {
                Token.parse(text);
            } catch (IllegalArgumentException reason) {
                assertThat(reason).hasMessageContaining("position");
            }
        }
    }
}
