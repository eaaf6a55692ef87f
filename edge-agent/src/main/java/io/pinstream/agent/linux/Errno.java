package io.pinstream.agent.linux;

import java.util.Optional;
import java.util.stream.Stream;

/// Why the kernel refused, by the numbers that x86, ARM and RISC-V share (asm-generic/errno.h) and the words of
/// strerror(3).
enum Errno {
    EPERM(1, "Operation not permitted"),
    ENOENT(2, "No such file or directory"),
    EINTR(4, "Interrupted system call"),
    EIO(5, "Input/output error"),
    ENXIO(6, "No such device or address"),
    EBADF(9, "Bad file descriptor"),
    EAGAIN(11, "Resource temporarily unavailable"),
    ENOMEM(12, "Cannot allocate memory"),
    EACCES(13, "Permission denied"),
    EBUSY(16, "Device or resource busy"),
    ENODEV(19, "No such device"),
    EINVAL(22, "Invalid argument"),
    EMFILE(24, "Too many open files"),
    ENOTTY(25, "Inappropriate ioctl for device"),
    EMSGSIZE(90, "Message too long"),
    EOPNOTSUPP(95, "Operation not supported"),
    ETIMEDOUT(110, "Connection timed out"),
    EREMOTEIO(121, "Remote I/O error");

    final int number;
    final String text;

    Errno(int number, String text) {
        this.number = number;
        this.text = text;
    }

    static Optional<Errno> of(int number) {
        return Stream.of(values()).filter(one -> one.number == number).findFirst();
    }

    /// Such as `Permission denied (EACCES)`.
    static String describe(int number) {
        return of(number).map(one -> "%s (%s)".formatted(one.text, one)).orElse("error " + number);
    }
}
