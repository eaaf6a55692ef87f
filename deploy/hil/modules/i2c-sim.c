// SPDX-License-Identifier: GPL-2.0
/*
 * An I2C bus with one chip on it, a TMP102 thermometer at 0x48, as Texas Instruments' data sheet SBOS397 tells it: four
 * registers of 16 bits behind a pointer, conversions that take 26 ms, shutdown and one-shot. For tests only.
 *
 * What the world does to it are the files below /sys/module/i2c_sim/parameters:
 *   millidegrees  the temperature around it, in thousandths of a degree Celsius
 *   present       N pulls it out of its socket: nobody acknowledges. Y puts it back, as it is after power-on.
 */
#include <linux/i2c.h>
#include <linux/ktime.h>
#include <linux/module.h>

#define ADDRESS 0x48
#define CONVERSION_US 26000

#define CONFIG_AT_POWER_ON 0x60a0
#define CONFIG_WRITABLE 0x9fd0 /* all but R1, R0, AL and the unused bits */
#define CONFIG_ONE_SHOT 0x8000
#define CONFIG_SHUTDOWN 0x0100

enum { TEMPERATURE, CONFIG, LOW, HIGH, REGISTERS };

static int millidegrees = 21500;
module_param(millidegrees, int, 0644);
MODULE_PARM_DESC(millidegrees, "temperature around the chip");

static bool present = true;
module_param(present, bool, 0644);
MODULE_PARM_DESC(present, "whether the chip is in its socket");

static int nr = 1;
module_param(nr, int, 0444);
MODULE_PARM_DESC(nr, "number of the bus");

static u16 registers[REGISTERS];
static u8 pointer;
static ktime_t converted; /* when the conversion that runs ends */
static bool converting;
static bool powered;

static void power_on(void)
{
	registers[TEMPERATURE] = 0;
	registers[CONFIG] = CONFIG_AT_POWER_ON;
	registers[LOW] = 0x4b00;
	registers[HIGH] = 0x5000;
	pointer = TEMPERATURE;
	converting = true;
	converted = ktime_add_us(ktime_get(), CONVERSION_US);
	powered = true;
}

/* Sixteenths of a degree in the highest twelve bits. */
static void measure(void)
{
	bool continuous = !(registers[CONFIG] & CONFIG_SHUTDOWN);

	if (converting ? ktime_before(ktime_get(), converted) : !continuous)
		return;
	registers[TEMPERATURE] = clamp(millidegrees * 16 / 1000, -2048, 2047) << 4;
	converting = false;
}

static u16 read_register(void)
{
	measure();
	if (pointer != CONFIG)
		return registers[pointer];
	/* In shutdown OS says whether a conversion is done; else it reads 0. */
	if ((registers[CONFIG] & CONFIG_SHUTDOWN) && !converting)
		return registers[CONFIG] | CONFIG_ONE_SHOT;
	return registers[CONFIG];
}

static void write_register(u16 value)
{
	if (pointer == LOW || pointer == HIGH)
		registers[pointer] = value;
	if (pointer != CONFIG)
		return;
	measure();
	registers[CONFIG] &= ~CONFIG_WRITABLE;
	registers[CONFIG] |= value & CONFIG_WRITABLE & ~CONFIG_ONE_SHOT;
	if ((value & CONFIG_SHUTDOWN) && (value & CONFIG_ONE_SHOT)) {
		converting = true;
		converted = ktime_add_us(ktime_get(), CONVERSION_US);
	}
}

static void exchange(struct i2c_msg *message)
{
	int i;

	if (message->flags & I2C_M_RD) {
		u16 value = read_register();

		for (i = 0; i < message->len; i++)
			message->buf[i] = i & 1 ? value & 0xff : value >> 8;
		return;
	}
	if (message->len > 0)
		pointer = message->buf[0] & 3;
	if (message->len > 2)
		write_register(message->buf[1] << 8 | message->buf[2]);
}

/* The bus has a lock of the kernel's around this. */
static int transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
	int i;

	if (!present)
		powered = false;
	else if (!powered)
		power_on();
	for (i = 0; i < count; i++) {
		if (!present || messages[i].addr != ADDRESS)
			return -ENXIO; /* no acknowledge */
		exchange(&messages[i]);
	}
	return count;
}

static u32 functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = {
	.xfer = transfer,
	.functionality = functionality,
};

static struct i2c_adapter adapter = {
	.owner = THIS_MODULE,
	.algo = &algorithm,
	.name = "i2c-sim",
};

static int __init i2c_sim_init(void)
{
	adapter.nr = nr;
	return i2c_add_numbered_adapter(&adapter);
}

static void __exit i2c_sim_exit(void)
{
	i2c_del_adapter(&adapter);
}

module_init(i2c_sim_init);
module_exit(i2c_sim_exit);
MODULE_DESCRIPTION("I2C bus with a simulated TMP102");
MODULE_LICENSE("GPL");
