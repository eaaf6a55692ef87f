package io.pinstream.hub.outlet;

import io.pinstream.config.ConfigTree;
import io.pinstream.hub.log.CloudEvent;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// A whole type of outlet, as somebody else would write it: appends events to files, CloudEvents JSON, one a line.
public final class LinesOutlet implements Outlet {
    private record Files(Path folder, Template file) implements Target {
        @Override
        public String name() {
            return folder + "/" + file;
        }

        @Override
        public Sink open(TimeSource time) throws IOException {
            java.nio.file.Files.createDirectories(folder);
            return new Lines(this);
        }
    }

    @Override
    public String type() {
        return "lines";
    }

    @Override
    public Optional<Target> read(ConfigTree to) {
        var folder = to.parsed("folder", Path.of("."), Path::of);
        var file = to.parsed("file", new Template("{device}.jsonl", true), text -> new Template(text, true));
        return to.build(() -> new Files(folder, file));
    }

    private static final class Lines implements Sink {
        private final Files to;

        Lines(Files to) {
            this.to = to;
        }

        @Override
        public Limits limits() {
            return new Limits(1_000, 1 << 20, false);
        }

        @Override
        public List<Outcome> send(List<CloudEvent> events) throws IOException {
            for (var event : events) {
                append(to.folder().resolve(to.file().fill(event)), event.json() + "\n");
            }
            return Collections.nCopies(events.size(), Outcome.SENT);
        }

        private static void append(Path file, String line) throws IOException {
            try (var out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(ByteBuffer.wrap(line.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
                out.force(false);
            }
        }

        @Override
        public void close() {}
    }
}
