package io.pinstream.agent;

import io.pinstream.agent.driver.Ds18b20Config;
import io.pinstream.agent.driver.HostConfig;
import io.pinstream.agent.driver.HwmonConfig;
import io.pinstream.agent.driver.IioConfig;
import io.pinstream.config.ConfigTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The types that the kernel shows as files.
final class KernelSensors {
    static final List<SensorType> TYPES = List.of(
            SensorType.slow("ds18b20", KernelSensors::ds18b20),
            SensorType.slow("iio", KernelSensors::iio),
            SensorType.slow("hwmon", KernelSensors::hwmon),
            SensorType.slow("host", KernelSensors::host));

    private KernelSensors() {}

    private static Optional<Ds18b20Config> ds18b20(ConfigTree tree) {
        return tree.build(() -> new Ds18b20Config(tree.optionalText("id")));
    }

    private static Optional<IioConfig> iio(ConfigTree tree) {
        return tree.build(() -> new IioConfig(tree.optionalText("device"), tree.texts("channels", List.of())));
    }

    private static Optional<HwmonConfig> hwmon(ConfigTree tree) {
        return tree.build(() -> new HwmonConfig(tree.optionalText("device"), tree.texts("channels", List.of())));
    }

    private static Optional<HostConfig> host(ConfigTree tree) {
        return tree.build(() -> new HostConfig(tree.parsed("disk", HostConfig.DISK, Path::of)));
    }
}
