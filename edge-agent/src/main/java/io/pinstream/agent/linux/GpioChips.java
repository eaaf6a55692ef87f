package io.pinstream.agent.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The GPIO chips of this machine, by the character device's second edition (`linux/gpio.h`). A chip is opened
/// only to ask for a line: lines live on without. Safe for use by many threads.
///
/// @param root what stands for `/`
record GpioChips(Kernel kernel, Path root) {
    private static final String CONSUMER = "pinstream";

    /// Most edges that wait to be read; the kernel then drops the oldest, which shows in their numbers.
    private static final int EVENT_BUFFER = 1_024;

    /// @throws KernelFailure if there are chips, but none may be opened
    List<ChipInfo> list() throws IOException {
        var chips = new ArrayList<ChipInfo>();
        var refused = new ArrayList<KernelFailure>();
        for (var path : paths()) {
            try (var chip = DeviceFile.open(kernel, Subsystem.GPIO, path)) {
                chips.add(info(path, chip));
            } catch (KernelFailure failed) {
                refused.add(failed);
            }
        }
        if (chips.isEmpty() && !refused.isEmpty()) {
            throw refused.getFirst();
        }
        return chips;
    }

    /// Raspberry Pi OS links the old name of a chip to the new one; a link is no chip of its own.
    private List<Path> paths() throws IOException {
        try (var entries = Files.newDirectoryStream(root.resolve("dev"), "gpiochip*")) {
            var paths = new ArrayList<Path>();
            for (var entry : entries) {
                if (!Files.isSymbolicLink(entry)) {
                    paths.add(entry);
                }
            }
            paths.sort(null);
            return paths;
        } catch (NoSuchFileException absent) {
            return List.of();
        }
    }

    private static ChipInfo info(Path path, DeviceFile chip) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var info = arena.allocate(GpioAbi.CHIP_INFO);
            chip.ioctl("GPIO_GET_CHIPINFO", GpioAbi.GET_CHIPINFO, info);
            return new ChipInfo(
                    path, name(info, GpioAbi.CHIP_LABEL), info.get(ValueLayout.JAVA_INT, GpioAbi.CHIP_LINES));
        }
    }

    /// Asks for a line.
    ///
    /// @param label of the chip, or how it begins; empty: the Raspberry Pi's own
    /// @throws IOException if there is no such chip or line, or it is in use
    GpioLine request(Optional<String> label, int line, LineSettings settings) throws IOException {
        var info = chip(label, line);
        try (var chip = DeviceFile.open(kernel, Subsystem.GPIO, info.path());
                var arena = Arena.ofConfined()) {
            var user = user(chip, line, arena.allocate(GpioAbi.LINE_INFO));
            var name = "GPIO %d of %s".formatted(line, info.label());
            if (user.isPresent()) {
                throw inUse(name, user.get());
            }
            var request = request(line, settings, arena.allocate(GpioAbi.REQUEST));
            try {
                chip.ioctl("GPIO_V2_GET_LINE", GpioAbi.GET_LINE, request);
            } catch (KernelFailure refused) {
                throw explained(refused, name, settings);
            }
            int file = request.get(ValueLayout.JAVA_INT, GpioAbi.REQUEST_FD);
            return new GpioLine(info.label(), DeviceFile.of(kernel, name, file));
        }
    }

    /// Who has a line, without asking for it.
    Optional<String> user(Optional<String> label, int line) throws IOException {
        try (var chip = DeviceFile.open(
                        kernel, Subsystem.GPIO, chip(label, line).path());
                var arena = Arena.ofConfined()) {
            return user(chip, line, arena.allocate(GpioAbi.LINE_INFO));
        }
    }

    private ChipInfo chip(Optional<String> label, int line) throws IOException {
        var info = ChipInfo.choose(list(), label);
        if (line < 0 || line >= info.lines()) {
            throw new IOException("the GPIO chip %s has the lines 0 to %d, but this was %d"
                    .formatted(info.label(), info.lines() - 1, line));
        }
        return info;
    }

    private static MemorySegment request(int line, LineSettings settings, MemorySegment request) {
        request.set(ValueLayout.JAVA_INT, 0, line);
        request.setString(GpioAbi.REQUEST_CONSUMER, CONSUMER);
        request.set(ValueLayout.JAVA_INT, GpioAbi.REQUEST_LINES, 1);
        request.set(ValueLayout.JAVA_INT, GpioAbi.REQUEST_BUFFER, EVENT_BUFFER);
        settings.fill(request.asSlice(GpioAbi.REQUEST_CONFIG, GpioAbi.CONFIG));
        return request;
    }

    /// Who has a line. This is also the first request of the second edition that a kernel hears from us.
    private static Optional<String> user(DeviceFile chip, int line, MemorySegment info) throws IOException {
        info.set(ValueLayout.JAVA_INT, GpioAbi.LINE_OFFSET, line);
        try {
            chip.ioctl("GPIO_V2_GET_LINEINFO", GpioAbi.GET_LINEINFO, info);
        } catch (KernelFailure refused) {
            // The line is there: it can only be the request that the kernel does not know.
            if (refused.is(Errno.EINVAL) || refused.is(Errno.ENOTTY)) {
                throw new IOException(
                        "this kernel lacks version 2 of the GPIO user interface: it needs Linux 5.10 or"
                                + " newer with CONFIG_GPIO_CDEV=y",
                        refused);
            }
            throw refused;
        }
        boolean used = (info.get(ValueLayout.JAVA_LONG, GpioAbi.LINE_FLAGS) & GpioAbi.FLAG_USED) != 0;
        return used ? Optional.of(name(info, GpioAbi.LINE_CONSUMER)) : Optional.empty();
    }

    private static IOException explained(KernelFailure refused, String name, LineSettings settings) {
        if (refused.is(Errno.EBUSY)) {
            return inUse(name, "");
        }
        boolean deaf = refused.is(Errno.ENXIO) || refused.is(Errno.ENODEV) || refused.is(Errno.EOPNOTSUPP);
        return deaf && settings instanceof LineSettings.Input
                ? new IOException(name + " has no interrupt, so its edges cannot be heard: choose another", refused)
                : refused;
    }

    private static IOException inUse(String name, String user) {
        return new IOException("%s is in use by %s: choose another, or end that use"
                .formatted(name, user.isEmpty() ? "the kernel or another program" : '"' + user + '"'));
    }

    /// Labels come from device trees and from other programs: untrusted.
    private static String name(MemorySegment info, long offset) {
        var bytes = info.asSlice(offset, GpioAbi.NAME_SIZE).toArray(ValueLayout.JAVA_BYTE);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.US_ASCII).replaceAll("[^\\x20-\\x7e]", "?");
    }
}
