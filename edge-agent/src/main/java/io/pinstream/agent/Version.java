package io.pinstream.agent;

import java.util.Optional;

/// Which build this is, from the manifest of its jar.
final class Version {
    static final String TEXT = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("unpacked");

    private Version() {}
}
