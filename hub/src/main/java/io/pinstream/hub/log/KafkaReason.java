package io.pinstream.hub.log;

/// Why Kafka did not do it, in one line: its clients wrap the reason in others that say nothing.
final class KafkaReason {
    private KafkaReason() {}

    static String of(Throwable failure) {
        var text = new StringBuilder();
        var last = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var message = cause.getMessage();
            if (message != null && !message.isBlank() && !last.contains(message)) {
                text.append(text.isEmpty() ? "" : ": ").append(message);
                last = message;
            }
        }
        return text.isEmpty() ? failure.getClass().getSimpleName() : text.toString();
    }
}
