package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// A GPIO chip behind a [FakeKernel], as gpiolib-cdev.c keeps it: one user a line, numbered edges, a bounded
/// buffer that drops its oldest edge.
final class FakeGpioChip {
    private final FakeKernel kernel;
    private final String label;
    private final Line[] lines;
    boolean firstEditionOnly;
    boolean withoutInterrupts;
    boolean tellsPollsThatItIsGone = true;
    private boolean gone;

    /// A line, and how it was last requested.
    static final class Line {
        String user = "";
        boolean high;
        long flags;
        int debounceMicros;
        int bufferSize;
        int numbered;
        final List<Boolean> driven = new ArrayList<>(); // levels, in order
        final Deque<LineEvent> waiting = new ArrayDeque<>();

        private void drive(boolean level) {
            high = level;
            driven.add(level);
        }
    }

    FakeGpioChip(FakeKernel kernel, String path, String label, int count) {
        this.kernel = kernel;
        this.label = label;
        lines = new Line[count];
        Arrays.setAll(lines, _ -> new Line());
        kernel.device(path, () -> new FakeKernel.File() {
            @Override
            public int ioctl(long request, MemorySegment argument) {
                return answer(request, argument);
            }
        });
    }

    Line line(int number) {
        return lines[number];
    }

    void edge(int number, boolean high, long nanos) {
        kernel.happens(() -> {
            var line = lines[number];
            line.high = high;
            line.numbered++;
            if (line.waiting.size() == line.bufferSize) {
                line.waiting.removeFirst();
            }
            line.waiting.add(new LineEvent(high, nanos, line.numbered));
        });
    }

    void unplug() {
        kernel.happens(() -> gone = true);
    }

    private int answer(long request, MemorySegment argument) {
        if (gone) {
            return -Errno.ENODEV.number;
        }
        if (request == GpioAbi.GET_CHIPINFO) {
            name(argument, GpioAbi.CHIP_LABEL, label);
            argument.set(JAVA_INT, GpioAbi.CHIP_LINES, lines.length);
            return 0;
        }
        if (firstEditionOnly) {
            return -Errno.EINVAL.number;
        }
        if (request == GpioAbi.GET_LINEINFO) {
            return info(argument);
        }
        return request == GpioAbi.GET_LINE ? request(argument) : -Errno.EINVAL.number;
    }

    private int info(MemorySegment info) {
        int number = info.get(JAVA_INT, GpioAbi.LINE_OFFSET);
        if (number >= lines.length) {
            return -Errno.EINVAL.number;
        }
        name(info, GpioAbi.LINE_CONSUMER, lines[number].user);
        info.set(JAVA_LONG, GpioAbi.LINE_FLAGS, lines[number].user.isEmpty() ? 0 : GpioAbi.FLAG_USED);
        return 0;
    }

    private int request(MemorySegment request) {
        int number = request.get(JAVA_INT, 0);
        var config = request.asSlice(GpioAbi.REQUEST_CONFIG, GpioAbi.CONFIG);
        long flags = config.get(JAVA_LONG, 0);
        boolean input = (flags & GpioAbi.FLAG_INPUT) != 0;
        boolean edges = (flags & (GpioAbi.FLAG_EDGE_RISING | GpioAbi.FLAG_EDGE_FALLING)) != 0;
        boolean output = (flags & GpioAbi.FLAG_OUTPUT) != 0;
        if (request.get(JAVA_INT, GpioAbi.REQUEST_LINES) != 1
                || number >= lines.length
                || input == output
                || edges && output) {
            return -Errno.EINVAL.number;
        }
        var line = lines[number];
        if (!line.user.isEmpty()) {
            return -Errno.EBUSY.number;
        }
        if (edges && withoutInterrupts) {
            return -Errno.ENXIO.number;
        }
        line.user = request.getString(GpioAbi.REQUEST_CONSUMER, StandardCharsets.US_ASCII);
        line.flags = flags;
        line.debounceMicros = 0;
        line.bufferSize = request.get(JAVA_INT, GpioAbi.REQUEST_BUFFER);
        line.numbered = 0;
        line.waiting.clear();
        for (int i = 0; i < config.get(JAVA_INT, GpioAbi.CONFIG_COUNT); i++) {
            apply(line, config.asSlice(GpioAbi.CONFIG_ATTRIBUTES + i * 24L, 24));
        }
        request.set(JAVA_INT, GpioAbi.REQUEST_FD, kernel.add(new Request(line)));
        return 0;
    }

    private static void apply(Line line, MemorySegment attribute) {
        if ((attribute.get(JAVA_LONG, GpioAbi.CONFIG_ATTRIBUTE_MASK) & 1) == 0) {
            return; // for other lines
        }
        switch (attribute.get(JAVA_INT, 0)) {
            case GpioAbi.ATTRIBUTE_DEBOUNCE -> line.debounceMicros = attribute.get(JAVA_INT, GpioAbi.ATTRIBUTE_VALUE);
            case GpioAbi.ATTRIBUTE_OUTPUT_VALUES ->
                line.drive((attribute.get(JAVA_LONG, GpioAbi.ATTRIBUTE_VALUE) & 1) != 0);
            default -> throw new IllegalArgumentException("no such attribute");
        }
    }

    private static void name(MemorySegment structure, long offset, String name) {
        structure.setString(offset, name, StandardCharsets.US_ASCII);
    }

    /// What a request has opened.
    private final class Request implements FakeKernel.File {
        private final Line line;

        Request(Line line) {
            this.line = line;
        }

        @Override
        public int ioctl(long request, MemorySegment values) {
            if (gone) {
                return -Errno.ENODEV.number;
            }
            if (values.get(JAVA_LONG, GpioAbi.VALUES_MASK) != 1) {
                return -Errno.EINVAL.number;
            }
            if (request == GpioAbi.GET_VALUES) {
                values.set(JAVA_LONG, 0, line.high ? 1 : 0);
                return 0;
            }
            if (request == GpioAbi.SET_VALUES && (line.flags & GpioAbi.FLAG_OUTPUT) != 0) {
                line.drive(values.get(JAVA_LONG, 0) != 0);
                return 0;
            }
            return -Errno.EPERM.number;
        }

        @Override
        public int read(MemorySegment buffer) {
            if (gone) {
                return -Errno.ENODEV.number;
            }
            int size = (int) GpioAbi.EVENT.byteSize();
            int count = 0;
            while (!line.waiting.isEmpty() && (count + 1) * size <= buffer.byteSize()) {
                var event = line.waiting.removeFirst();
                var bytes = buffer.asSlice((long) count * size, GpioAbi.EVENT);
                bytes.set(JAVA_LONG, 0, event.nanos());
                bytes.set(
                        JAVA_INT,
                        GpioAbi.EVENT_ID,
                        event.high() ? GpioAbi.EVENT_RISING_EDGE : GpioAbi.EVENT_FALLING_EDGE);
                bytes.set(JAVA_INT, GpioAbi.EVENT_LINE_SEQUENCE, event.number());
                count++;
            }
            return count * size;
        }

        @Override
        public int ready() {
            if (gone && tellsPollsThatItIsGone) {
                return PollAbi.HUP | PollAbi.ERR;
            }
            return line.waiting.isEmpty() ? 0 : PollAbi.IN;
        }

        @Override
        public void close() {
            line.user = "";
        }
    }
}
