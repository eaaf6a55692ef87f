package io.pinstream.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Structures and requests as a C compiler sees them: the figures are what sizeof, offsetof and the macros gave
/// for linux/gpio.h, linux/i2c.h, linux/i2c-dev.h, linux/spi/spidev.h and poll.h of Linux 6.1 (x86-64, gcc).
class KernelInterfaceTest {
    static Stream<Arguments> sizes() {
        return Stream.of(
                Arguments.of("gpiochip_info", GpioAbi.CHIP_INFO.byteSize(), 68),
                Arguments.of("gpio_v2_line_values", GpioAbi.VALUES.byteSize(), 16),
                Arguments.of("gpio_v2_line_attribute", GpioAbi.ATTRIBUTE.byteSize(), 16),
                Arguments.of("gpio_v2_line_config_attribute", GpioAbi.CONFIG_ATTRIBUTE.byteSize(), 24),
                Arguments.of("gpio_v2_line_config", GpioAbi.CONFIG.byteSize(), 272),
                Arguments.of("gpio_v2_line_request", GpioAbi.REQUEST.byteSize(), 592),
                Arguments.of("gpio_v2_line_info", GpioAbi.LINE_INFO.byteSize(), 256),
                Arguments.of("gpio_v2_line_event", GpioAbi.EVENT.byteSize(), 48),
                Arguments.of("i2c_msg", I2cAbi.MESSAGE.byteSize(), 16),
                Arguments.of("i2c_rdwr_ioctl_data", I2cAbi.TRANSFER.byteSize(), 16),
                Arguments.of("i2c_smbus_ioctl_data", I2cAbi.SMBUS_TRANSFER.byteSize(), 16),
                Arguments.of("i2c_smbus_data", I2cAbi.SMBUS_DATA_SIZE, 34),
                Arguments.of("spi_ioc_transfer", SpiAbi.TRANSFER.byteSize(), 32),
                Arguments.of("pollfd", PollAbi.FD.byteSize(), 8));
    }

    static Stream<Arguments> offsets() {
        return Stream.of(
                Arguments.of("gpiochip_info.label", GpioAbi.CHIP_LABEL, 32),
                Arguments.of("gpiochip_info.lines", GpioAbi.CHIP_LINES, 64),
                Arguments.of("gpio_v2_line_values.mask", GpioAbi.VALUES_MASK, 8),
                Arguments.of("gpio_v2_line_attribute.flags", GpioAbi.ATTRIBUTE_VALUE, 8),
                Arguments.of("gpio_v2_line_config_attribute.mask", GpioAbi.CONFIG_ATTRIBUTE_MASK, 16),
                Arguments.of("gpio_v2_line_config.num_attrs", GpioAbi.CONFIG_COUNT, 8),
                Arguments.of("gpio_v2_line_config.attrs", GpioAbi.CONFIG_ATTRIBUTES, 32),
                Arguments.of("gpio_v2_line_request.consumer", GpioAbi.REQUEST_CONSUMER, 256),
                Arguments.of("gpio_v2_line_request.config", GpioAbi.REQUEST_CONFIG, 288),
                Arguments.of("gpio_v2_line_request.num_lines", GpioAbi.REQUEST_LINES, 560),
                Arguments.of("gpio_v2_line_request.event_buffer_size", GpioAbi.REQUEST_BUFFER, 564),
                Arguments.of("gpio_v2_line_request.fd", GpioAbi.REQUEST_FD, 588),
                Arguments.of("gpio_v2_line_info.consumer", GpioAbi.LINE_CONSUMER, 32),
                Arguments.of("gpio_v2_line_info.offset", GpioAbi.LINE_OFFSET, 64),
                Arguments.of("gpio_v2_line_info.flags", GpioAbi.LINE_FLAGS, 72),
                Arguments.of("gpio_v2_line_event.id", GpioAbi.EVENT_ID, 8),
                Arguments.of("gpio_v2_line_event.line_seqno", GpioAbi.EVENT_LINE_SEQUENCE, 20),
                Arguments.of("i2c_msg.flags", I2cAbi.MESSAGE_FLAGS, 2),
                Arguments.of("i2c_msg.len", I2cAbi.MESSAGE_LENGTH, 4),
                Arguments.of("i2c_msg.buf", I2cAbi.MESSAGE_BUFFER, 8),
                Arguments.of("i2c_rdwr_ioctl_data.nmsgs", I2cAbi.TRANSFER_COUNT, 8),
                Arguments.of("i2c_smbus_ioctl_data.command", I2cAbi.SMBUS_COMMAND, 1),
                Arguments.of("i2c_smbus_ioctl_data.size", I2cAbi.SMBUS_SIZE, 4),
                Arguments.of("i2c_smbus_ioctl_data.data", I2cAbi.SMBUS_DATA, 8),
                Arguments.of("spi_ioc_transfer.rx_buf", SpiAbi.TRANSFER_IN, 8),
                Arguments.of("spi_ioc_transfer.len", SpiAbi.TRANSFER_LENGTH, 16),
                Arguments.of("spi_ioc_transfer.speed_hz", SpiAbi.TRANSFER_SPEED, 20),
                Arguments.of("spi_ioc_transfer.bits_per_word", SpiAbi.TRANSFER_BITS, 26),
                Arguments.of("pollfd.events", PollAbi.FD_EVENTS, 4),
                Arguments.of("pollfd.revents", PollAbi.FD_REVENTS, 6));
    }

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of("GPIO_GET_CHIPINFO_IOCTL", GpioAbi.GET_CHIPINFO, 0x8044_B401L),
                Arguments.of("GPIO_V2_GET_LINEINFO_IOCTL", GpioAbi.GET_LINEINFO, 0xC100_B405L),
                Arguments.of("GPIO_V2_GET_LINE_IOCTL", GpioAbi.GET_LINE, 0xC250_B407L),
                Arguments.of("GPIO_V2_LINE_GET_VALUES_IOCTL", GpioAbi.GET_VALUES, 0xC010_B40EL),
                Arguments.of("GPIO_V2_LINE_SET_VALUES_IOCTL", GpioAbi.SET_VALUES, 0xC010_B40FL),
                Arguments.of("SPI_IOC_MESSAGE(1)", SpiAbi.MESSAGE_OF_ONE, 0x4020_6B00L),
                Arguments.of("SPI_IOC_WR_MODE", SpiAbi.WRITE_MODE, 0x4001_6B01L),
                Arguments.of("SPI_IOC_WR_BITS_PER_WORD", SpiAbi.WRITE_BITS_PER_WORD, 0x4001_6B03L),
                Arguments.of("SPI_IOC_WR_MAX_SPEED_HZ", SpiAbi.WRITE_MAX_SPEED, 0x4004_6B04L),
                Arguments.of("I2C_TIMEOUT", I2cAbi.TIMEOUT, 0x702L),
                Arguments.of("I2C_SLAVE", I2cAbi.SLAVE, 0x703L),
                Arguments.of("I2C_FUNCS", I2cAbi.FUNCS, 0x705L),
                Arguments.of("I2C_RDWR", I2cAbi.RDWR, 0x707L),
                Arguments.of("I2C_SMBUS", I2cAbi.SMBUS, 0x720L));
    }

    @ParameterizedTest(name = "{0} has {2} bytes")
    @MethodSource("sizes")
    void structuresAreAsLongAsInC(String structure, long size, long inC) {
        assertThat(size).as(structure).isEqualTo(inC);
    }

    @ParameterizedTest(name = "{0} is at {2}")
    @MethodSource("offsets")
    void membersAreWhereTheyAreInC(String member, long offset, long inC) {
        assertThat(offset).as(member).isEqualTo(inC);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void requestsHaveTheNumbersOfTheHeaders(String request, long number, long inC) {
        assertThat(number).as(request).isEqualTo(inC);
    }

    @Test
    void flagsHaveTheNumbersOfTheHeaders() {
        assertThat(GpioAbi.FLAG_INPUT | GpioAbi.FLAG_EDGE_RISING | GpioAbi.FLAG_EDGE_FALLING)
                .isEqualTo(0x34);
        assertThat(GpioAbi.FLAG_OUTPUT).isEqualTo(0x08);
        assertThat(GpioAbi.FLAG_BIAS_PULL_UP).isEqualTo(0x100);
        assertThat(GpioAbi.FLAG_BIAS_PULL_DOWN).isEqualTo(0x200);
        assertThat(GpioAbi.FLAG_BIAS_DISABLED).isEqualTo(0x400);
    }
}
