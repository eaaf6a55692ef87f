package io.pinstream.hub.outlet.eventbridge;

import io.pinstream.config.ConfigTree;
import io.pinstream.hub.ingest.Tls;
import io.pinstream.hub.outlet.Outlet;
import io.pinstream.hub.outlet.OutletSections;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.Template;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// The type `eventbridge`: an event bus of Amazon EventBridge, by PutEvents. Credentials come from the AWS SDK's
/// default chain (environment, shared files, container, instance), and never from our configuration.
public final class EventBridgeOutlet implements Outlet {
    /// What stands in an entry's Detail.
    enum Detail {
        /// All of the event, as CloudEvents JSON.
        CLOUDEVENT,
        /// Only its data; then only its content names the event.
        DATA
    }

    /// Where to, and how.
    ///
    /// @param bus name or ARN of the event bus
    /// @param region such as `eu-central-1`
    /// @param endpoint instead of the region's own: a VPC endpoint, or a stand-in
    /// @param bytes of all entries of a call, as EventBridge counts them
    /// @param calls how many are under way at once, each with devices of its own
    /// @param strictOrder whether a call holds one event of a device only, so that none overtakes one that failed
    /// @param timeout how long one call may take
    /// @param tls whom to trust at the endpoint, if not those that the Java platform trusts
    record Bus(
            String bus,
            String region,
            Optional<URI> endpoint,
            Template source,
            Template detailType,
            Detail detail,
            int bytes,
            int calls,
            boolean strictOrder,
            Duration timeout,
            Tls tls)
            implements Outlet.Target {
        private static final Pattern BUS = Pattern.compile("[/.\\-_A-Za-z0-9:]{1,1600}");
        private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-\\d{1,2}");
        private static final int LEAST_BYTES = 1 << 10;
        private static final int MOST_BYTES = 1 << 20;

        Bus {
            if (!BUS.matcher(bus).matches()) {
                throw new IllegalArgumentException(
                        "bus must be the name or ARN of an event bus, but was \"%s\"".formatted(bus));
            }
            if (!REGION.matcher(region).matches()) {
                throw new IllegalArgumentException(
                        "region must be one of AWS such as eu-central-1, but was \"%s\"".formatted(region));
            }
            if (source.text().startsWith("aws.")) {
                throw new IllegalArgumentException("source must not begin with \"aws.\", which AWS keeps for itself");
            }
            endpoint.ifPresent(Bus::requireEndpoint);
            if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
                throw new IllegalArgumentException(
                        "bytes must be %d to %d, but was %d".formatted(LEAST_BYTES, MOST_BYTES, bytes));
            }
            if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofSeconds(30)) > 0) {
                throw new IllegalArgumentException(
                        "timeout must be 100 ms to 30 s, but was %d ms".formatted(timeout.toMillis()));
            }
        }

        private static void requireEndpoint(URI endpoint) {
            var scheme = endpoint.getScheme();
            if (!"http".equals(scheme) && !"https".equals(scheme)
                    || endpoint.getHost() == null
                    || endpoint.getUserInfo() != null) {
                throw new IllegalArgumentException("endpoint must be https://host or http://host, without a password");
            }
        }

        @Override
        public String name() {
            return "eventbridge://%s/%s".formatted(region, bus);
        }

        @Override
        public Sink open(TimeSource time) throws IOException {
            return EventBridgeSink.open(this);
        }
    }

    @Override
    public String type() {
        return "eventbridge";
    }

    @Override
    public Optional<Outlet.Target> read(ConfigTree to) {
        var bus = to.text("bus", "default");
        var region = to.text("region");
        var endpoint = to.optionalParsed("endpoint", URI::create);
        var source = to.parsed("source", new Template("io.pinstream", true), text -> new Template(text, true));
        var detailType = to.parsed("detail-type", new Template("{type}", true), text -> new Template(text, true));
        var detail = to.choice("detail", Detail.class, Detail.CLOUDEVENT);
        int bytes = to.integer("bytes", 256 << 10, Bus.LEAST_BYTES, Bus.MOST_BYTES);
        // The JDK keeps five connections to a host for the next call; more are made anew for each.
        int calls = to.integer("calls", 5, 1, 64);
        boolean strictOrder = to.flag("strict-order", true);
        var timeout = to.duration("timeout", Duration.ofSeconds(10));
        var tls = OutletSections.tls(to.section("tls").kind("the encrypted link"));
        return to.build(() ->
                new Bus(bus, region, endpoint, source, detailType, detail, bytes, calls, strictOrder, timeout, tls));
    }
}
