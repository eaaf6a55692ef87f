package io.pinstream.sim.board;

import io.pinstream.sim.chip.Faults;
import io.pinstream.sim.chip.I2cChip;
import io.pinstream.sim.chip.Nak;

/// A chip whose power dips just before a certain read, so that no clock decides when.
final class DippingChip implements I2cChip {
    private final I2cChip chip;
    private int readsUntilDip = Integer.MAX_VALUE;

    DippingChip(I2cChip chip) {
        this.chip = chip;
    }

    synchronized void dipBeforeRead(int number) {
        readsUntilDip = number;
    }

    @Override
    public void write(byte[] bytes) throws Nak {
        chip.write(bytes);
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        readsUntilDip--;
        if (readsUntilDip == 0) {
            chip.faults().brownOut();
        }
        return chip.read(length);
    }

    @Override
    public Faults faults() {
        return chip.faults();
    }
}
