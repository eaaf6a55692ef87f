package io.pinstream.hub.web;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Proxies in front of the hub, by address. What they say of a client counts (`X-Forwarded-For`, `-Proto`,
/// `-Host`); what anybody else says there does not.
public final class Proxies {
    public static final Proxies NONE = new Proxies(List.of());

    /// A block of addresses: `10.0.0.0/8`, or one.
    private record Block(InetAddress address, int bits) {
        static Block parse(String text) {
            int slash = text.indexOf('/');
            try {
                var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
                int most = address.getAddress().length * Byte.SIZE;
                int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
                if (bits >= 0 && bits <= most) {
                    return new Block(address, bits);
                }
            } catch (IllegalArgumentException none) {
                // The same answer.
            }
            throw new IllegalArgumentException(
                    "trusted-proxies must be addresses such as 10.0.0.7 or 10.1.0.0/16, but was \"%s\""
                            .formatted(text));
        }

        boolean holds(InetAddress other) {
            var ours = address.getAddress();
            var theirs = other.getAddress();
            if (ours.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % Byte.SIZE);
                if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<String> texts;
    private final List<Block> blocks;

    public Proxies(List<String> texts) {
        this.texts = List.copyOf(texts);
        this.blocks = this.texts.stream().map(Block::parse).toList();
    }

    boolean isEmpty() {
        return blocks.isEmpty();
    }

    /// Whether the other end of a connection is one of them.
    boolean trusts(String address) {
        var literal = literal(address);
        return literal.length == 1 && blocks.stream().anyMatch(block -> block.holds(literal[0]));
    }

    /// Where a request came from: the first address, counted from us, that is none of them. Everything left of it
    /// was written by somebody whom nobody knows.
    ///
    /// @param peer the other end of the connection
    /// @param forwarded every header `X-Forwarded-For`, in order
    String client(String peer, List<String> forwarded) {
        var path = new ArrayList<String>();
        forwarded.forEach(header -> path.addAll(List.of(header.split(",", -1))));
        var client = peer;
        while (trusts(client) && !path.isEmpty()) {
            var before = path.removeLast().strip();
            if (literal(before).length == 0) {
                break; // no address: what is left of it cannot be told apart from an invention
            }
            client = before;
        }
        var literal = literal(client);
        return literal.length == 0 ? client : literal[0].getHostAddress();
    }

    /// One address or none. Never asks a name server.
    private static InetAddress[] literal(String text) {
        var bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        try {
            return new InetAddress[] {InetAddress.ofLiteral(bare.toLowerCase(Locale.ROOT))};
        } catch (IllegalArgumentException name) {
            return new InetAddress[0];
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Proxies proxies && proxies.texts.equals(texts);
    }

    @Override
    public int hashCode() {
        return texts.hashCode();
    }

    @Override
    public String toString() {
        return texts.toString();
    }
}
