/// Pi4J's view of Linux: GPIO, I²C, SPI and PWM by the kernel's own interfaces, called through
/// `java.lang.foreign`. There is no native library to ship.
///
/// From the ground up: [Kernel] is the few system calls ([SystemCalls] makes them), [DeviceFile] is an open file
/// of /dev that names itself in errors, [GpioChip], [GpioLine], [I2cChip], [SpiChip] and [PwmChannel] are the
/// devices, and the `Linux...Provider`s show them to Pi4J.
@NullMarked
package io.pinstream.agent.linux;

import org.jspecify.annotations.NullMarked;
