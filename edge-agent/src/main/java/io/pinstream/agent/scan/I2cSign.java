package io.pinstream.agent.scan;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.agent.board.NoAnswer;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/// How a chip on an I²C bus is told from others: by its address, and by what it says. Looking sets the chip's
/// register pointer and reads, and writes no register: a chip that is in use measures on.
///
/// @param addresses that its pins can choose from
public record I2cSign(List<Integer> addresses, Look look) {
    public I2cSign {
        addresses = List.copyOf(addresses);
    }

    /// Whether a chip is of a type.
    public enum Likeness {
        /// It says so.
        YES,
        /// Nothing speaks against it.
        PERHAPS,
        NO
    }

    /// Looks at a chip that has acknowledged its address.
    @FunctionalInterface
    public interface Look {
        Likeness at(I2cDevice chip) throws IOException;
    }

    /// A chip at addresses in a row.
    public static I2cSign range(int first, int last, Look look) {
        return new I2cSign(IntStream.rangeClosed(first, last).boxed().toList(), look);
    }

    /// A chip with a register of one byte that says which it is.
    public static I2cSign id(int first, int last, int register, int id) {
        return range(first, last, chip -> (chip.registers(register, 1)[0] & 0xff) == id ? Likeness.YES : Likeness.NO);
    }

    /// A chip with a configuration of two bytes, high byte first.
    ///
    /// @param atPowerOn what stands there until somebody sets it: nothing else begins like this
    /// @param fixed the bits that cannot be set, in which every other state is like `atPowerOn`
    public static I2cSign word(int first, int last, int register, int atPowerOn, int fixed) {
        return range(first, last, chip -> {
            int word = word(chip, register);
            if (word == atPowerOn) {
                return Likeness.YES;
            }
            return (word & fixed) == (atPowerOn & fixed) ? Likeness.PERHAPS : Likeness.NO;
        });
    }

    /// A chip that says nothing of itself.
    public static I2cSign at(Integer... addresses) {
        return new I2cSign(List.of(addresses), _ -> Likeness.PERHAPS);
    }

    /// For [Look]s: two bytes, high byte first.
    public static int word(I2cDevice chip, int register) throws IOException {
        var bytes = chip.registers(register, 2);
        return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }

    /// Whether the chip at an address is one of these.
    Likeness of(int address, I2cDevice chip) {
        if (!addresses.contains(address)) {
            return Likeness.NO;
        }
        try {
            return look.at(chip);
        } catch (NoAnswer refused) {
            return Likeness.NO; // it has no such register
        } catch (IOException untold) {
            return Likeness.PERHAPS; // such as an adapter that knows no such transfer
        }
    }
}
