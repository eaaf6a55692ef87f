package io.pinstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropInsTest {
    @TempDir
    private Path directory;

    private Path file = Path.of("");
    private Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("agent.yaml");
        folder = Files.createDirectory(directory.resolve("conf.d"));
        Files.writeString(file, "device: d\nlist: [a, b]\nbroker:\n  url: first\n  user: u\n");
    }

    @Test
    void areLaidOverTheFileKeyByKeyInTheOrderOfTheirNames() throws IOException {
        // Given
        Files.writeString(folder.resolve("20-late.yaml"), "broker: {url: third}\n");
        Files.writeString(folder.resolve("10-early.yaml"), "broker: {url: second, port: 7}\nlist: [c]\n");

        // When
        var tree = ConfigTree.read(file, folder);
        var broker = tree.section("broker");

        // Then
        assertThat(tree.text("device")).isEqualTo("d");
        assertThat(tree.texts("list")).containsExactly("c");
        assertThat(broker.text("url")).isEqualTo("third");
        assertThat(broker.text("user")).isEqualTo("u");
        assertThat(broker.integer("port", 1, 9)).isEqualTo(7);
        assertThat(tree.finish()).isEmpty();
        assertThat(tree.effective()).contains("broker.url = third (" + folder.resolve("20-late.yaml") + ":1)");
    }

    @Test
    void haveTheirOwnNamesAndLinesInEveryProblem() throws IOException {
        // Given
        var broken = folder.resolve("10-broken.yaml");
        var wrong = folder.resolve("20-wrong.yaml");
        var misnamed = folder.resolve("30-misnamed.yml");
        Files.writeString(broken, "a: b\n  c: [\n");
        Files.writeString(wrong, "broker:\n  urll: x\n");
        Files.writeString(misnamed, "");

        // When
        var tree = ConfigTree.read(file, folder);
        tree.section("broker").kind("broker").text("url");

        // Then
        assertThat(problems(tree))
                .anyMatch(problem -> problem.startsWith(broken + ":2:"))
                .contains(misnamed + ": only files *.yaml are read here; rename it");

        // When the first is mended
        Files.delete(broken);
        Files.delete(misnamed);
        tree = ConfigTree.read(file, folder);
        tree.text("device");
        tree.texts("list");
        tree.section("broker").kind("broker").text("url");
        tree.section("broker").text("user");

        // Then
        assertThat(problems(tree))
                .containsExactly(wrong + ":2:3 broker.urll is not a key of broker; did you mean \"url\"?");
    }

    @Test
    void takeFilesFromBesideThemselves() throws IOException {
        Files.writeString(directory.resolve("name"), "below");
        Files.writeString(folder.resolve("name"), "above");
        Files.writeString(file, "one: ${file:name}\n");
        Files.writeString(folder.resolve("a.yaml"), "two: ${file:name}\n");

        var tree = ConfigTree.read(file, folder);

        assertThat(tree.text("one")).isEqualTo("below");
        assertThat(tree.text("two")).isEqualTo("above");
    }

    @Test
    void needNotBeThere() {
        var tree = ConfigTree.read(file, directory.resolve("none"));

        assertThat(tree.text("device")).isEqualTo("d");
        assertThat(ConfigTree.read(file, file).finish())
                .extracting(Problem::toString)
                .contains(file + ": must be a folder");
    }

    @Test
    void areAHundredAtMost() throws IOException {
        for (int i = 0; i <= DropIns.MOST; i++) {
            Files.writeString(folder.resolve(i + ".yaml"), "");
        }

        assertThat(problems(ConfigTree.read(file, folder))).contains(folder + ": a folder may have at most 100 files");
    }

    private static List<String> problems(ConfigTree tree) {
        return tree.finish().stream().map(Problem::toString).toList();
    }
}
