package io.pinstream.sim.demo;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.hub.Hub;
import io.pinstream.hub.HubConfig;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.lifecycle.Closer;
import io.pinstream.lifecycle.EmbeddedServers;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;

/// The whole line in one process: an MQTT broker, a Kafka node, the hub, and a handful of devices.
public final class Demo implements AutoCloseable {
    private static final int MQTT = 1883;
    private static final int KAFKA = 9092;
    private static final int WEB = 8080;

    private final EmbeddedServers servers;
    private final Hub hub;
    private final Devices devices;
    private final Closer closer;

    private Demo(EmbeddedServers servers, Hub hub, Devices devices, Closer closer) {
        this.servers = servers;
        this.hub = hub;
        this.devices = devices;
        this.closer = closer;
    }

    /// Starts everything, from what is kept in the folder.
    ///
    /// @param agents hears what the agents have to say, `hubs` what the hub has
    public static Demo start(Place place, AgentWatch agents, HubWatch hubs) throws IOException, InterruptedException {
        var provider = ServiceLoader.load(EmbeddedServers.Provider.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the embedded servers are not packed; this is a bug in the simulators"));
        var closer = new Closer();
        try {
            var servers = closer.add(servers(provider, place));
            var config = HubConfig.local(servers.mqttPort(), servers.bootstrapServers(), Place.portLike(WEB));
            var hub = closer.add(Hub.start(config, TimeSource.system(), hubs));
            var devices = closer.add(new Devices(place.folder().resolve("devices"), servers.mqttPort()));
            devices.start(agents);
            return new Demo(servers, hub, devices, closer);
        } catch (IOException failure) {
            throw closer.closeAfter(failure);
        } catch (InterruptedException stop) {
            throw closer.closeAfter(stop);
        } catch (RuntimeException bug) {
            throw closer.closeAfter(bug);
        }
    }

    /// At the usual ports; at others if somebody has taken one, also in the moment between looking and starting.
    private static EmbeddedServers servers(EmbeddedServers.Provider provider, Place place)
            throws IOException, InterruptedException {
        var data = place.folder().resolve("servers");
        try {
            return provider.open(data, Place.portLike(MQTT), Place.portLike(KAFKA));
        } catch (IOException taken) {
            try {
                return provider.open(data, Place.portLike(0), Place.portLike(0));
            } catch (IOException other) {
                taken.addSuppressed(other);
                throw taken;
            }
        }
    }

    /// Where to look further, a line each.
    public List<String> hints() {
        return List.of(
                "dashboard    http://127.0.0.1:%d/".formatted(hub.webPort()),
                "MQTT broker  127.0.0.1:%d   mosquitto_sub -V 5 -p %<d -v -t 'pinstream/v1/state/#'"
                        .formatted(servers.mqttPort()),
                "Kafka        %s   kcat -q -b %<s -X isolation.level=read_committed -t pinstream.events -o end -f '%%k %%s\\n'"
                        .formatted(servers.bootstrapServers()),
                "hub          127.0.0.1:%d   curl -sN 'http://127.0.0.1:%<d/api/v1/stream?device=greenhouse'"
                        .formatted(hub.webPort()));
    }

    /// How it goes, in one line.
    public String status() {
        var look = hub.look();
        return "devices %d | %,.0f events/s | committed %,d | lag %,d | duplicates dropped %,d | dead letters %,d"
                .formatted(
                        devices.count(),
                        look.eventsPerSecond(),
                        look.events(),
                        devices.waiting(),
                        look.duplicates(),
                        look.deadLetters());
    }

    /// Ends the devices, which lets them send what they have, then the hub, then the servers.
    @Override
    public void close() throws IOException {
        closer.close();
    }
}
