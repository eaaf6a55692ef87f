package io.pinstream.agent.doctor;

import java.util.List;

/// Looks at one thing. It changes nothing that outlives it, returns within seconds, and does not throw: what it
/// cannot find out is a finding, too.
@FunctionalInterface
public interface Check {
    List<Finding> look();
}
