package io.pinstream.sim.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.sim.cloud.Orders.Fault;
import io.pinstream.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// PutEvents of Amazon EventBridge: signature, action, sizes and every entry are checked; no rules, no targets.
///
/// Source: Amazon EventBridge API Reference, PutEvents; User Guide, "Calculating PutEvents event entry size".
final class EventBridgeService {
    private static final String ACTION = "AWSEvents.PutEvents";
    private static final int ENTRIES = 10;
    private static final int TIME_BYTES = 14;
    private static final int LONGEST_SOURCE = 256;
    private static final int LONGEST_TYPE = 128;

    private final SigV4 signer;
    private final int bytes;
    private final Arrivals arrivals;
    private final TimeSource time;

    /// @param bytes of all entries of a call
    EventBridgeService(SigV4 signer, int bytes, Arrivals arrivals, TimeSource time) {
        this.signer = signer;
        this.bytes = bytes;
        this.arrivals = arrivals;
        this.time = time;
    }

    Answer take(Call call, Optional<Fault> fault) {
        var refusal = signer.refusal(call, time);
        if (refusal.isPresent()) {
            return error(400, refusal.get().code(), refusal.get().message());
        }
        if (!call.header("x-amz-target").equals(ACTION)) {
            return error(400, "UnknownOperationException", "X-Amz-Target must be " + ACTION);
        }
        if (!call.isOfType("application/x-amz-json-1.1")) {
            return error(400, "SerializationException", "Content-Type must be application/x-amz-json-1.1");
        }
        if (fault.orElse(null) instanceof Fault.Refuse(int status, int _)) {
            return status == 429
                    ? error(400, "ThrottlingException", "Rate exceeded")
                    : error(status, "InternalFailure", "as it was ordered");
        }
        var read = Json.read(call.body());
        if (read.isEmpty() || !(Json.object(read.get()).get("Entries") instanceof List<?> entries)) {
            return error(400, "SerializationException", "the body must be an object with Entries");
        }
        if (entries.isEmpty() || entries.size() > ENTRIES) {
            return error(
                    400,
                    "ValidationException",
                    "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have"
                            + " length of 1 to %d, but has %d".formatted(ENTRIES, entries.size()));
        }
        var puts = entries.stream().map(EventBridgeService::put).toList();
        int size = puts.stream().mapToInt(Put::size).sum();
        if (size > bytes) {
            return error(
                    400,
                    "ValidationException",
                    "Total size of the entries in the request is over the limit: %d of %d".formatted(size, bytes));
        }
        var code = fault.orElse(null) instanceof Fault.Entries(String said) ? said : "";
        return answer(puts, code);
    }

    /// One entry.
    private record Put(String bus, String source, String type, String detail, boolean timed, List<String> resources) {
        int size() {
            int size = timed ? TIME_BYTES : 0;
            for (var text : List.of(source, type, detail)) {
                size += text.getBytes(UTF_8).length;
            }
            return size
                    + resources.stream()
                            .mapToInt(resource -> resource.getBytes(UTF_8).length)
                            .sum();
        }

        /// Code and message of what is wrong with it.
        Optional<Map.Entry<String, String>> problem() {
            if (source.isEmpty() || source.length() > LONGEST_SOURCE) {
                return Optional.of(Map.entry("InvalidArgument", "Parameter Source is not valid. Reason: length."));
            }
            if (source.startsWith("aws.")) {
                return Optional.of(Map.entry("NotAuthorizedForSourceException", "Not authorized for the source."));
            }
            if (type.isEmpty() || type.length() > LONGEST_TYPE) {
                return Optional.of(Map.entry("InvalidArgument", "Parameter DetailType is not valid. Reason: length."));
            }
            if (detail.isEmpty()) {
                return Optional.of(Map.entry(
                        "InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."));
            }
            var read = Json.read(detail.getBytes(UTF_8));
            return read.isPresent() && read.get() instanceof Map<?, ?>
                    ? Optional.empty()
                    : Optional.of(Map.entry("MalformedDetail", "Detail is malformed."));
        }
    }

    private static Put put(Object entry) {
        var members = Json.object(entry);
        var resources = members.get("Resources") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.<String>of();
        return new Put(
                Json.text(members, "EventBusName").orElse("default"),
                Json.text(members, "Source").orElse(""),
                Json.text(members, "DetailType").orElse(""),
                Json.text(members, "Detail").orElse(""),
                members.containsKey("Time"),
                resources);
    }

    private Answer answer(List<Put> puts, String code) {
        var results = new ArrayList<String>();
        int failed = 0;
        for (int i = 0; i < puts.size(); i++) {
            var put = puts.get(i);
            var problem = put.problem()
                    .or(() -> Optional.of(Map.entry(code, "as it was ordered")).filter(_ -> !code.isEmpty()));
            // Every other one: the first goes through if there are several, so that order is at stake.
            boolean spared = put.problem().isEmpty() && puts.size() > 1 && results.size() % 2 == 0;
            if (problem.isPresent() && !spared) {
                failed++;
                results.add("{\"ErrorCode\":%s,\"ErrorMessage\":%s}"
                        .formatted(
                                Json.quoted(problem.get().getKey()),
                                Json.quoted(problem.get().getValue())));
            } else {
                arrivals.add("eventbridge", put.bus() + " " + put.source() + " " + put.type(), put.detail());
                results.add("{\"EventId\":\"%016x\"}".formatted(arrivals.count()));
            }
        }
        return new Answer(
                200,
                Map.of("Content-Type", "application/x-amz-json-1.1"),
                "{\"FailedEntryCount\":%d,\"Entries\":%s}"
                        .formatted(failed, results.stream().collect(Collectors.joining(",", "[", "]")))
                        .getBytes(UTF_8));
    }

    static Answer error(int status, String code, String message) {
        return new Answer(
                status,
                Map.of("Content-Type", "application/x-amz-json-1.1", "x-amzn-ErrorType", code),
                "{\"__type\":%s,\"message\":%s}"
                        .formatted(Json.quoted(code), Json.quoted(message))
                        .getBytes(UTF_8));
    }
}
