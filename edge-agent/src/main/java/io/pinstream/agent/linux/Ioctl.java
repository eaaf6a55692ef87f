package io.pinstream.agent.linux;

import java.lang.foreign.MemoryLayout;

/// Numbers of requests, as the macros of asm-generic/ioctl.h compute them: direction, size of the argument, type,
/// number. x86, ARM, RISC-V and s390 use that header; MIPS, PowerPC and SPARC have another and are not supported.
final class Ioctl {
    private static final long WRITE = 1;
    private static final long READ = 2;

    private Ioctl() {}

    /// `_IOR`: the kernel writes the structure, we read it.
    static long read(int type, int number, MemoryLayout argument) {
        return request(READ, type, number, argument.byteSize());
    }

    /// `_IOW`: we write it.
    static long write(int type, int number, MemoryLayout argument) {
        return request(WRITE, type, number, argument.byteSize());
    }

    /// `_IOWR`: both.
    static long readWrite(int type, int number, MemoryLayout argument) {
        return request(READ | WRITE, type, number, argument.byteSize());
    }

    private static long request(long direction, int type, int number, long size) {
        return direction << 30 | size << 16 | (long) type << 8 | number;
    }
}
