package io.pinstream.sim.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.time.TimeSource;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The receiving side of AWS Signature Version 4 for a service whose path is always `/`: the canonical request is
/// made again from what arrived, signed with the same secret, and compared.
///
/// Source: IAM User Guide, "Create a signed AWS API request".
record SigV4(String accessKey, String secretKey, String region, String service) {
    /// Why a request is not taken.
    ///
    /// @param code as AWS names it ("Common errors")
    record Refusal(String code, String message) {}

    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final Pattern AUTHORIZATION = Pattern.compile(
            ALGORITHM + " +Credential=([^,]+), *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// Why it is refused; empty if its signature is good.
    Optional<Refusal> refusal(Call call, TimeSource time) {
        var authorization = AUTHORIZATION.matcher(call.header("authorization"));
        if (!authorization.matches()) {
            return refused(
                    call.header("authorization").isEmpty()
                            ? "MissingAuthenticationTokenException"
                            : "IncompleteSignature",
                    "Authorization must be " + ALGORITHM + " Credential=…, SignedHeaders=…, Signature=…");
        }
        var date = call.header("x-amz-date");
        var age = age(date, time.instant());
        if (age.isEmpty()) {
            return refused("IncompleteSignature", "X-Amz-Date must be a time such as 20150830T123600Z");
        }
        if (age.get().compareTo(SKEW) > 0) {
            return refused("InvalidSignatureException", "Signature expired or not yet current: " + date);
        }
        var credential = accessKey + "/" + scope(date);
        if (!authorization.group(1).startsWith(accessKey + "/")) {
            return refused("UnrecognizedClientException", "The security token included in the request is invalid.");
        }
        if (!authorization.group(1).equals(credential)) {
            return refused("InvalidSignatureException", "Credential should be scoped to " + scope(date));
        }
        var signed = List.of(authorization.group(2).split(";"));
        var unsigned = call.headers().keySet().stream()
                .filter(name -> name.equals("host") || name.startsWith("x-amz-"))
                .filter(name -> !signed.contains(name))
                .findFirst();
        if (unsigned.isPresent()) {
            return refused("InvalidSignatureException", "'%s' must be a signed header".formatted(unsigned.get()));
        }
        var expected = signature(call, signed, date);
        boolean good = MessageDigest.isEqual(
                expected.getBytes(UTF_8), authorization.group(3).getBytes(UTF_8));
        return good
                ? Optional.empty()
                : refused(
                        "InvalidSignatureException",
                        "The request signature we calculated does not match the signature you provided.");
    }

    private static Optional<Refusal> refused(String code, String message) {
        return Optional.of(new Refusal(code, message));
    }

    private static Optional<Duration> age(String date, Instant now) {
        try {
            return Optional.of(
                    Duration.between(DATE.parse(date, Instant::from), now).abs());
        } catch (DateTimeException bad) {
            return Optional.empty();
        }
    }

    private String scope(String date) {
        return "%s/%s/%s/aws4_request".formatted(date.substring(0, 8), region, service);
    }

    String signature(Call call, List<String> signed, String date) {
        var text = String.join(
                "\n", ALGORITHM, date, scope(date), hash(canonical(call, signed).getBytes(UTF_8)));
        return hex(hmac(signingKey(date.substring(0, 8)), text));
    }

    static String canonical(Call call, List<String> signed) {
        var headers = signed.stream()
                .map(name -> name + ":"
                        + call.headers().getOrDefault(name, List.of()).stream()
                                .map(value -> value.strip().replaceAll(" +", " "))
                                .collect(Collectors.joining(","))
                        + "\n")
                .collect(Collectors.joining());
        var query = Arrays.stream(call.query().split("&"))
                .filter(part -> !part.isEmpty())
                .map(part -> part.contains("=") ? part : part + "=")
                .sorted()
                .collect(Collectors.joining("&"));
        return String.join(
                "\n", call.method(), call.path(), query, headers, String.join(";", signed), hash(call.body()));
    }

    byte[] signingKey(String day) {
        var key = hmac(("AWS4" + secretKey).getBytes(UTF_8), day);
        return hmac(hmac(hmac(key, region), service), "aws4_request");
    }

    private static byte[] hmac(byte[] key, String text) {
        return hmacSha256(key, text.getBytes(UTF_8));
    }

    static byte[] hmacSha256(byte[] key, byte[] text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has HmacSHA256; this is a bug", missing);
        }
    }

    private static String hash(byte[] body) {
        try {
            return hex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has SHA-256; this is a bug", missing);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "SigV4[%s %s/%s]".formatted(accessKey, region, service);
    }
}
