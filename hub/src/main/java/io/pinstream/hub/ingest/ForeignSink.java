package io.pinstream.hub.ingest;

import java.util.List;

/// Where foreign records go for good. Called by the thread `foreign` only.
@FunctionalInterface
public interface ForeignSink {
    /// Writes a batch in one transaction.
    ///
    /// @return whether it is committed; if not, or if nobody can say, the same batch is given again
    boolean commit(List<ForeignRecord> batch) throws InterruptedException;
}
