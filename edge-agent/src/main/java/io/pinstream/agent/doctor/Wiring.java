package io.pinstream.agent.doctor;

import io.pinstream.agent.doctor.Finding.Mend;
import io.pinstream.agent.driver.Needed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The buses and ports that sensors are configured on: whether they are there, and may be opened.
///
/// @param needs by the sensor's or actuator's name
public record Wiring(Machine machine, Map<String, List<Needed>> needs) implements Check {
    private static final Mend OVERLAY =
            new Mend("load the driver of the chip, such as dtoverlay=dht11,gpiopin=4 on a Raspberry Pi", Mend.HAND);
    private static final Mend MAKER = new Mend("enable it as the maker of this board describes", Mend.HAND);

    /// A device of the kernel.
    ///
    /// @param setting the firmware's, which makes it; empty if there is none
    /// @param module the kernel's, which makes the device file; empty if there is none
    private record Device(String name, String path, String group, String setting, String module) {}

    @Override
    public List<Finding> look() {
        var users = new LinkedHashMap<Device, List<String>>();
        needs.forEach((sensor, needed) -> needed.forEach(one -> device(one)
                .ifPresent(device ->
                        users.computeIfAbsent(device, _ -> new ArrayList<>()).add(sensor))));
        return users.entrySet().stream()
                .map(each -> look(each.getKey(), "for " + String.join(", ", each.getValue())))
                .toList();
    }

    private Finding look(Device device, String users) {
        if (!machine.has(device.path)) {
            return absent(device, users);
        }
        if (!device.group.isEmpty() && !machine.mayUse(device.path)) {
            return Finding.problem(
                    device.name,
                    "user %s may not use %s, %s".formatted(machine.user(), device.path, users),
                    machine.permission(device.group));
        }
        return Finding.ok(device.name, "%s is there, %s".formatted(device.path, users));
    }

    private Finding absent(Device device, String users) {
        var says = "there is no %s, %s".formatted(device.path, users);
        if (device.setting.isEmpty()) {
            return Finding.problem(device.name, says, OVERLAY);
        }
        if (!machine.isRaspberryPi()) {
            return Finding.problem(
                    device.name,
                    says,
                    device.module.isEmpty() ? MAKER : Mend.command("sudo modprobe " + device.module));
        }
        if (!machine.isSet(device.setting)) {
            return Finding.problem(
                    device.name,
                    says + " (then restart the board)",
                    new Mend(device.setting, machine.firmwareConfig()));
        }
        return Finding.problem(
                device.name,
                "%s, although %s has %s".formatted(says, machine.firmwareConfig(), device.setting),
                Mend.command(device.module.isEmpty() ? "sudo reboot" : "sudo modprobe " + device.module));
    }

    private static Optional<Device> device(Needed needed) {
        return switch (needed) {
            case Needed.I2cBus(int bus) ->
                Optional.of(new Device("i2c " + bus, "/dev/i2c-" + bus, "i2c", i2cSetting(bus), "i2c-dev"));
            case Needed.SpiChip(int bus, int select) ->
                Optional.of(new Device(
                        "spi %d.%d".formatted(bus, select),
                        "/dev/spidev%d.%d".formatted(bus, select),
                        "spi",
                        bus == 0 ? "dtparam=spi=on" : "dtoverlay=spi%d-3cs".formatted(bus),
                        "spidev"));
            case Needed.SerialPort(String device) ->
                Optional.of(new Device("serial", device, "dialout", "enable_uart=1", ""));
            case Needed.OneWire() ->
                Optional.of(new Device("1-wire", "/sys/bus/w1/devices", "", "dtoverlay=w1-gpio", "w1-gpio"));
            case Needed.Iio() -> Optional.of(new Device("iio", "/sys/bus/iio/devices", "", "", ""));
            case Needed.Hwmon() -> Optional.of(new Device("hwmon", "/sys/class/hwmon", "", "", ""));
            case Needed.PwmChip(int chip) ->
                Optional.of(new Device("pwm " + chip, "/sys/class/pwm/pwmchip" + chip, "", "dtoverlay=pwm", ""));
            case Needed.Line _ -> Optional.empty();
        };
    }

    private static String i2cSetting(int bus) {
        return switch (bus) {
            case 0 -> "dtparam=i2c_vc=on";
            case 1 -> "dtparam=i2c_arm=on";
            default -> "dtoverlay=i2c" + bus;
        };
    }
}
