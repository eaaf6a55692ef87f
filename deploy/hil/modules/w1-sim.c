// SPDX-License-Identifier: GPL-2.0
/*
 * A 1-Wire bus with one thermometer on it, a DS18B20, byte by byte as Maxim's data sheet tells it. For tests only: the
 * kernel's own w1 and w1_therm do the talking.
 *
 * What the world does to it are the files below /sys/module/w1_sim/parameters:
 *   millidegrees  the temperature around it, in thousandths of a degree Celsius
 *   present       N cuts its wire: nobody answers a reset. Y joins it again, as it is after power-on.
 */
#include <linux/module.h>
#include <linux/w1.h>

#define FAMILY 0x28
#define SERIAL 0x5eed0000a1ULL

#define MATCH_ROM 0x55
#define SKIP_ROM 0xcc
#define CONVERT_T 0x44
#define READ_SCRATCHPAD 0xbe

#define POWER_ON_RAW 0x0550 /* 85 degrees */

static int millidegrees = 21500;
module_param(millidegrees, int, 0644);
MODULE_PARM_DESC(millidegrees, "temperature around the thermometer");

static bool present = true;
module_param(present, bool, 0644);
MODULE_PARM_DESC(present, "whether the thermometer is on its wire");

enum state { RESET, ADDRESSED_IN_PART, ADDRESSED, READING, DEAF };

static u8 rom[8];
static u8 scratchpad[9];
static enum state state;
static int position;
static bool powered;

static void fill(u16 raw)
{
	/* temperature, alarms TH and TL, 12 bits, three that are reserved, checksum: figure "DS18B20 Memory Map" */
	const u8 bytes[8] = { raw & 0xff, raw >> 8, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10 };

	memcpy(scratchpad, bytes, sizeof(bytes));
	scratchpad[8] = w1_calc_crc8(scratchpad, 8);
}

/* 0: somebody is there. */
static u8 reset_bus(void *data)
{
	if (!present) {
		powered = false;
		state = DEAF;
		return 1;
	}
	if (!powered) {
		powered = true;
		fill(POWER_ON_RAW);
	}
	state = RESET;
	position = 0;
	return 0;
}

static void write_byte(void *data, u8 byte)
{
	switch (state) {
	case RESET:
		state = byte == MATCH_ROM ? ADDRESSED_IN_PART : byte == SKIP_ROM ? ADDRESSED : DEAF;
		break;
	case ADDRESSED_IN_PART:
		if (byte != rom[position])
			state = DEAF;
		else if (++position == sizeof(rom))
			state = ADDRESSED;
		break;
	case ADDRESSED:
		position = 0;
		if (byte == CONVERT_T)
			fill(millidegrees * 16 / 1000);
		state = byte == READ_SCRATCHPAD ? READING : DEAF;
		break;
	case READING:
	case DEAF:
		break;
	}
}

/* Nobody pulls the wire down: ones. */
static u8 read_byte(void *data)
{
	return present && state == READING && position < sizeof(scratchpad) ? scratchpad[position++] : 0xff;
}

/* A single bit is read to ask for parasite power, and whether a conversion is done: 1 for "no" and for "yes". */
static u8 touch_bit(void *data, u8 bit)
{
	return 1;
}

static void search(void *data, struct w1_master *master, u8 type, w1_slave_found_callback found)
{
	__le64 id;

	if (reset_bus(data) != 0)
		return;
	memcpy(&id, rom, sizeof(id));
	found(master, le64_to_cpu(id));
}

static struct w1_bus_master bus = {
	.reset_bus = reset_bus,
	.write_byte = write_byte,
	.read_byte = read_byte,
	.touch_bit = touch_bit,
	.search = search,
};

static int __init w1_sim_init(void)
{
	int i;

	rom[0] = FAMILY;
	for (i = 0; i < 6; i++)
		rom[1 + i] = SERIAL >> (8 * i);
	rom[7] = w1_calc_crc8(rom, 7);
	return w1_add_master_device(&bus);
}

static void __exit w1_sim_exit(void)
{
	w1_remove_master_device(&bus);
}

module_init(w1_sim_init);
module_exit(w1_sim_exit);
MODULE_DESCRIPTION("1-Wire bus with a simulated DS18B20");
MODULE_LICENSE("GPL");
