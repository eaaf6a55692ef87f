package io.pinstream.hub.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.event.DeviceId;
import io.pinstream.hub.log.LaneLog.Outcome;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final Envelope HELLO = new MessageCodec(new Topics("pinstream"))
            .encode(new Message.Hello(new DeviceId("attic"), Optional.empty(), 7));

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final ScriptedLaneLog log = new ScriptedLaneLog();

    private Lanes lanes = lanes(Duration.ofMillis(20));

    @AfterEach
    void close() {
        lanes.close();
    }

    @Test
    void openALaneAnewThatWasFencedWhileItIsStillOurs() {
        // Given
        log.outcomes.add(Outcome.FENCED);
        lanes.own(3);
        await().until(() -> said.contains("listen 3"));

        // When
        lanes.offer(3, HELLO);

        // Then
        await().until(() -> said.stream().filter("listen 3"::equals).count() == 2);
        assertThat(lanes.offer(3, HELLO)).isTrue();
        await().until(() -> said.contains("1 answers"));
        assertThat(said).containsExactly("listen 3", "leave 3", "listen 3", "1 answers");
        assertThat(lanes.count()).isEqualTo(1);
    }

    @Test
    void leaveALaneThatWasFencedAndThenDisownedToItsNewOwner() {
        // Given
        lanes = lanes(Duration.ofMinutes(1));
        log.outcomes.add(Outcome.FENCED);
        lanes.own(3);
        await().until(() -> said.contains("listen 3"));
        lanes.offer(3, HELLO);
        await().until(() -> said.contains("leave 3"));

        // When
        lanes.disown(List.of(3));

        // Then
        assertThat(said).as("at once, and for good").containsExactly("listen 3", "leave 3");
        assertThat(lanes.count()).isZero();
        assertThat(lanes.offer(3, HELLO)).isFalse();
        assertThat(log.closings).isEqualTo(1);
    }

    @Test
    void endEveryLaneWhenTheyClose() {
        // Given
        lanes.own(0);
        lanes.own(255);
        lanes.own(255);
        await().until(() -> said.contains("listen 0") && said.contains("listen 255"));

        // When
        lanes.close();

        // Then
        assertThat(said).hasSize(4).contains("leave 0", "leave 255");
        assertThat(log.closings).isEqualTo(2);
    }

    private Lanes lanes(Duration afterFence) {
        var link = new LaneLink() {
            @Override
            public void listen(int lane) {
                said.add("listen " + lane);
            }

            @Override
            public void leave(int lane) {
                said.add("leave " + lane);
            }

            @Override
            public void answer(List<Envelope> answers) {
                if (!answers.isEmpty()) {
                    said.add(answers.size() + " answers");
                }
            }
        };
        return new Lanes(
                number -> new Lane(
                        number,
                        Lane.Config.DEFAULT,
                        _ -> {
                            synchronized (log) {
                                return log.open();
                            }
                        },
                        link,
                        TimeSource.system(),
                        HubWatch.NONE),
                afterFence);
    }
}
