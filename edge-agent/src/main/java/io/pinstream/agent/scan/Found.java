package io.pinstream.agent.scan;

import java.util.List;
import java.util.SequencedMap;

/// A chip, or a device of the kernel, that is there.
///
/// @param bus `i2c`, `1-wire`, `iio` or `hwmon`
/// @param place where on it, such as `bus 1 address 0x76`
/// @param types the types of sensor that it may be, as a configuration names them; empty: none that we know
/// @param certain whether it says itself that it is of the only type
/// @param says what can be said of it, in words
/// @param name a name for the sensor
/// @param keys what a configuration needs beside the type
public record Found(
        String bus,
        String place,
        List<String> types,
        boolean certain,
        String says,
        String name,
        SequencedMap<String, String> keys) {}
