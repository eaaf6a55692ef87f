package io.pinstream.hub.watch;

import io.pinstream.event.DeviceId;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Several watches as one: each hears everything, in the order in which they are given.
public final class Watches implements HubWatch {
    private final List<HubWatch> watches;

    public Watches(HubWatch... watches) {
        this.watches = List.of(watches);
    }

    private void tell(Consumer<HubWatch> what) {
        watches.forEach(what);
    }

    @Override
    public void started(String web) {
        tell(w -> w.started(web));
    }

    @Override
    public void stopped() {
        tell(HubWatch::stopped);
    }

    @Override
    public void topicDoubtful(String topic, String finding) {
        tell(w -> w.topicDoubtful(topic, finding));
    }

    @Override
    public void brokerUp(String broker) {
        tell(w -> w.brokerUp(broker));
    }

    @Override
    public void brokerLost(String broker, String reason) {
        tell(w -> w.brokerLost(broker, reason));
    }

    @Override
    public void laneOpened(int lane, int devices) {
        tell(w -> w.laneOpened(lane, devices));
    }

    @Override
    public void laneClosed(int lane, String reason) {
        tell(w -> w.laneClosed(lane, reason));
    }

    @Override
    public void committed(int lane, int packs, int events, Duration took) {
        tell(w -> w.committed(lane, packs, events, took));
    }

    @Override
    public void devices(int lane, int devices) {
        tell(w -> w.devices(lane, devices));
    }

    @Override
    public void commitFailed(int lane, String outcome, String reason) {
        tell(w -> w.commitFailed(lane, outcome, reason));
    }

    @Override
    public void repeated(int lane, DeviceId device) {
        tell(w -> w.repeated(lane, device));
    }

    @Override
    public void unexpected(int lane, DeviceId device) {
        tell(w -> w.unexpected(lane, device));
    }

    @Override
    public void shed(int lane, int messages) {
        tell(w -> w.shed(lane, messages));
    }

    @Override
    public void answersDropped(int answers) {
        tell(w -> w.answersDropped(answers));
    }

    @Override
    public void foreignCommitted(int events, Duration took) {
        tell(w -> w.foreignCommitted(events, took));
    }

    @Override
    public void deadLetter(String topic, String reason) {
        tell(w -> w.deadLetter(topic, reason));
    }

    @Override
    public void droppedNamed(DeviceId device, long events) {
        tell(w -> w.droppedNamed(device, events));
    }

    @Override
    public void webExposed(String host) {
        tell(w -> w.webExposed(host));
    }

    @Override
    public void issuerUp() {
        tell(HubWatch::issuerUp);
    }

    @Override
    public void issuerLost(String reason) {
        tell(w -> w.issuerLost(reason));
    }

    @Override
    public void loggedIn(String name, String role, String address) {
        tell(w -> w.loggedIn(name, role, address));
    }

    @Override
    public void loginRefused(String address, String reason) {
        tell(w -> w.loginRefused(address, reason));
    }

    @Override
    public void askedForChange(String name, String address, String what, int status) {
        tell(w -> w.askedForChange(name, address, what, status));
    }

    @Override
    public void endToEnd(Duration latency) {
        tell(w -> w.endToEnd(latency));
    }

    @Override
    public void kafkaUp() {
        tell(HubWatch::kafkaUp);
    }

    @Override
    public void kafkaLost(String reason) {
        tell(w -> w.kafkaLost(reason));
    }

    @Override
    public void foreignLost(int messages) {
        tell(w -> w.foreignLost(messages));
    }

    @Override
    public void liveStreams(int open) {
        tell(w -> w.liveStreams(open));
    }

    @Override
    public void liveReplays(int running) {
        tell(w -> w.liveReplays(running));
    }

    @Override
    public void liveDropped(long events) {
        tell(w -> w.liveDropped(events));
    }

    @Override
    public void liveGap() {
        tell(HubWatch::liveGap);
    }

    @Override
    public void outletState(String outlet, String state) {
        tell(w -> w.outletState(outlet, state));
    }

    @Override
    public void outletTroubled(String outlet, String reason) {
        tell(w -> w.outletTroubled(outlet, reason));
    }

    @Override
    public void outletSent(String outlet, long events, long unheard) {
        tell(w -> w.outletSent(outlet, events, unheard));
    }

    @Override
    public void outletRepeated(String outlet, long events) {
        tell(w -> w.outletRepeated(outlet, events));
    }

    @Override
    public void outletDead(String outlet, String reason) {
        tell(w -> w.outletDead(outlet, reason));
    }

    @Override
    public void outletGap(String outlet, long events) {
        tell(w -> w.outletGap(outlet, events));
    }

    @Override
    public void outletLag(String outlet, long events) {
        tell(w -> w.outletLag(outlet, events));
    }

    @Override
    public void readerWorks(String reader) {
        tell(w -> w.readerWorks(reader));
    }

    @Override
    public void readerFailed(String reader, String reason) {
        tell(w -> w.readerFailed(reader, reason));
    }

    @Override
    public void commanded(String outcome, Duration took) {
        tell(w -> w.commanded(outcome, took));
    }

    @Override
    public void replyUnusable(String topic) {
        tell(w -> w.replyUnusable(topic));
    }

    @Override
    public void webAnswered(String method, String route, int status, Duration took) {
        tell(w -> w.webAnswered(method, route, status, took));
    }
}
