package io.pinstream.agent.linux;

import java.lang.foreign.MemorySegment;

/// The system calls that devices need. As in the kernel itself, an answer below zero is an [Errno] with its sign
/// turned; nothing throws. Safe for use by many threads, but a file must not be closed while another thread uses
/// it.
interface Kernel {
    /// Opens for reading and writing; not inherited by child processes.
    int open(String path);

    /// The same for a terminal, which must not become this process' own: waits for no modem, and reads do not
    /// wait.
    int openTerminal(String path);

    int close(int file);

    /// A request with a number for its argument. Never repeated after a signal: half of it may be done.
    int ioctl(int file, long request, long value);

    /// A request with a structure for its argument.
    int ioctl(int file, long request, MemorySegment argument);

    /// Reads at most as many bytes as the buffer has; waits for the first.
    int read(int file, MemorySegment buffer);

    int write(int file, MemorySegment bytes);

    /// Waits until something can be read from one of the files, or one of them is broken.
    ///
    /// @param fds `count` structures of [PollAbi#FD]
    /// @param timeoutMillis below zero: as long as it takes
    /// @return how many are ready; 0 also after a signal
    int poll(MemorySegment fds, int count, int timeoutMillis);

    /// The state of the wall clock (adjtimex(2)), without changing it.
    int clockState();

    /// A datagram socket of the Unix domain (unix(7)), not inherited by child processes.
    int datagramSocket();

    /// Sends one datagram; never raises SIGPIPE.
    ///
    /// @param address a `sockaddr_un`, as long as its name needs
    int sendTo(int socket, MemorySegment bytes, MemorySegment address);

    /// A counter to wake a poll with (eventfd(2)): 8 bytes to write, 8 bytes to read.
    int eventfd();
}
