package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.event.DeviceId;
import io.pinstream.sim.process.Program;
import io.pinstream.wire.Topics;
import java.time.Duration;

/// Waits until a hub hears every lane. It says that a lane is open a moment before it has subscribed, and what is
/// published in between is nobody's: an agent would send it again, a test that publishes once would wait for ever.
final class EveryLane {
    private static final int LANES = 4;
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    private EveryLane() {}

    /// Asks in the name of one device of each lane until it is answered.
    static void awaitListening(Stage stage, Program hub) throws Exception {
        for (int lane = 0; lane < LANES; lane++) {
            hub.awaitOutput("lane is open lane=" + lane);
            var device = deviceOf(lane);
            var down = stage.client(
                    "greeter",
                    "mosquitto_sub",
                    "-V",
                    "mqttv5",
                    "-p",
                    "" + stage.mqttPort,
                    "-t",
                    TOPICS.down(device),
                    "-F",
                    "%P");
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                var ignored = stage.feed(
                        "".getBytes(UTF_8),
                        "mosquitto_pub",
                        "-V",
                        "mqttv5",
                        "-p",
                        "" + stage.mqttPort,
                        "-q",
                        "1",
                        "-t",
                        TOPICS.up(device),
                        "-D",
                        "publish",
                        "user-property",
                        "message",
                        "hello",
                        "-D",
                        "publish",
                        "user-property",
                        "nonce",
                        "00000000000000ff",
                        "-n");
                assertThat(down.output()).contains("message:welcome");
            });
        }
    }

    private static DeviceId deviceOf(int lane) {
        for (int i = 0; ; i++) {
            var device = new DeviceId("greeter-" + i);
            if (Topics.bucket(device) % LANES == lane) {
                return device;
            }
        }
    }
}
