package io.pinstream.agent;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.link.CommandDoor;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.agent.watch.MeterWatch;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Command;
import io.pinstream.wire.DeviceState;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What the agent says of itself on its state topic: that it is there, what it reads, and its meters.
final class StateReport implements MqttLink.Presence {
    private final AgentConfig config;
    private final Board.Description board;
    private final MeterWatch meters;
    private final TimeSource time;
    private final List<DeviceState.Sensor> sensors;
    private final List<DeviceState.Driven> actuators;
    private final Optional<CommandDoor> commands;
    private final Instant since;

    StateReport(
            AgentConfig config,
            Board.Description board,
            MeterWatch meters,
            TimeSource time,
            Optional<CommandDoor> commands) {
        this.config = config;
        this.board = board;
        this.meters = meters;
        this.time = time;
        this.since = time.instant();
        var told = new ArrayList<>(config.sensors().stream()
                .map(sensor -> new DeviceState.Sensor(
                        sensor.id(),
                        sensor.driver().type(),
                        sensor.driver().isEdgeDriven()
                                ? Optional.empty()
                                : Optional.of(sensor.sampling().every()),
                        sensor.quantities()))
                .toList());
        config.control()
                .actuators()
                .forEach((id, actuator) ->
                        told.add(new DeviceState.Sensor(id, actuator.type(), Optional.empty(), actuator.quantities())));
        this.sensors = List.copyOf(told);
        this.actuators = config.control().driven().stream()
                .map(driven -> new DeviceState.Driven(
                        driven.id(),
                        Objects.requireNonNull(config.control().actuators().get(driven.id()))
                                .type(),
                        driven.onOff() ? Command.WHOLE : 1,
                        driven.safe(),
                        driven.commands().text()))
                .toList();
        this.commands = commands;
    }

    @Override
    public Optional<CommandDoor> commands() {
        return commands;
    }

    @Override
    public String answers() {
        return topics().down(config.device());
    }

    @Override
    public Envelope online() {
        return envelope(true, since, meters.figures());
    }

    @Override
    public Envelope offline() {
        // As a last will it is written down when the connection begins: it says when the device was there last.
        return envelope(false, time.instant(), new TreeMap<>());
    }

    private Envelope envelope(boolean online, Instant when, SequencedMap<String, Double> figures) {
        var state = new DeviceState(
                config.device(),
                online,
                when,
                Version.TEXT,
                board.model(),
                board.provider(),
                sensors,
                actuators,
                figures);
        return new Envelope(
                topics().state(config.device()), Optional.of(DeviceState.CONTENT_TYPE), Map.of(), state.toJson());
    }

    private Topics topics() {
        return config.publisher().topics();
    }
}
