package io.pinstream.agent.linux;

import java.io.IOException;

/// A system call that the kernel refused. The message names call, file and reason, and the remedy if there is one.
final class KernelFailure extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /// @param what such as `cannot open /dev/i2c-1`
    /// @param remedy empty if we know none
    KernelFailure(String what, int errno, String remedy) {
        super(what + ": " + Errno.describe(errno) + (remedy.isEmpty() ? "" : ": " + remedy));
        this.errno = errno;
    }

    boolean is(Errno reason) {
        return errno == reason.number;
    }
}
