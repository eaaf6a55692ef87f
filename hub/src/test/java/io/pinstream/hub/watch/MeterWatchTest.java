package io.pinstream.hub.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MeterWatchTest {
    @Test
    void countsWhatTheHubDoesAndNeverNamesADevice() {
        var watch = new MeterWatch();

        watch.brokerUp("tcp://127.0.0.1:1883");
        watch.laneOpened(0, 2);
        watch.devices(0, 3);
        watch.committed(0, 2, 20, Duration.ofMillis(5));
        watch.repeated(0, new DeviceId("attic"));
        watch.unexpected(0, new DeviceId("attic"));
        watch.droppedNamed(new DeviceId("attic"), 7);
        watch.deadLetter("a/attic", "no JSON");
        watch.commitFailed(0, "aborted", "attic");
        watch.endToEnd(Duration.ofMillis(30));
        watch.liveStreams(4);
        watch.liveReplays(2);
        watch.liveDropped(9);
        watch.liveGap();

        assertThat(watch.scrape().lines())
                .contains(
                        "pinstream_hub_broker_up{broker=\"tcp://127.0.0.1:1883\"} 1.0",
                        "pinstream_hub_live_streams 4.0",
                        "pinstream_hub_live_replays 2.0",
                        "pinstream_hub_live_dropped_total 9.0",
                        "pinstream_hub_live_gaps_total 1.0",
                        "pinstream_hub_lanes 1.0",
                        "pinstream_hub_devices 3.0",
                        "pinstream_hub_ingest_packs_total 2.0",
                        "pinstream_hub_ingest_events_total 20.0",
                        "pinstream_hub_duplicates_total 1.0",
                        "pinstream_hub_sequence_gaps_total 1.0",
                        "pinstream_hub_dropped_events_total 7.0",
                        "pinstream_hub_dead_letters_total{kind=\"message\"} 1.0",
                        "pinstream_hub_kafka_failures_total{outcome=\"aborted\"} 1.0",
                        "pinstream_hub_kafka_failures_total{outcome=\"unknown\"} 0.0",
                        "pinstream_hub_kafka_batch_seconds_count 1",
                        "pinstream_hub_end_to_end_seconds_bucket{le=\"0.025\"} 0",
                        "pinstream_hub_end_to_end_seconds_bucket{le=\"0.05\"} 1");
        assertThat(watch.scrape()).doesNotContain("attic");
    }
}
