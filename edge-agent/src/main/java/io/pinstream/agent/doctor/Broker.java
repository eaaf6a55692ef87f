package io.pinstream.agent.doctor;

import io.pinstream.agent.doctor.Finding.Mend;
import io.pinstream.agent.link.BrokerTry;
import io.pinstream.agent.link.MqttLink;
import java.time.Duration;
import java.util.List;

/// The broker: one connection by the real link, with name, TLS and login.
public record Broker(MqttLink.Config config, Duration atMost) implements Check {
    public static final Duration AT_MOST = Duration.ofSeconds(5);

    private static final String CHECK = "broker";

    @Override
    public List<Finding> look() {
        var address = config.broker();
        return List.of(BrokerTry.connect(config, atMost)
                .map(problem -> Finding.problem(
                        CHECK, problem, Mend.command("nc -vz %s %d".formatted(address.getHost(), address.getPort()))))
                .orElseGet(() -> Finding.ok(CHECK, address + " let us in with MQTT 5")));
    }
}
