package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The MQTT topics of one installation, below a prefix (`pinstream` unless configured).
///
/// | topic | from, to |
/// |---|---|
/// | `<prefix>/v1/up/<bucket>/<device>` | agent to hub: packs and hellos |
/// | `<prefix>/v1/down/<device>` | hub to agent: welcomes and acks |
/// | `<prefix>/v1/state/<device>` | agent to all, retained |
/// | `<prefix>/v1/command/<device>` | hub to agent: commands, as MQTT 5 requests |
/// | `<prefix>/v1/reply/<device>/<asker>` | agent to the hub that asked: the response |
///
/// @param prefix one or more topic levels without wildcards, not beginning or ending with a slash
public record Topics(String prefix) {
    public static final String DEFAULT_PREFIX = "pinstream";
    /// Devices spread over this many buckets by the low byte of [Murmur2] of their id.
    public static final int BUCKETS = 256;

    public Topics {
        if (prefix.isEmpty()
                || prefix.length() > 128
                || prefix.startsWith("/")
                || prefix.endsWith("/")
                || !prefix.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '+' && c != '#' && c != '$')) {
            throw new IllegalArgumentException(
                    "topic prefix must be 1 to 128 printable characters without + # $, not beginning or ending with a"
                            + " slash, but was \"%s\"".formatted(prefix));
        }
    }

    public String up(DeviceId device) {
        return upPrefix(bucket(device)) + device;
    }

    /// The topic filter of one bucket's packs and hellos.
    public String upFilter(int bucket) {
        return upPrefix(bucket) + "+";
    }

    public String down(DeviceId device) {
        return prefix + "/v1/down/" + device;
    }

    public String state(DeviceId device) {
        return prefix + "/v1/state/" + device;
    }

    public String stateFilter() {
        return prefix + "/v1/state/+";
    }

    public String command(DeviceId device) {
        return prefix + "/v1/command/" + device;
    }

    /// Where a device answers one who asks, who takes a name like a device's id. Two levels, so that a broker's
    /// access rules can hold a device to its own replies while each asker hears only those to himself.
    public String reply(DeviceId device, String asker) {
        return replies(device) + "/" + asker;
    }

    /// The topic filter of every device's replies to one asker.
    public String replyFilter(String asker) {
        return prefix + "/v1/reply/+/" + asker;
    }

    String replies(DeviceId device) {
        return prefix + "/v1/reply/" + device;
    }

    /// Whether a topic is one that the device may answer on.
    boolean isReply(DeviceId device, String topic) {
        var own = replies(device) + "/";
        return topic.startsWith(own)
                && DeviceId.problemWith(topic.substring(own.length())).isEmpty();
    }

    /// The device that a topic of replies to this asker names; empty if it is none of ours.
    Optional<DeviceId> deviceOfReply(String asker, String topic) {
        int end = topic.lastIndexOf('/');
        return end < 0
                ? Optional.empty()
                : lastLevel(topic.substring(0, end)).filter(d -> topic.equals(reply(d, asker)));
    }

    /// The device that an up topic names; empty if it is none of ours, or its bucket is not the device's.
    public Optional<DeviceId> deviceOfUp(String topic) {
        var device = lastLevel(topic);
        return device.filter(d -> topic.equals(up(d)));
    }

    /// The device that a down topic names; empty if it is none of ours.
    public Optional<DeviceId> deviceOfDown(String topic) {
        return lastLevel(topic).filter(d -> topic.equals(down(d)));
    }

    /// The device that a state topic names; empty if it is none of ours.
    public Optional<DeviceId> deviceOfState(String topic) {
        return lastLevel(topic).filter(d -> topic.equals(state(d)));
    }

    /// A device's bucket. Kafka's default partitioner takes the same hash, so that devices of one bucket are in
    /// few partitions: a transaction costs something for each partition that it touches.
    public static int bucket(DeviceId device) {
        return Murmur2.hash(device.value().getBytes(StandardCharsets.US_ASCII)) & 0xff;
    }

    private String upPrefix(int bucket) {
        return prefix + "/v1/up/" + HEX[bucket] + "/";
    }

    private static Optional<DeviceId> lastLevel(String topic) {
        var text = topic.substring(topic.lastIndexOf('/') + 1);
        return DeviceId.problemWith(text).isEmpty() ? Optional.of(new DeviceId(text)) : Optional.empty();
    }

    private static final String[] HEX = new String[BUCKETS];

    static {
        for (int i = 0; i < BUCKETS; i++) {
            HEX[i] = "%02x".formatted(i);
        }
    }
}
