package io.pinstream.hub.live;

/// There are as many live streams, or as many that read the past, as the hub allows: try again later.
public final class LiveBusy extends Exception {
    private static final long serialVersionUID = 1;

    LiveBusy(String message) {
        super(message);
    }
}
