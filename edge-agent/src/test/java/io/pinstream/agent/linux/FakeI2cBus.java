package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An I²C bus behind a [FakeKernel], as i2c-dev.c shows it: chips of 256 registers that count up, and a log of
/// what went over the wire.
@SuppressWarnings("restricted") // a kernel follows pointers
final class FakeI2cBus {
    final List<String> wire = new ArrayList<>();
    final Set<Integer> boundByTheKernel = new HashSet<>();
    long timeout;
    Errno unanswered = Errno.EREMOTEIO;
    private final long functions;
    private final Map<Integer, Chip> chips = new HashMap<>();

    private static final class Chip {
        final byte[] registers = new byte[256];
        int pointer;

        void write(byte[] bytes) {
            pointer = bytes.length > 0 ? bytes[0] & 0xff : pointer;
            for (int i = 1; i < bytes.length; i++) {
                registers[pointer++ & 0xff] = bytes[i];
            }
        }

        byte[] read(int length) {
            var bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = registers[pointer++ & 0xff];
            }
            return bytes;
        }
    }

    FakeI2cBus(FakeKernel kernel, String path, long functions) {
        this.functions = functions;
        kernel.device(path, Opened::new);
    }

    byte[] chip(int address) {
        return chips.computeIfAbsent(address, _ -> new Chip()).registers;
    }

    private final class Opened implements FakeKernel.File {
        private int slave;

        @Override
        public int ioctl(long request, long value) {
            if (request == I2cAbi.TIMEOUT) {
                timeout = value;
                return 0;
            }
            if (request != I2cAbi.SLAVE) {
                return -Errno.ENOTTY.number;
            }
            slave = (int) value;
            return boundByTheKernel.contains(slave) ? -Errno.EBUSY.number : 0;
        }

        @Override
        public int ioctl(long request, MemorySegment argument) {
            if (request == I2cAbi.FUNCS) {
                argument.set(JAVA_LONG, 0, functions);
                return 0;
            }
            if (request == I2cAbi.RDWR && (functions & I2cAbi.FUNC_I2C) != 0) {
                return messages(argument);
            }
            return request == I2cAbi.SMBUS ? smbus(argument) : -Errno.EOPNOTSUPP.number;
        }

        private int messages(MemorySegment transfer) {
            int count = transfer.get(JAVA_INT, I2cAbi.TRANSFER_COUNT);
            var messages = transfer.get(ADDRESS, 0).reinterpret(count * I2cAbi.MESSAGE.byteSize());
            for (int i = 0; i < count; i++) {
                var message = messages.asSlice(i * I2cAbi.MESSAGE.byteSize(), I2cAbi.MESSAGE);
                int length = message.get(JAVA_SHORT, I2cAbi.MESSAGE_LENGTH);
                var bytes = message.get(ADDRESS, I2cAbi.MESSAGE_BUFFER).reinterpret(length);
                var chip = chips.get((int) message.get(JAVA_SHORT, 0));
                if (chip == null) {
                    return -unanswered.number;
                }
                if (message.get(JAVA_SHORT, I2cAbi.MESSAGE_FLAGS) == I2cAbi.MESSAGE_READ) {
                    bytes.copyFrom(MemorySegment.ofArray(chip.read(length)));
                    wire.add((i > 0 ? "repeated start, " : "") + "read " + length);
                } else {
                    chip.write(bytes.toArray(JAVA_BYTE));
                    wire.add("write " + HexFormat.of().formatHex(bytes.toArray(JAVA_BYTE)));
                }
            }
            return count;
        }

        private int smbus(MemorySegment transfer) {
            var chip = chips.get(slave);
            if (chip == null) {
                return -unanswered.number;
            }
            boolean read = transfer.get(JAVA_BYTE, 0) == I2cAbi.SMBUS_READ;
            byte command = transfer.get(JAVA_BYTE, I2cAbi.SMBUS_COMMAND);
            int size = transfer.get(JAVA_INT, I2cAbi.SMBUS_SIZE);
            if (size == I2cAbi.SMBUS_BYTE) {
                return octet(chip, transfer, read, command);
            }
            var data = transfer.get(ADDRESS, I2cAbi.SMBUS_DATA).reinterpret(I2cAbi.SMBUS_DATA_SIZE);
            int length = size == I2cAbi.SMBUS_I2C_BLOCK_DATA ? data.get(JAVA_BYTE, 0) : size - 1;
            var bytes = data.asSlice(size == I2cAbi.SMBUS_I2C_BLOCK_DATA ? 1 : 0, length);
            wire.add("%s %s of %d".formatted(read ? "read" : "write", name(size), length));
            chip.write(new byte[] {command});
            if (read) {
                bytes.copyFrom(MemorySegment.ofArray(chip.read(length)));
            } else {
                var all = new byte[length + 1];
                all[0] = command;
                MemorySegment.copy(bytes, JAVA_BYTE, 0, all, 1, length);
                chip.write(all);
            }
            return 0;
        }

        private int octet(Chip chip, MemorySegment transfer, boolean read, byte command) {
            wire.add(read ? "read byte" : "write byte");
            if (read) {
                transfer.get(ADDRESS, I2cAbi.SMBUS_DATA).reinterpret(1).set(JAVA_BYTE, 0, chip.read(1)[0]);
            } else {
                chip.write(new byte[] {command});
            }
            return 0;
        }

        private static String name(int size) {
            return switch (size) {
                case I2cAbi.SMBUS_BYTE_DATA -> "byte data";
                case I2cAbi.SMBUS_WORD_DATA -> "word data";
                case I2cAbi.SMBUS_I2C_BLOCK_DATA -> "block data";
                default -> throw new IllegalArgumentException("size " + size);
            };
        }
    }
}
