package io.pinstream.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Optional;

/// The envelope decoder against any topic, content type and properties; see [SenmlFuzzTest] for how to run it.
class MessageFuzzTest {
    private final MessageCodec codec = new MessageCodec(new Topics("pinstream"));

    /// The input is a text: the topic, the content type (`-` for none), then `name=value` lines.
    @FuzzTest(maxDuration = "3m")
    void envelope(byte[] bytes) {
        var lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1);
        var contentType = lines.length < 2 || lines[1].equals("-") ? Optional.<String>empty() : Optional.of(lines[1]);
        var properties = new HashMap<String, String>();
        for (int i = 2; i < lines.length; i++) {
            int equals = lines[i].indexOf('=');
            properties.putIfAbsent(
                    equals < 0 ? lines[i] : lines[i].substring(0, equals), lines[i].substring(equals + 1));
        }
        Verdicts.check(codec, new Envelope(lines[0], contentType, properties, Arrays.copyOf(bytes, 8)));
    }
}
