package io.pinstream.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WordsTest {
    private static final MqttLink.Config PLAIN = MqttLink.Config.of(URI.create("tcp://broker:1883"), "device");
    private static final MqttLink.Config TLS = MqttLink.Config.of(URI.create("tls://broker:8883"), "device");

    /// As a broker's refusal of a client certificate looks when its words were not read in time.
    static Stream<IOException> breaks() {
        return Stream.of(
                new SocketException("Broken pipe"),
                new SocketException("Connection reset"),
                new SocketException("Connection reset by peer"),
                new EOFException(),
                new SSLHandshakeException("Remote host terminated the handshake", new EOFException()));
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void namesWhatABrokerMayMeanByHangingUp(IOException cause) {
        assertThat(connecting(TLS, cause))
                .startsWith("broker tls://broker:8883 broke off before the device was logged in (")
                .contains("check that the port speaks TLS")
                .endsWith("the client certificate: it wants one, give tls.certificate and tls.key");
        assertThat(connecting(PLAIN, cause))
                .startsWith("broker tcp://broker:1883 broke off before the device was logged in (")
                .endsWith("; if that port speaks TLS, write tls:// and name its CA");
    }

    @Test
    void aConnectionThatHadBeenMadeOnlyBroke() {
        var failure = failure(new SocketException("Broken pipe"));

        assertThat(Words.ofNetwork(TLS, "b", failure)).isEqualTo("link to broker b broke: Broken pipe");
    }

    @Test
    void anAlertIsSaidOnce() {
        var alert = new SSLHandshakeException("(unknown_ca) Received fatal alert: unknown_ca");

        assertThat(connecting(TLS, alert))
                .contains("refused the client certificate of device device (Received fatal alert: unknown_ca)");
    }

    @Test
    void aNetworkThatIsNotThereIsNoMatterOfTls() {
        var text = "broker tcp://broker:1883 cannot be reached: check the network and its firewalls";

        assertThat(connecting(PLAIN, new SocketException("Network is unreachable")))
                .isEqualTo(text);
        assertThat(connecting(PLAIN, new ConnectException("Network is unreachable")))
                .isEqualTo(text);
    }

    @Test
    void aRefusedLoginNamesWhatWasGivenAndWhatIsMissing() {
        var refused = new MqttException(0x87);
        var certificate =
                Optional.of(new Tls(Optional.empty(), Optional.of(Path.of("c")), Optional.of(Path.of("k")), true));

        assertThat(Words.ofConnecting(PLAIN, "b", refused))
                .endsWith(": it wants a user name and password, or a client certificate");
        assertThat(Words.ofConnecting(login(Optional.of("attic"), certificate), "b", refused))
                .endsWith(": check username and password");
        assertThat(Words.ofConnecting(login(Optional.empty(), certificate), "b", refused))
                .contains(": it does not take this client certificate alone; give a username");
    }

    private static MqttLink.Config login(Optional<String> username, Optional<Tls> tls) {
        return new MqttLink.Config(
                TLS.broker(),
                TLS.clientId(),
                username,
                Optional.empty(),
                tls,
                TLS.connectTimeout(),
                TLS.keepAlive(),
                TLS.longestPause());
    }

    private static String connecting(MqttLink.Config config, IOException cause) {
        return Words.ofConnecting(config, config.broker().toString(), failure(cause));
    }

    private static MqttException failure(IOException cause) {
        return new MqttException(MqttClientException.REASON_CODE_CONNECTION_LOST, cause);
    }
}
