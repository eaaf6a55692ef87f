package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.config.ConfigTree;
import io.pinstream.config.Problem;
import io.pinstream.config.Secret;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.hub.device.History;
import io.pinstream.hub.ingest.BrokerConfig;
import io.pinstream.hub.ingest.ForeignMapping;
import io.pinstream.hub.lane.Lane;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.oidc.JwtVerifier;
import io.pinstream.hub.web.AccessConfig;
import io.pinstream.hub.web.Proxies;
import io.pinstream.hub.web.Role;
import io.pinstream.hub.web.TokenHash;
import io.pinstream.hub.web.WebServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubConfigTest {
    private static final String SECRET = "geheim".repeat(6);
    private static final Path EXAMPLE = Path.of(System.getProperty("pinstream.root"), "deploy", "hub.example.yaml");

    @Test
    void hasADefaultForEveryKey() {
        // When
        var config = read("");

        // Then
        assertThat(config.broker()).isEqualTo(BrokerConfig.DEFAULT);
        assertThat(config.lanes()).isEqualTo(Lane.Config.DEFAULT);
        assertThat(config.kafka()).isEqualTo(KafkaSettings.DEFAULT);
        assertThat(config.live()).isEqualTo(LiveFeed.Config.DEFAULT);
        assertThat(config.history()).isEqualTo(History.Config.DEFAULT);
        assertThat(config.web()).isEqualTo(WebServer.Config.DEFAULT);
        assertThat(config.embedded()).isEqualTo(HubConfig.Embedded.DEFAULT);
        assertThat(config.foreign().mappings()).isEmpty();
        assertThat(config.foreign().clientId()).startsWith("pinstream-foreign-");
    }

    @Test
    void isToldInTheExampleWithEveryDefaultAndEveryKey() throws IOException {
        // Given
        var text = Files.readString(EXAMPLE);
        var tree = ConfigTree.parse("hub.example.yaml", text);

        // When
        var config = HubConfig.read(tree);

        // Then
        assertThat(tree.finish()).isEmpty();
        assertThat(config).contains(read(""));
        assertThat(tree.effective())
                .as("keys that the example leaves out")
                .noneMatch(line -> line.endsWith("(default)"));
        assertThat(tree.effective())
                .filteredOn(line -> line.endsWith(" is not set"))
                .isNotEmpty()
                .allSatisfy(line -> {
                    var path = line.replace(" is not set", "");
                    assertThat(text).containsPattern("(?m)^ *#" + path.substring(path.lastIndexOf('.') + 1) + ": ");
                });
    }

    @Test
    void canBeToldWhatTheExampleShowsInComments() throws IOException {
        // Given
        var uncommented = Files.readString(EXAMPLE)
                .lines()
                .map(line -> line.replaceFirst("^( *)#(?=[a-z])", "$1"))
                .map(line -> line.replaceFirst("\\$\\{file:[^}]*}", SECRET))
                .filter(line -> !line.matches(" *(ca|certificate|key): .*")) // files that are not here
                .collect(Collectors.joining("\n"));

        // When
        var config = read(uncommented);

        // Then
        assertThat(config.broker().login()).isPresent();
        assertThat(config.kafka().client()).containsEntry("sasl.jaas.config", SECRET);
        assertThat(config.foreign().clientId()).isEqualTo("pinstream-foreign-1");
        assertThat(config.foreign().mappings())
                .containsExactly(new ForeignMapping(
                        "tele/+/SENSOR",
                        new ForeignMapping.Device.Level(1),
                        new SensorId("climate"),
                        Optional.of("/Time"),
                        ZoneId.of("UTC"),
                        List.of(
                                new ForeignMapping.Field(Quantity.TEMPERATURE, "/AM2301/Temperature", 1, 0, true),
                                new ForeignMapping.Field(Quantity.HUMIDITY, "/AM2301/Humidity", 1, 0, true),
                                new ForeignMapping.Field(
                                        new Quantity("battery", new Unit("%")), "/Battery", 1, 0, false))));
        assertThat(config.web().access().tokens()).containsKey("grafana");
        assertThat(config.web().access().oidc().orElseThrow())
                .isEqualTo(new AccessConfig.Oidc(
                        new JwtVerifier.Config(
                                "https://login.example.org/realms/plant",
                                List.of("pinstream"),
                                URI.create("https://login.example.org/realms/plant/protocol/openid-connect/certs"),
                                "roles"),
                        AccessConfig.Oidc.ROLES));
        assertThat(config.web().access().sessionKey()).isPresent();
        assertThat(config.toString()).as("secrets").doesNotContain(SECRET);
    }

    @Test
    void takesEveryKey() {
        // When
        var config = read("""
                broker: {url: "ssl://mqtt.example.org", username: hub, password: p, window: 10, max-packet: 1MiB}
                topics: {prefix: factory/north}
                payloads: {max-bytes: 4KiB, max-records: 5, max-depth: 6, max-name-length: 7}
                kafka:
                  bootstrap-servers: "a:1,b:2"
                  prefix: north
                  lanes: 16
                  event-partitions: 12
                  replication-factor: 3
                  retention: 30d
                  client: {client.rack: r1}
                lanes: {queue-messages: 1, queue-bytes: 2MiB, batch-messages: 3, batch-bytes: 64KiB}
                foreign:
                  group: g
                  client-id: c
                  kept: 1h
                  mappings:
                    gate: {topic: gate, device: {name: gate}, sensor: s, quantities: {active: {pointer: ''}}}
                live: {streams: 0, replays: 1, queue-events: 2, queue-bytes: 1KiB}
                history: {readers: 5, records: 6}
                web:
                  host: "::"
                  port: 0
                  hosts: [Hub.example.org]
                  tokens: {a: {role: admin, hash: "pbkdf2-sha256:1:%s:%s"}}
                  oidc:
                    issuer: i
                    audience: [x, y]
                    jwks-url: http://localhost:1/keys
                    role-claim: a.b
                    roles: {viewer: v, operator: [o, p], admin: []}
                  session-key: 0123456789abcdef0123456789abcdef
                  trusted-proxies: [10.0.0.7, "fd00::/8"]
                  cors-origins: ["https://board.example.org", "http://localhost:3000"]
                embedded: {data: /d, mqtt-port: 0, kafka-port: 1}
                """.formatted("A".repeat(22), "A".repeat(43)));

        // Then
        assertThat(config.broker().name()).isEqualTo("ssl://mqtt.example.org:8883");
        assertThat(config.broker().login().orElseThrow().password().reveal()).isEqualTo("p");
        assertThat(config.broker().window()).isEqualTo(10);
        assertThat(config.broker().packetBytes()).isEqualTo(1 << 20);
        assertThat(config.lanes().topics().prefix()).isEqualTo("factory/north");
        assertThat(config.lanes().payloads()).hasToString("Limits[bytes=4096, records=5, depth=6, nameLength=7]");
        assertThat(config.lanes().queueMessages()).isEqualTo(1);
        assertThat(config.lanes().queueBytes()).isEqualTo(2 << 20);
        assertThat(config.lanes().batchMessages()).isEqualTo(3);
        assertThat(config.lanes().batchBytes()).isEqualTo(64 << 10);
        assertThat(config.kafka())
                .isEqualTo(new KafkaSettings(
                        "a:1,b:2", Map.of("client.rack", "r1"), "north", 16, 12, 3, Duration.ofDays(30)));
        assertThat(config.foreign().group()).isEqualTo("g");
        assertThat(config.foreign().clientId()).isEqualTo("c");
        assertThat(config.foreign().kept()).isEqualTo(Duration.ofHours(1));
        assertThat(config.foreign().mappings())
                .singleElement()
                .extracting(ForeignMapping::device)
                .isEqualTo(new ForeignMapping.Device.Fixed(new DeviceId("gate")));
        assertThat(config.live()).isEqualTo(new LiveFeed.Config(0, 1, 2, 1 << 10));
        assertThat(config.history()).isEqualTo(new History.Config(5, 6));
        var hash = TokenHash.parse("pbkdf2-sha256:1:%s:%s".formatted("A".repeat(22), "A".repeat(43)));
        assertThat(config.web())
                .isEqualTo(new WebServer.Config(
                        "::",
                        0,
                        List.of("hub.example.org"),
                        new AccessConfig(
                                Map.of("a", new WebServer.Token(Role.ADMIN, hash)),
                                Optional.of(new AccessConfig.Oidc(
                                        new JwtVerifier.Config(
                                                "i", List.of("x", "y"), URI.create("http://localhost:1/keys"), "a.b"),
                                        Map.of(
                                                Role.VIEWER, List.of("v"),
                                                Role.OPERATOR, List.of("o", "p"),
                                                Role.ADMIN, List.of()))),
                                Optional.of(new Secret("0123456789abcdef0123456789abcdef")),
                                new Proxies(List.of("10.0.0.7", "fd00::/8")),
                                Set.of("https://board.example.org", "http://localhost:3000")),
                        Optional.empty()));
        assertThat(config.embedded()).isEqualTo(new HubConfig.Embedded(Path.of("/d"), 0, 1));
    }

    @Test
    void namesEveryProblemWithItsLineAndNotOnlyTheFirst() {
        assertThat(problems("""
                        broker:
                          url: http://mqtt
                          username: hub
                          windw: 3
                          tls:
                            ca: /does/not/exist.pem
                        payloads:
                          max-bytes: 1GiB
                        kafka:
                          lanes: 300
                          client:
                            securty.protocol: SSL
                            acks: "0"
                            metadata.max.age.ms: soon
                        foreign:
                          mappings:
                            plug:
                              topic: tele/+/SENSOR
                              device: {level: 2}
                              sensor: climate
                              quantities: {temperature: {pointer: /T, unit: K}}
                        web:
                          host: 0.0.0.0
                        """))
                .containsExactly(
                        "hub.yaml:2:3 broker.url: broker must be tcp://host:port or ssl://host:port, but was"
                                + " \"http://mqtt\"",
                        "hub.yaml:3:3 broker.username: username needs a password beside it",
                        "hub.yaml:4:3 broker.windw is not a key of the broker; did you mean \"window\"?",
                        "hub.yaml:5:3 broker.tls: /does/not/exist.pem does not exist",
                        "hub.yaml:8:3 payloads.max-bytes: must be 1024 to 1048576 bytes, but is 1073741824",
                        "hub.yaml:10:10 kafka.lanes must be a whole number from 1 to 256, but is \"300\"",
                        "hub.yaml:12:5 kafka.client.securty.protocol: is no setting of Kafka's producer, consumer or"
                                + " admin client",
                        "hub.yaml:13:5 kafka.client.acks: is set by the hub itself; leave it out",
                        "hub.yaml:14:5 kafka.client.metadata.max.age.ms: must be of type long and [0,...], but is not",
                        "hub.yaml:21:47 foreign.mappings.plug.quantities.temperature: unit of temperature is Cel"
                                + " everywhere, but was K: leave it out and convert with scale and offset",
                        "hub.yaml:23:3 web.host: host must be a loopback address such as 127.0.0.1, but was"
                                + " \"0.0.0.0\": any other needs web.tokens or web.oidc, so that nobody asks without a login; make a"
                                + " token with pinstream-hub token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "broker: {url: 'tcp://u:p@h'} | must not carry a user or password",
                "broker: {tls: {key: k.pem}} | a client certificate needs both files",
                "topics: {prefix: 'a/#'} | topic prefix must be",
                "kafka: {prefix: 'a b'} | prefix must be 1 to 100 of",
                "kafka: {retention: 1s} | retention must be at least 1 minute",
                "kafka: {bootstrap-servers: ' '} | bootstrap servers must be host:port",
                "foreign: {group: 'a/b'} | group must have 1 to 64 characters",
                "foreign: {mappings: {a: {topic: 'x/+', sensor: s, quantities: {active: {pointer: ''}}}}} | either a level",
                "foreign: {mappings: {a: {topic: 'x/+', device: {level: 1}, sensor: s}}} | at least one quantity",
                "foreign: {mappings: {a: {topic: 'x/+', device: {level: 1}, sensor: s, zone: Mars,"
                        + " quantities: {active: {pointer: ''}}}}} | must be a zone such as UTC",
                "web: {host: example.org} | host must be a loopback address",
                "web: {host: 0.0.0.0, tokens: {}} | host must be a loopback address",
                "web: {tokens: {a: {hash: x}}} | must be pbkdf2-sha256:<rounds>:<salt>:<hash>",
                "web: {tokens: {a: {role: viewer}}} | is missing; pinstream-hub token prints the whole line",
                "web: {oidc: {issuer: i}} | web.oidc.jwks-url: is missing: it stands as jwks_uri in",
                "web: {host: 0.0.0.0, oidc: {jwks-url: 'https://h/k'}} | web.oidc.issuer: is missing: it is what",
                "web: {oidc: {issuer: i, jwks-url: 'http://h/k'}} | jwks-url must be https, because whoever changes",
                "web: {oidc: {issuer: i, jwks-url: 'https://h/k', audience: []}} | audience must name whom",
                "web: {oidc: {issuer: i, jwks-url: 'https://h/k', roles: {viewer: [], operator: [], admin: []}}}"
                        + " | roles must name at least one of the provider's roles",
                "web: {host: 0.0.0.0, oidc: {audience: x}} | host must be a loopback address",
                "web: {session-key: short} | session-key must have at least 32 characters",
                "web: {trusted-proxies: [proxy]} | trusted-proxies[0]: trusted-proxies must be addresses such as",
                "web: {cors-origins: ['*']} | cors-origins must be such as https://board.example.org",
                "web: {cors-origins: ['https://h/path']} | but was \"https://h/path\"",
                "web: {tls: {certificate: c.pem}} | certificate needs a key beside it",
                "web: {tls: {certificate: c.pem, key: k.pem}} | c.pem does not exist",
                "web: {port: 70000} | must be a whole number from 0 to 65535",
                "hub: {} | is not a key of this file"
            })
    void refusesWhatCannotWork(String yaml, String problem) {
        assertThat(problems(yaml)).singleElement().asString().contains(problem);
    }

    private static HubConfig read(String yaml) {
        var tree = ConfigTree.parse("hub.yaml", yaml);
        var config = HubConfig.read(tree);
        assertThat(tree.finish()).isEmpty();
        return config.orElseThrow();
    }

    private static List<String> problems(String yaml) {
        var tree = ConfigTree.parse("hub.yaml", yaml);
        HubConfig.read(tree);
        return tree.finish().stream().map(Problem::toString).toList();
    }
}
