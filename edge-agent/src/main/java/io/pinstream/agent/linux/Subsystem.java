package io.pinstream.agent.linux;

/// A part of the kernel that has devices, and what usually stands between a user and them.
enum Subsystem {
    GPIO("gpio", "is the GPIO chip's driver loaded?"),
    I2C("i2c", "enable the bus, e.g. dtparam=i2c_arm=on in /boot/firmware/config.txt and module i2c-dev, and restart"),
    SPI("spi", "enable the bus, e.g. dtparam=spi=on in /boot/firmware/config.txt, and restart"),
    SERIAL(
            "dialout",
            "enable the port, e.g. enable_uart=1 in /boot/firmware/config.txt, take the console off it, and restart"),
    PWM("gpio", "enable it, e.g. dtoverlay=pwm in /boot/firmware/config.txt, and restart");

    private final String group;
    private final String enabling;

    Subsystem(String group, String enabling) {
        this.group = group;
        this.enabling = enabling;
    }

    /// What to do when a device cannot be opened; empty if we know nothing.
    String remedy(int errno) {
        return Errno.of(errno).map(this::remedy).orElse("");
    }

    private String remedy(Errno reason) {
        return switch (reason) {
            case EACCES, EPERM -> permission();
            case ENOENT, ENODEV, ENXIO -> enabling;
            case EBUSY -> "it has another user";
            case EMFILE -> "raise the limit of open files (LimitNOFILE in the unit)";
            case EINTR, EIO, EBADF, EAGAIN, ENOMEM, EINVAL, ENOTTY, EMSGSIZE, EOPNOTSUPP, ETIMEDOUT, EREMOTEIO -> "";
        };
    }

    String permission() {
        return "add the user of the agent to the group " + group + ", and restart it";
    }

    String enabling() {
        return enabling;
    }
}
