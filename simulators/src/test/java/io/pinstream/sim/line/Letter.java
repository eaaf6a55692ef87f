package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.sim.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// One dead letter as a reader of Kafka sees it, its payload byte by byte.
///
/// @param pack the numbers that it takes up in its stream; empty if it is no pack
record Letter(String key, String reason, String topic, String pack, byte[] payload) {
    private static final Pattern HEADERS =
            Pattern.compile("reason=(.*),topic=(.*),arrived=[0-9T:.-]+Z(?:,pack=([^,]*))?", Pattern.DOTALL);

    /// All dead letters, by kcat. Its lengths say where a payload ends, which may hold anything.
    static List<Letter> all(Stage stage) throws IOException, InterruptedException {
        var out = Files.createTempFile(stage.folder, "letters", ".bin");
        var kcat = Program.executable("kcat").orElseThrow().toString();
        var command = List.of(
                kcat,
                "-C",
                "-q",
                "-e",
                "-b",
                stage.bootstrap,
                "-X",
                "isolation.level=read_committed",
                "-t",
                Stage.DEAD_LETTERS,
                "-o",
                "beginning",
                "-f",
                "%K %S %k%s%h\\n");
        var process = new ProcessBuilder(command).redirectOutput(out.toFile()).start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("kcat did not read the dead letters");
        }
        return parse(Files.readAllBytes(out));
    }

    /// Those with a key.
    static List<Letter> of(Stage stage, String key) throws IOException, InterruptedException {
        return all(stage).stream().filter(letter -> letter.key.equals(key)).toList();
    }

    private static List<Letter> parse(byte[] bytes) throws IOException {
        var letters = new ArrayList<Letter>();
        for (int at = 0; at < bytes.length; ) {
            int afterKeyLength = indexOf(bytes, ' ', at);
            int begin = indexOf(bytes, ' ', afterKeyLength + 1) + 1;
            int payload = begin + Integer.parseInt(new String(bytes, at, afterKeyLength - at, US_ASCII));
            int headers = payload
                    + Integer.parseInt(new String(bytes, afterKeyLength + 1, begin - afterKeyLength - 2, US_ASCII));
            int end = indexOf(bytes, '\n', headers);
            var text = new String(bytes, headers, end - headers, UTF_8);
            var matched = HEADERS.matcher(text);
            if (!matched.matches()) {
                throw new IOException("headers are not those of a dead letter: " + text);
            }
            var pack = matched.group(3);
            letters.add(new Letter(
                    new String(bytes, begin, payload - begin, UTF_8),
                    matched.group(1),
                    matched.group(2),
                    pack == null ? "" : pack,
                    Arrays.copyOfRange(bytes, payload, headers)));
            at = end + 1;
        }
        return letters;
    }

    private static int indexOf(byte[] bytes, char wanted, int from) throws IOException {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw new IOException("kcat's output ends within a record");
    }
}
