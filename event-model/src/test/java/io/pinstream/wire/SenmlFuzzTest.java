package io.pinstream.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Both decoders against any bytes. The normal run takes the inputs that are kept in
/// `src/test/resources/io/pinstream/wire/SenmlFuzzTestInputs/<method>`; with `-Pfuzz -Dtest=SenmlFuzzTest#cbor`
/// Jazzer looks for new ones, and adds to them what fails.
class SenmlFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void cbor(byte[] bytes) {
        Verdicts.check(Payload.Format.CBOR, bytes);
    }

    @FuzzTest(maxDuration = "3m")
    void json(byte[] bytes) {
        Verdicts.check(Payload.Format.JSON, bytes);
    }
}
