package io.pinstream.agent.outbox;

import java.io.IOException;
import java.nio.file.Path;

/// A row whose bytes are no longer what was written: the storage has changed them.
final class DamagedRow extends IOException {
    private static final long serialVersionUID = 1;

    DamagedRow(long row, Path file) {
        super("row %d in segment %s is damaged".formatted(row, file.getFileName()));
    }
}
