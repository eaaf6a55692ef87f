package io.pinstream.sim.chip;

import java.io.IOException;

/// Nobody acknowledged the transfer: no chip at that address, or one that is out of order.
public final class Nak extends IOException {
    private static final long serialVersionUID = 1;

    public Nak() {
        super("Remote I/O error: no acknowledge"); // EREMOTEIO, which is what Linux says
    }
}
