package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
    private final Proxies proxies = new Proxies(List.of("10.0.0.7", "192.168.0.0/23", "fd00::/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // the other end | X-Forwarded-For, with / between headers | the client
                "203.0.113.9 |                                        | 203.0.113.9",
                "203.0.113.9 | 198.51.100.1                           | 203.0.113.9",
                "10.0.0.8    | 198.51.100.1                           | 10.0.0.8",
                "10.0.0.7    |                                        | 10.0.0.7",
                "10.0.0.7    | 198.51.100.1                           | 198.51.100.1",
                "10.0.0.7    | 127.0.0.1, 198.51.100.1                | 198.51.100.1",
                "10.0.0.7    | 127.0.0.1 / 198.51.100.1               | 198.51.100.1",
                "10.0.0.7    | 198.51.100.1,192.168.1.255 , fd12::1   | 198.51.100.1",
                "10.0.0.7    | 192.168.1.1, 192.168.2.1               | 192.168.2.1",
                "10.0.0.7    | 192.168.1.1, 192.168.1.2               | 192.168.1.1",
                "10.0.0.7    | evil.example.org                       | 10.0.0.7",
                "10.0.0.7    | 198.51.100.1, unknown, 192.168.0.1     | 192.168.0.1",
                "[fd00::1]   | 2001:DB8::1                            | 2001:db8:0:0:0:0:0:1"
            })
    void believeTheAddressThatTheLastStrangerHas(String peer, String forwarded, String client) {
        var headers = forwarded == null ? List.<String>of() : List.of(forwarded.split(" / "));

        assertThat(proxies.client(peer, headers)).isEqualTo(client);
    }

    @Test
    void believeNobodyIfThereAreNone() {
        assertThat(Proxies.NONE.client("127.0.0.1", List.of("1.2.3.4"))).isEqualTo("127.0.0.1");
        assertThat(Proxies.NONE.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "proxy.example.org", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "fd00::/129"})
    void areAddressesAndNotNames(String text) {
        assertThatThrownBy(() -> new Proxies(List.of(text)))
                .hasMessage(
                        "trusted-proxies must be addresses such as 10.0.0.7 or 10.1.0.0/16, but was \"" + text + "\"");
    }
}
