package io.pinstream.agent.driver;

import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import java.util.List;

/// What a driver saw at one moment.
public record Reading(List<Measurement> measurements, Quality quality) {
    public Reading {
        measurements = List.copyOf(measurements);
    }

    public static Reading good(Measurement... measurements) {
        return new Reading(List.of(measurements), Quality.GOOD);
    }
}
