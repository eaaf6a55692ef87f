package io.pinstream.agent.board;

import com.pi4j.exception.Pi4JException;
import com.pi4j.provider.exception.ProviderNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns what Pi4J throws into what drivers understand. Pi4J wraps a failure up to three deep in exceptions
/// without a message of use: the one that knows is inside.
final class Failures {
    private static final int DEEPEST = 8;

    /// EREMOTEIO, ENXIO and what providers make of them: the words in which an I²C adapter says "no acknowledge".
    private static final Pattern NOT_ACKNOWLEDGED =
            Pattern.compile("remote i/o error|no such device or address|\\bnac?k\\b|no acknowledge");

    private Failures() {}

    /// @param place where it happened, such as `line 17`
    static IOException at(String place, RuntimeException failed) {
        var chain = chain(failed);
        for (var link : chain) {
            if (link instanceof IOException told) {
                return new IOException(place + ": " + told(told), failed);
            }
            if (link instanceof ProviderNotFoundException) {
                return new IOException(
                        place + ": the board's provider offers no such line or bus: choose another board.provider",
                        failed);
            }
        }
        return new IOException(place + ": " + told(chain.getLast()), failed);
    }

    /// The same on a bus whose chips acknowledge.
    static IOException onBus(String place, RuntimeException failed) {
        for (var link : chain(failed)) {
            if (link instanceof NoAnswer || saysNotAcknowledged(link)) {
                return new NoAnswer("no chip answers at %s: check wiring, address and power".formatted(place), failed);
            }
        }
        return at(place, failed);
    }

    private static boolean saysNotAcknowledged(Throwable link) {
        return link.getMessage() != null
                && NOT_ACKNOWLEDGED
                        .matcher(link.getMessage().toLowerCase(Locale.ROOT))
                        .find();
    }

    private static String told(Throwable link) {
        boolean known = link instanceof IOException || link instanceof Pi4JException;
        return known && link.getMessage() != null ? link.getMessage() : link.toString();
    }

    private static List<Throwable> chain(Throwable outermost) {
        var chain = new ArrayList<Throwable>();
        for (@Nullable Throwable link = outermost; link != null && chain.size() < DEEPEST; link = link.getCause()) {
            chain.add(link);
        }
        return chain;
    }
}
