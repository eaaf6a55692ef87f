package io.pinstream.sim.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against the figures of AWS's "Signature Version 4 Test Suite" (region us-east-1, service `service`) and of the
/// worked example of the IAM User Guide (service `iam`).
class SigV4Test {
    private static final String DATE = "20150830T123600Z";
    private static final SigV4 SUITE =
            new SigV4("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service");
    private static final SigV4 IAM = new SigV4("AKIDEXAMPLE", SUITE.secretKey(), "us-east-1", "iam");

    private static Call call(String method, String query, String body, String... headers) {
        var all = new TreeMap<String, List<String>>(Map.of(
                "host", List.of("example.amazonaws.com"),
                "x-amz-date", List.of(DATE)));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], Arrays.asList(headers[i + 1].split("\\|")));
        }
        return new Call(method, "/", query, all, body.getBytes(UTF_8));
    }

    private static String signature(Call call) {
        return SUITE.signature(call, List.copyOf(call.headers().keySet()), DATE);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "get-vanilla, GET, '', 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "post-vanilla, POST, '', 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "get-vanilla-query-order-key-case, GET, Param2=value2&Param1=value1,"
                + " b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
    })
    void signsAsTheTestSuite(String name, String method, String query, String expected) {
        assertThat(signature(call(method, query, ""))).as(name).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "get-header-key-duplicate, 'value2|value2|value1',"
                + " c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        "get-header-value-multiline, 'value1|value2|value3',"
                + " ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790"
    })
    void joinsAHeaderThatComesSeveralTimes(String name, String values, String expected) {
        assertThat(signature(call("GET", "", "", "my-header1", values)))
                .as(name)
                .isEqualTo(expected);
    }

    @Test
    void signsABody() {
        // post-x-www-form-urlencoded
        var call = call("POST", "", "Param1=value1", "content-type", "application/x-www-form-urlencoded");

        assertThat(signature(call)).isEqualTo("ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    @Test
    void signsTheExampleOfTheUserGuide() {
        var headers = Map.of(
                "content-type", List.of("application/x-www-form-urlencoded; charset=utf-8"),
                "host", List.of("iam.amazonaws.com"),
                "x-amz-date", List.of(DATE));
        var call = new Call("GET", "/", "Action=ListUsers&Version=2010-05-08", headers, new byte[0]);

        assertThat(HexFormat.of().formatHex(IAM.signingKey("20150830")))
                .isEqualTo("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
        assertThat(IAM.signature(call, List.of("content-type", "host", "x-amz-date"), DATE))
                .isEqualTo("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }

    private static Call signed(String credential, String signedHeaders, String signature, String body) {
        return call(
                "POST",
                "",
                body,
                "authorization",
                "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s"
                        .formatted(credential, signedHeaders, signature));
    }

    private static String code(Call call, Duration late) {
        var time = new ManualTime();
        time.setWall(Instant.parse("2015-08-30T12:36:00Z").plus(late));
        return SUITE.refusal(call, time).map(SigV4.Refusal::code).orElse("good");
    }

    @Test
    void takesWhatIsSignedAndNothingElse() {
        var credential = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
        var good = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"; // post-vanilla
        var headers = "host;x-amz-date";
        var none = Duration.ZERO;

        assertThat(code(signed(credential, headers, good, ""), none)).isEqualTo("good");
        assertThat(code(signed(credential, headers, good, ""), Duration.ofMinutes(5)))
                .isEqualTo("good");
        assertThat(code(signed(credential, headers, good, ""), Duration.ofSeconds(301)))
                .isEqualTo("InvalidSignatureException");
        assertThat(code(signed(credential, headers, good, ""), Duration.ofSeconds(-301)))
                .isEqualTo("InvalidSignatureException");
        assertThat(code(signed(credential, headers, good, "changed"), none)).isEqualTo("InvalidSignatureException");
        assertThat(code(signed(credential, "host", good, ""), none)).isEqualTo("InvalidSignatureException");
        assertThat(code(signed(credential, headers, good.replace('5', '6'), ""), none))
                .isEqualTo("InvalidSignatureException");
        assertThat(code(signed("OTHER" + credential.substring(5), headers, good, ""), none))
                .isEqualTo("UnrecognizedClientException");
        assertThat(code(signed(credential.replace("us-east-1", "eu-west-1"), headers, good, ""), none))
                .isEqualTo("InvalidSignatureException");
        assertThat(code(call("POST", "", ""), none)).isEqualTo("MissingAuthenticationTokenException");
        assertThat(code(call("POST", "", "", "authorization", "AWS4-HMAC-SHA256 x"), none))
                .isEqualTo("IncompleteSignature");
    }
}
