package io.pinstream.hub.lane;

import io.pinstream.wire.Envelope;
import java.util.List;

/// What a lane needs of the link to the agents: somebody who delivers, and somebody who takes its answers. Every
/// method returns at once; called by the lanes' threads.
public interface LaneLink {
    /// From now on messages for this lane are wanted, and the retained ones once more (hub rule 5: a lane listens
    /// only after its marks are read).
    void listen(int lane);

    /// No longer.
    void leave(int lane);

    /// Sends answers to agents, or drops them: agents ask again.
    void answer(List<Envelope> answers);
}
