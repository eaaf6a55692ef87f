package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import io.pinstream.hub.log.RealKafka;
import io.pinstream.hub.outlet.OutletStatus.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XReadGroupParams;

/// Redis as a target: the real server.
class RedisOutletIT {
    private Line line;

    @BeforeEach
    void start() throws Exception {
        line = new Line();
    }

    @AfterEach
    void stop() {
        line.close();
    }

    private static String yaml(RedisServer redis, String more) {
        return """
                outlets:
                  redis:
                    type: redis
                    retry: {first: 10ms, longest: 200ms}
                    to: {url: "redis://127.0.0.1:%d", password: geheim, channel: "all.{device}"%s}
                """.formatted(redis.port(), more);
    }

    @Test
    void publishesToListenersAndCountsWhatNobodyHeard() throws Exception {
        try (var redis = new RedisServer()) {
            // Given
            var heard = new CopyOnWriteArrayList<String>();
            var listener = new JedisPubSub() {
                @Override
                public void onPMessage(String pattern, String channel, String message) {
                    heard.add(channel + " " + message);
                }
            };
            var thread = Thread.ofVirtual().start(() -> {
                try (var client = redis.client()) {
                    client.psubscribe(listener, "all.attic");
                }
            });
            await().atMost(Line.LIMIT).until(listener::isSubscribed);

            // When
            line.write("attic", 10);
            line.write("cellar", 4);
            var hub = line.hub(yaml(redis, ""));

            // Then
            await().atMost(Line.LIMIT).until(() -> heard.size() == 10);
            await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().unheard() == 4);
            assertThat(hub.list().getFirst().sent()).isEqualTo(14);
            var event = EventFormatProvider.getInstance()
                    .resolveFormat(JsonFormat.CONTENT_TYPE)
                    .deserialize(heard.get(3).substring("all.attic ".length()).getBytes(StandardCharsets.UTF_8));
            assertThat(event.getId()).isEqualTo("attic-3");
            listener.punsubscribe();
            thread.join();
        }
    }

    @Test
    void saysThatThePasswordIsWrong() throws Exception {
        try (var redis = new RedisServer()) {
            line.write("attic", 1);

            var hub = line.hub(yaml(redis, "").replace("geheim", "falsch"));

            await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().error().contains("WRONGPASS"));
            assertThat(hub.list().getFirst().error()).doesNotContain("falsch");
        }
    }

    /// The streams are of use to whoever shares work: each entry to one worker, until that says that it is done.
    @Test
    void addsToStreamsThatConsumerGroupsShareAndThatStayShort() throws Exception {
        try (var redis = new RedisServer();
                var client = redis.client()) {
            // Given
            client.xgroupCreate("work", "crew", new StreamEntryID(0, 0), true);

            // When
            line.write("attic", 300);
            var hub = line.hub(yaml(redis, ", mode: stream, max-length: 150").replace("all.{device}", "work"));

            // Then
            await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().sent() == 300);
            assertThat(client.xlen("work")).isBetween(150L, 299L); // trimmed by whole nodes
            var ids = new ArrayList<String>();
            for (var worker : List.of("anna", "ben", "anna", "ben")) {
                var given = client.xreadGroup(
                        "crew",
                        worker,
                        XReadGroupParams.xReadGroupParams().count(30),
                        Map.of("work", StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
                for (var entry : given.getFirst().getValue()) {
                    var fields = entry.getFields();
                    var data = fields.get("data").getBytes(StandardCharsets.UTF_8);
                    ids.add(BinaryMode.read("ce_", fields, data).getId());
                    client.xack("work", "crew", entry.getID());
                }
            }
            assertThat(ids).hasSize(120).doesNotHaveDuplicates();
            assertThat(client.xpending("work", "crew").getTotal()).isZero();
        }
    }

    /// Redis with TLS only, which wants a certificate, and a user who may do what an outlet needs and nothing
    /// else.
    private static RedisServer encrypted(Authority authority, int port) throws Exception {
        return new RedisServer(("--bind 127.0.0.1 127.0.0.2 --tls-port %d --tls-auth-clients yes --tls-ca-cert-file %s"
                        + " --tls-cert-file %s --tls-key-file %s --user hub on >hubs ~all.* &all.*"
                        + " +publish +xadd +xrange +multi +exec +discard +client|setname")
                .formatted(port, authority.certificate("ca"), authority.certificate("server"), authority.key("server"))
                .split(" "));
    }

    private static String encryptedYaml(String name, String url, String tls, String more) {
        return """
                outlets:
                  %s:
                    type: redis
                    retry: {first: 10ms, longest: 200ms}
                    to:
                      url: %s
                      username: hub
                      password: hubs
                      tls: %s
                      %s
                """.formatted(name, url, tls, more.replace("\n", "\n      "));
    }

    @Test
    void encryptsProvesWhoItIsAndNeedsNoMoreThanItsAclUserMay() throws Exception {
        // Given
        var authority = new Authority(RealKafka.folder("authority"));
        int port = Ports.free();
        var url = "rediss://localhost:" + port;
        try (var redis = encrypted(authority, port)) {
            line.write("attic", 20);

            // When
            line.hub(encryptedYaml(
                    "streams",
                    url,
                    authority.yaml(true),
                    "mode: stream\nchannel: \"all.{device}\"\ndeduplicate: true"));
            var publishing =
                    line.hub(encryptedYaml("channels", url, authority.yaml(true), "channel: \"all.{device}\""));

            // Then
            await().atMost(Line.LIMIT).until(() -> line.isComplete(redis.ids("all.*")));
            line.assertComplete(redis.ids("all.*"));
            await().atMost(Line.LIMIT).until(() -> publishing.list().getFirst().unheard() == 20);

            // And what is refused says so
            assertTrouble("nobody", url, authority.yaml(false), "", "certificate");
            assertTrouble("strangers", url, "{}", "", "unable to find valid certification path");
            assertTrouble(
                    "elsewhere",
                    url.replace("localhost", "127.0.0.2"),
                    authority.yaml(true),
                    "",
                    "No subject alternative names matching IP address 127.0.0.2");
            assertTrouble("channel", url, authority.yaml(true), "channel: \"mine.{device}\"", "NOPERM");
            assertTrouble("stream", url, authority.yaml(true), "mode: stream\nchannel: \"mine.{device}\"", "NOPERM");
        }
    }

    private void assertTrouble(String name, String url, String tls, String more, String expected) {
        var hub = line.hub(encryptedYaml(name, url, tls, more));
        await().atMost(Line.LIMIT)
                .untilAsserted(
                        () -> assertThat(hub.list().getFirst().error()).as(name).contains(expected));
        assertThat(hub.list().getFirst().state()).isEqualTo(State.RETRYING);
        assertThat(hub.list().getFirst().error()).doesNotContain("hubs");
        hub.close();
    }
}
