package io.pinstream.agent.link;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/// What a failure of the link means, in words, with the remedy where there is one. Texts from the broker are made
/// printable; nothing secret comes in here.
final class Words {
    private static final int LONGEST = 120;
    private static final int DEEPEST = 16;

    private Words() {}

    static String of(IOException failure) {
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /// Why no connection could be made.
    static String ofConnecting(MqttLink.Config config, String broker, MqttException failure) {
        int code = failure.getReasonCode();
        if (code >= 0x80 && code <= 0xff) {
            return "broker %s refused the login of device %s (%s)%s"
                    .formatted(broker, config.clientId(), ofReason(code), remedyFor(code, config));
        }
        return switch (code) {
            case MqttClientException.REASON_CODE_INVALID_PROTOCOL_VERSION ->
                "broker %s does not speak MQTT 5: it must".formatted(broker);
            case MqttClientException.REASON_CODE_CLIENT_TIMEOUT -> noAnswer(broker, config);
            default ->
                causes(failure).stream()
                        .filter(Words::isBreak)
                        .findFirst()
                        .map(cause -> brokenOff(config, broker, cause))
                        .orElseGet(() -> ofNetwork(config, broker, failure));
        };
    }

    /// Whether the other side ended the connection without saying why.
    private static boolean isBreak(Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        return cause instanceof EOFException
                || cause instanceof SocketException
                        && (message.startsWith("Connection reset") || message.startsWith("Broken pipe"));
    }

    /// A broker that refuses a client certificate says so after our side of a TLS 1.3 handshake is done, while the
    /// login is being written: as often as not the write fails before its words are read. So this names all that
    /// a broker may mean by hanging up here.
    private static String brokenOff(MqttLink.Config config, String broker, Throwable cause) {
        return "broker %s broke off before the device was logged in (%s)%s"
                .formatted(
                        broker,
                        printable(cause),
                        config.tls().isEmpty()
                                ? hintAtTls(config)
                                : ": check that the port speaks TLS, and the client certificate"
                                        + Tls.hint(config.tls()));
    }

    static String noAnswer(String broker, MqttLink.Config config) {
        return "broker %s did not answer within %d s"
                .formatted(broker, config.connectTimeout().toSeconds());
    }

    private static String remedyFor(int code, MqttLink.Config config) {
        return switch (code) {
            case 0x86, 0x87, 0x8C -> {
                if (config.username().isPresent()) {
                    yield ": check username and password";
                }
                yield config.tls().flatMap(Tls::certificate).isPresent()
                        ? ": it does not take this client certificate alone; give a username, or let the broker take"
                                + " the certificate's name for one"
                        : ": it wants a user name and password, or a client certificate";
            }
            case 0x85 -> ": it does not take this client id";
            case 0x84 -> ": it must speak MQTT 5";
            default -> "";
        };
    }

    /// Why a connection ended, or could not be made, below MQTT.
    static String ofNetwork(MqttLink.Config config, String broker, MqttException failure) {
        for (var cause : causes(failure)) {
            var words = ofCause(config, broker, cause);
            if (words.isPresent()) {
                return words.get();
            }
        }
        return switch (failure.getReasonCode()) {
            case MqttClientException.REASON_CODE_CLIENT_TIMEOUT, MqttClientException.REASON_CODE_WRITE_TIMEOUT ->
                "broker %s has been silent for longer than the keep-alive of %d s"
                        .formatted(broker, config.keepAlive().toSeconds());
            default -> "link to broker %s failed: %s".formatted(broker, printable(root(failure)));
        };
    }

    private static Optional<String> ofCause(MqttLink.Config config, String broker, Throwable cause) {
        return Optional.ofNullable(
                switch (cause) {
                    case UnknownHostException _ ->
                        "broker %s: its name is not known: check the name and the name server".formatted(broker);
                    case NoRouteToHostException _ ->
                        "broker %s cannot be reached: check the network and its firewalls".formatted(broker);
                    case SocketException unreachable
                    when printable(unreachable).contains("unreachable") ->
                        "broker %s cannot be reached: check the network and its firewalls".formatted(broker);
                    case ConnectException refused
                    when isRefused(refused) ->
                        "broker %s refuses connections: is it running, and is the port right?".formatted(broker);
                    case ConnectException _, SocketTimeoutException _ -> noAnswer(broker, config);
                    case SSLException _, CertificateException _ -> ofTls(config, broker, cause);
                    case EOFException _ -> "broker %s closed the connection%s".formatted(broker, hintAtTls(config));
                    case SocketException reset -> "link to broker %s broke: %s".formatted(broker, printable(reset));
                    default -> null;
                });
    }

    private static boolean isRefused(ConnectException failure) {
        var message = failure.getMessage();
        return message != null && message.contains("refused");
    }

    private static String hintAtTls(MqttLink.Config config) {
        return config.tls().isEmpty() ? "; if that port speaks TLS, write tls:// and name its CA" : "";
    }

    private static String ofTls(MqttLink.Config config, String broker, Throwable failure) {
        for (var cause : causes(failure)) {
            switch (cause) {
                case CertificateExpiredException expired -> {
                    return "certificate of broker %s has expired (%s): renew it, or set this board's clock"
                            .formatted(broker, printable(expired));
                }
                case CertificateNotYetValidException early -> {
                    return "certificate of broker %s is not valid yet (%s): this board's clock is wrong, let it be set"
                            .formatted(broker, printable(early))
                            .concat(" by the network");
                }
                case CertPathBuilderException _ -> {
                    return "certificate of broker %s is not signed by %s: name the CA that signed it in tls.ca"
                            .formatted(
                                    broker,
                                    config.tls()
                                            .flatMap(Tls::ca)
                                            .map(ca -> "the CA in " + ca)
                                            .orElse("a CA that this machine trusts"));
                }
                default -> {}
            }
        }
        var text = root(failure).getMessage();
        var message = text == null ? "" : text.toLowerCase(Locale.ROOT);
        if (message.contains("no subject alternative") || message.contains("no name matching")) {
            return "certificate of broker %s is for another name (%s): use the name that stands in it"
                    .formatted(broker, withoutAlert(root(failure)));
        }
        if (message.contains("unrecognized ssl message") || message.contains("unsupported or unrecognized")) {
            return "broker %s does not speak TLS at that port: check the port, or write tcp://".formatted(broker);
        }
        if (message.contains("received fatal alert")) {
            return "broker %s refused the client certificate of device %s (%s)%s"
                    .formatted(broker, config.clientId(), withoutAlert(root(failure)), Tls.hint(config.tls()));
        }
        return "TLS with broker %s failed: %s".formatted(broker, withoutAlert(root(failure)));
    }

    /// Since JDK 12 a message begins with the alert in brackets, and then says it once more.
    private static String withoutAlert(Throwable failure) {
        return printable(failure).replaceFirst("^\\([a-z_]+\\) ", "");
    }

    /// What an MQTT 5 reason code says (section 2.4).
    static String ofReason(int code) {
        return switch (code) {
            case 0x81 -> "malformed packet";
            case 0x82 -> "protocol error";
            case 0x84 -> "unsupported protocol version";
            case 0x85 -> "client identifier not valid";
            case 0x86 -> "bad user name or password";
            case 0x87 -> "not authorized";
            case 0x88 -> "server unavailable";
            case 0x89 -> "server busy";
            case 0x8A -> "banned";
            case 0x8B -> "server shutting down";
            case 0x8C -> "bad authentication method";
            case 0x8D -> "keep alive timeout";
            case 0x8E -> "session taken over: another client uses the same client id";
            case 0x8F -> "topic filter invalid";
            case 0x90 -> "topic name invalid";
            case 0x93 -> "receive maximum exceeded";
            case 0x94 -> "topic alias invalid";
            case 0x95 -> "packet too large";
            case 0x96 -> "message rate too high";
            case 0x97 -> "quota exceeded";
            case 0x98 -> "administrative action";
            case 0x9A -> "retain not supported";
            case 0x9B -> "QoS not supported";
            case 0x9C -> "use another server";
            case 0x9D -> "server moved";
            case 0x9F -> "connection rate exceeded";
            case 0xA0 -> "maximum connect time";
            default -> "reason code 0x%02x".formatted(code);
        };
    }

    private static Throwable root(Throwable failure) {
        return causes(failure).getLast();
    }

    /// The failure and what led to it; bounded, because causes may go round in a circle.
    private static List<Throwable> causes(Throwable failure) {
        return Stream.<@Nullable Throwable>iterate(
                        failure, Objects::nonNull, cause -> cause == null ? null : cause.getCause())
                .limit(DEEPEST)
                .map(Objects::requireNonNull)
                .toList();
    }

    static String printable(Throwable failure) {
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : printable(message);
    }

    /// Text from outside, made fit for a log.
    static String printable(String untrusted) {
        var safe = new StringBuilder(Math.min(untrusted.length(), LONGEST));
        untrusted.chars().limit(LONGEST).forEach(c -> safe.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return safe.toString();
    }
}
