package io.pinstream.sim.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.sim.cloud.Orders.Fault;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What people and scripts see: a page and lines of what arrived, and the words of an order. No script, and
/// whatever a device wrote is only text.
final class Page {
    private static final int SHOWN = 200;
    private static final Pattern CODE = Pattern.compile("[A-Za-z]{1,64}");

    private Page() {}

    static Answer answer(Call call, Arrivals arrivals) {
        return switch (call.path()) {
            case "/" ->
                new Answer(
                        200,
                        Map.of("Content-Type", "text/html; charset=utf-8"),
                        html(arrivals).getBytes(UTF_8));
            case "/arrived" -> {
                try {
                    yield new Answer(
                            200,
                            Map.of("Content-Type", "application/x-ndjson"),
                            lines(arrivals, number(call.query(), "after", 0)).getBytes(UTF_8));
                } catch (IllegalArgumentException wrong) {
                    yield Answer.text(400, wrong.getMessage() + "\n");
                }
            }
            default -> Answer.text(404, "there is / and /arrived\n");
        };
    }

    private static String lines(Arrivals arrivals, int after) {
        return arrivals.after(after).stream()
                .map(arrival -> "{\"number\":%d,\"service\":%s,\"where\":%s,\"event\":%s}%n"
                        .formatted(
                                arrival.number(),
                                Json.quoted(arrival.service()),
                                Json.quoted(arrival.where()),
                                Json.quoted(arrival.json())))
                .collect(Collectors.joining());
    }

    private static String html(Arrivals arrivals) {
        var rows = arrivals.after(Math.max(0, arrivals.count() - SHOWN)).reversed().stream()
                .map(arrival -> "<tr><td>%d<td>%s<td>%s<td><code>%s</code>%n"
                        .formatted(
                                arrival.number(),
                                escaped(arrival.service()),
                                escaped(arrival.where()),
                                escaped(arrival.json())))
                .collect(Collectors.joining());
        return """
                <!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
                <meta name="viewport" content="width=device-width"><title>%1$d events - pinstream-sim cloud</title>
                <style>:root{color-scheme:light dark}body{font:1rem/1.4 system-ui;margin:1rem}
                table{border-collapse:collapse;width:100%%}td,th{padding:.2rem .6rem;text-align:left;vertical-align:top;
                border-top:1px solid #8888}td{overflow-wrap:anywhere}td:first-child{text-align:right}
                td:nth-child(2){white-space:nowrap}td:nth-child(3){min-width:9rem}</style>
                <h1>%1$d events arrived</h1><p>A stand-in for Amazon EventBridge and Azure Event Grid; the newest %2$d,
                the newest first. <a href="/arrived">As lines of JSON</a>.
                <table><thead><tr><th scope="col">no.<th scope="col">service<th scope="col">where<th scope="col">event
                <tbody>%3$s</table></html>
                """.formatted(arrivals.count(), SHOWN, rows);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /// The fault that an order names.
    ///
    /// @throws IllegalArgumentException if it names none; the message says what there is
    static Fault fault(String query) {
        var fault = word(query, "fault", "refuse");
        return switch (fault) {
            case "refuse" -> {
                int status = number(query, "status", 503);
                int after = number(query, "retry-after", 0);
                if (status < 400 || status > 599) {
                    throw new IllegalArgumentException("status must be 400 to 599, but was " + status);
                }
                yield new Fault.Refuse(status, after);
            }
            case "unheard" -> new Fault.Unheard();
            case "cut" -> new Fault.Cut();
            case "entries" -> {
                var code = word(query, "code", "ThrottlingException");
                if (!CODE.matcher(code).matches()) {
                    throw new IllegalArgumentException("code must be 1 to 64 letters");
                }
                yield new Fault.Entries(code);
            }
            default ->
                throw new IllegalArgumentException(
                        "fault must be refuse, unheard, cut or entries, but was another word");
        };
    }

    private static String word(String query, String name, String standard) {
        for (var part : query.split("&")) {
            if (part.startsWith(name + "=")) {
                return part.substring(name.length() + 1);
            }
        }
        return standard;
    }

    static int number(String query, String name, int standard) {
        var text = word(query, name, "" + standard);
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("%s must be a number of 0 to 999999999".formatted(name));
        }
        return Integer.parseInt(text);
    }
}
