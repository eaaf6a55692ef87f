package io.pinstream.hub.watch;

import io.pinstream.event.DeviceId;
import io.pinstream.report.Outage;
import io.pinstream.report.Tally;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the hub's log: one line an event, a lost thing once and a restored thing once.
///
/// A line is a short sentence and then fixed keys: `broker`, `lane`, `device`, `events`, `error`, `lasted`,
/// `failures`. What happens at every pack is not logged but counted (see [MeterWatch]); what should not happen and
/// may happen often is added up and said once a minute. Texts from devices and peers are reduced to printable
/// ASCII.
public final class LoggingWatch implements HubWatch {
    /// How often the log repeats what goes on and on.
    static final Duration PAUSE = Duration.ofMinutes(1);

    private static final int LONGEST = 256;

    private final Logger log = LoggerFactory.getLogger("io.pinstream.hub");
    private final TimeSource time;
    private final Map<String, Outage> brokers = new ConcurrentHashMap<>();
    private final Map<String, Tally> letters = new ConcurrentHashMap<>();
    private final Map<String, Outage> readers = new ConcurrentHashMap<>();
    private final Map<String, Outage> outlets = new ConcurrentHashMap<>();
    private final Map<String, Tally> outletLetters = new ConcurrentHashMap<>();
    private final Outage kafka = new Outage();
    private final Outage issuer = new Outage();
    private final Tally shed = new Tally(PAUSE);
    private final Tally answers = new Tally(PAUSE);
    private final Tally lost = new Tally(PAUSE);
    private final Tally replies = new Tally(PAUSE);
    private final Tally refusals = new Tally(PAUSE);
    private final Tally named = new Tally(PAUSE);

    public LoggingWatch(TimeSource time) {
        this.time = time;
    }

    @Override
    public void started(String web) {
        log.info("hub is running web={}", web);
    }

    @Override
    public void stopped() {
        log.info("hub has stopped");
    }

    @Override
    public void topicDoubtful(String topic, String finding) {
        log.warn("topic is not as it should be topic={} finding={}", topic, quoted(finding));
    }

    @Override
    public void brokerUp(String broker) {
        var ended = brokers.computeIfAbsent(broker, _ -> new Outage()).works(time.nanos());
        if (ended.isPresent()) {
            log.info(
                    "broker is back broker={} lasted={} failures={}",
                    quoted(broker),
                    quoted(spoken(ended.get().lasted())),
                    ended.get().failures());
        } else {
            log.info("broker is connected broker={}", quoted(broker));
        }
    }

    @Override
    public void brokerLost(String broker, String reason) {
        if (brokers.computeIfAbsent(broker, _ -> new Outage()).failed(time.nanos())) {
            log.warn(
                    "broker is away; trying again until it is back broker={} error={}", quoted(broker), quoted(reason));
        }
    }

    @Override
    public void laneOpened(int lane, int devices) {
        log.info("lane is open lane={} devices={}", lane, devices);
    }

    @Override
    public void laneClosed(int lane, String reason) {
        log.info("lane is closed lane={} reason={}", lane, quoted(reason));
    }

    @Override
    public void committed(int lane, int packs, int events, Duration took) {
        kafkaWorks();
    }

    @Override
    public void foreignCommitted(int events, Duration took) {
        kafkaWorks();
    }

    @Override
    public void kafkaUp() {
        kafkaWorks();
    }

    private void kafkaWorks() {
        kafka.works(time.nanos())
                .ifPresent(ended -> log.info(
                        "Kafka takes events again lasted={} failures={}",
                        quoted(spoken(ended.lasted())),
                        ended.failures()));
    }

    @Override
    public void commitFailed(int lane, String outcome, String reason) {
        if (kafka.failed(time.nanos())) {
            log.warn(
                    "Kafka does not take events; agents keep theirs lane={} outcome={} error={}",
                    lane,
                    quoted(outcome),
                    quoted(reason));
        }
    }

    @Override
    public void kafkaLost(String reason) {
        if (kafka.failed(time.nanos())) {
            log.warn("Kafka is away; trying again until it is back error={}", quoted(reason));
        }
    }

    @Override
    public void readerWorks(String reader) {
        readers.computeIfAbsent(reader, _ -> new Outage())
                .works(time.nanos())
                .ifPresent(ended -> log.info(
                        "Kafka can be read again reader={} lasted={} failures={}",
                        reader,
                        quoted(spoken(ended.lasted())),
                        ended.failures()));
    }

    @Override
    public void readerFailed(String reader, String reason) {
        if (readers.computeIfAbsent(reader, _ -> new Outage()).failed(time.nanos())) {
            log.warn("Kafka cannot be read; trying again until it can reader={} error={}", reader, quoted(reason));
        }
    }

    @Override
    public void outletState(String outlet, String state) {
        outlets.computeIfAbsent(outlet, _ -> new Outage())
                .works(time.nanos())
                .ifPresentOrElse(
                        ended -> log.info(
                                "outlet works again outlet={} state={} lasted={} failures={}",
                                outlet,
                                state,
                                quoted(spoken(ended.lasted())),
                                ended.failures()),
                        () -> log.info("outlet does something else now outlet={} state={}", outlet, state));
    }

    @Override
    public void outletTroubled(String outlet, String reason) {
        if (outlets.computeIfAbsent(outlet, _ -> new Outage()).failed(time.nanos())) {
            log.warn("outlet cannot send; trying again until it can outlet={} error={}", outlet, quoted(reason));
        }
    }

    @Override
    public void outletDead(String outlet, String reason) {
        outletLetters
                .computeIfAbsent(outlet, _ -> new Tally(PAUSE))
                .add(1, time.nanos())
                .ifPresent(sum -> log.warn(
                        "events of an outlet went to the dead letters outlet={} events={} error={}",
                        outlet,
                        sum,
                        quoted(reason)));
    }

    @Override
    public void outletGap(String outlet, long events) {
        log.warn(
                "retention deleted events before the outlet had read them; raise kafka.retention outlet={} events={}",
                outlet,
                events);
    }

    @Override
    public void shed(int lane, int messages) {
        shed.add(messages, time.nanos())
                .ifPresent(sum ->
                        log.warn("lane is full, messages were shed; agents send again lane={} messages={}", lane, sum));
    }

    @Override
    public void answersDropped(int dropped) {
        answers.add(dropped, time.nanos())
                .ifPresent(sum -> log.warn("answers to agents were dropped; agents ask again answers={}", sum));
    }

    @Override
    public void foreignLost(int messages) {
        lost.add(messages, time.nanos())
                .ifPresent(sum -> log.warn("messages of QoS 0 of foreign devices were lost messages={}", sum));
    }

    @Override
    public void deadLetter(String topic, String reason) {
        // By its first words: a thousand devices with one fault are one line a minute.
        var kind = reason.length() <= 16 ? reason : reason.substring(0, 16);
        if (letters.size() < 1000) {
            letters.computeIfAbsent(kind, _ -> new Tally(PAUSE))
                    .add(1, time.nanos())
                    .ifPresent(sum -> log.warn(
                            "messages went to the dead letters messages={} topic={} error={}",
                            sum,
                            quoted(topic),
                            quoted(reason)));
        }
    }

    @Override
    public void droppedNamed(DeviceId device, long events) {
        named.add(events, time.nanos())
                .ifPresent(sum -> log.warn(
                        "a device had no room and dropped events, which it names device={} events={}", device, sum));
    }

    @Override
    public void replyUnusable(String topic) {
        replies.add(1, time.nanos())
                .ifPresent(
                        sum -> log.warn("replies to commands cannot be read messages={} topic={}", sum, quoted(topic)));
    }

    @Override
    public void webExposed(String host) {
        log.warn(
                "the web server speaks plain HTTP on a network: whoever listens on the way reads every token;"
                        + " set web.tls, or web.trusted-proxies with a proxy that has TLS host={}",
                quoted(host));
    }

    @Override
    public void issuerUp() {
        issuer.works(time.nanos())
                .ifPresent(ended -> log.info(
                        "the OpenID provider's keys can be read again lasted={} failures={}",
                        quoted(spoken(ended.lasted())),
                        ended.failures()));
    }

    @Override
    public void issuerLost(String reason) {
        if (issuer.failed(time.nanos())) {
            log.warn(
                    "the OpenID provider's keys cannot be read; those that were read before go on error={}",
                    quoted(reason));
        }
    }

    @Override
    public void loggedIn(String name, String role, String address) {
        log.info("somebody logged in name={} role={} address={}", quoted(name), role, quoted(address));
    }

    @Override
    public void loginRefused(String address, String reason) {
        refusals.add(1, time.nanos())
                .ifPresent(sum -> log.warn(
                        "logins were refused; the last of them is named logins={} address={} error={}",
                        sum,
                        quoted(address),
                        quoted(reason)));
    }

    @Override
    public void askedForChange(String name, String address, String what, int status) {
        log.info(
                "somebody asked for a change name={} address={} what={} status={}",
                quoted(name),
                quoted(address),
                quoted(what),
                status);
    }

    /// In quotes, with nothing in it that could end the line, colour a terminal or pass for another key.
    static String quoted(String text) {
        var safe = new StringBuilder("\"");
        text.chars()
                .limit(LONGEST)
                .map(c -> c == '"' ? '\'' : c)
                .forEach(c -> safe.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return safe.append('"').toString();
    }

    /// As people say it: `850 ms`, `12 s`, `4 h 12 min`.
    static String spoken(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + " ms";
        }
        if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
            return duration.toSeconds() + " s";
        }
        if (duration.compareTo(Duration.ofHours(1)) < 0) {
            return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
        }
        if (duration.compareTo(Duration.ofDays(1)) < 0) {
            return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
        }
        return "%d d %d h".formatted(duration.toDays(), duration.toHoursPart());
    }
}
