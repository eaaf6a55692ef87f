package io.pinstream.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The cache that an installed agent starts from: made on the device, used where it fits, no trouble where not.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class AotCacheIT {
    private static final Packaged PACKAGE = new Packaged(Packaged.inProject("deploy/agent/target/pinstream-agent.deb"));
    private static final String HOME = "usr/share/pinstream-agent/";
    /// Of the classes that `check` needs, most.
    private static final double MOST = 0.9;

    @TempDir
    private Path temporary;

    private Path cache = Path.of("");
    private Path made = Path.of("");

    @BeforeEach
    void install() throws Exception {
        cache = Files.createDirectories(temporary.resolve("var/cache/pinstream-agent"));
        made = cache.resolve("agent.aot");
        PACKAGE.unpack(temporary);
        // The link in the package is an absolute one, as Debian wants it.
        Files.delete(temporary.resolve(HOME + "agent.aot"));
        Files.createSymbolicLink(temporary.resolve(HOME + "agent.aot"), made);
    }

    @Test
    void isMadeOnceAndHasAlmostAllThatAStartLoads() throws Exception {
        // When
        var first = make(Map.of());

        // Then
        assertThat(first.exit()).as(first.output()).isZero();
        assertThat(first.output()).contains("made " + made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rw-r--r--");
        assertThat(cache.toFile().list()).containsExactlyInAnyOrder("agent.aot", "agent.aot.fits");
        var loaded = check("-Xlog:class+load")
                .lines()
                .filter(line -> line.contains("source:"))
                .toList();
        long fromCache = loaded.stream()
                .filter(line -> line.contains("shared objects file"))
                .count();
        assertThat(fromCache).isGreaterThan((long) (MOST * loaded.size()));

        // When it is asked for again
        var time = Files.getLastModifiedTime(made);
        var second = make(Map.of());

        // Then nothing has to be done
        assertThat(second.output()).isEmpty();
        assertThat(Files.getLastModifiedTime(made)).isEqualTo(time);

        // When the agent is another one
        Files.writeString(cache.resolve("agent.aot.fits"), "of a version before\n");

        // Then it is made anew
        assertThat(make(Map.of()).output()).contains("made " + made);
    }

    @Test
    void saysNothingAndChangesNothingWhereItDoesNotFit() throws Exception {
        var without = check("");

        Files.writeString(made, "not a cache");
        assertThat(check("")).isEqualTo(without).contains(" is right: ");
        assertThat(check("-XX:+UseParallelGC -XX:-UseSerialGC")).isEqualTo(without);
    }

    @Test
    void isNotMadeWhereItTakesTooMuchOfTheDisk() throws Exception {
        var programs = Files.createDirectories(temporary.resolve("programs"));
        var full = programs.resolve("df");
        Files.writeString(full, "#!/bin/sh\necho head\necho /dev/mmcblk0 1000000 900000 100000 90% /\n");
        assertThat(full.toFile().setExecutable(true)).isTrue();

        var ended = make(Map.of("PATH", programs + ":" + System.getenv("PATH")));

        assertThat(ended.exit()).isZero();
        assertThat(ended.output()).contains("no AOT cache: " + cache + " has 97 MB free, and it takes 200");
        assertThat(made).doesNotExist();
    }

    private Ended make(Map<String, String> environment) throws Exception {
        var all = new HashMap<>(environment);
        all.put("CACHE_DIRECTORY", cache.toString());
        return Ended.run(
                all, temporary.resolve(HOME + "deploy/bin/pinstream-agent-aot").toString());
    }

    private String check(String options) throws Exception {
        var config = temporary.resolve("etc/pinstream/agent.yaml").toString();
        var agent = temporary.resolve("usr/bin/pinstream-agent").toString();
        var ended = Ended.run(Map.of("JAVA_OPTS", options), agent, "check", "--config", config);
        assertThat(ended.exit()).as(ended.output()).isZero();
        return ended.output();
    }
}
