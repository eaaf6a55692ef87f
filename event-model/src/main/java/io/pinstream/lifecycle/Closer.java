package io.pinstream.lifecycle;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Closes everything that was added, last first, and keeps every failure.
///
/// A failure does not stop the closing: the first one is thrown at the end, the others are suppressed in it. Not
/// for use by several threads at once.
public final class Closer implements AutoCloseable {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /// Adds a resource and gives it back.
    public <T extends AutoCloseable> T add(T resource) {
        resources.push(resource);
        return resource;
    }

    /// Undoes a start that failed half-way: closes what was opened, keeps `failure` as the cause that matters.
    public <E extends Throwable> E closeAfter(E failure) {
        try {
            close();
        } catch (Exception secondary) {
            failure.addSuppressed(secondary);
        }
        return failure;
    }

    @Override
    public void close() throws IOException {
        @Nullable Exception first = null;
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception failure) {
                if (failure instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        switch (first) {
            case null -> {}
            case IOException failure -> throw failure;
            case RuntimeException failure -> throw failure;
            default -> throw new IOException("closing failed: " + first.getMessage(), first);
        }
    }
}
