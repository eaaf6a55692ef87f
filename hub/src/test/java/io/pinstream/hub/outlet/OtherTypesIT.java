package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Types of outlets that are not ours: found by `ServiceLoader`, and run like ours.
class OtherTypesIT {
    @TempDir
    private Path folder;

    /// Does something where `META-INF/services` names a class.
    private <T> T naming(String type, Function<Line, T> what, Line line) throws IOException {
        var services = Files.createDirectories(folder.resolve("jar/META-INF/services"));
        Files.writeString(services.resolve(Outlet.class.getName()), type + "\n");
        var before = Thread.currentThread().getContextClassLoader();
        try (var loader =
                new URLClassLoader(new URL[] {folder.resolve("jar").toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            return what.apply(line);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void runsATypeOfSomebodyElse() throws Exception {
        try (var line = new Line()) {
            // Given
            line.write("attic", 20);
            line.write("cellar", 5);
            var yaml = """
                    outlets:
                      files: {type: lines, to: {folder: "%s", file: "all.jsonl"}}
                    """.formatted(folder);

            // When
            var hub = naming(LinesOutlet.class.getName(), its -> its.hub(yaml), line);

            // Then
            await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().sent() == 25);
            line.assertComplete(ids());
            assertThat(hub.list().getFirst().target()).isEqualTo(folder + "/all.jsonl");
        }
    }

    private List<String> ids() {
        var format = EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE);
        try (var lines = Files.lines(folder.resolve("all.jsonl"))) {
            return lines.map(text -> format.deserialize(text.getBytes(StandardCharsets.UTF_8)))
                    .map(CloudEvent::getId)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
