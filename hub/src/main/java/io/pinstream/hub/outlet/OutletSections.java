package io.pinstream.hub.outlet;

import io.pinstream.config.ConfigTree;
import io.pinstream.hub.ingest.Tls;
import io.pinstream.hub.live.Filter;
import io.pinstream.hub.live.Glob;
import io.pinstream.hub.log.GroupMember.Source;
import io.pinstream.hub.log.GroupMember.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/// Reads the section `outlets` of the configuration, and the parts that several types have in common.
public final class OutletSections {
    private static final int EVENTS = 1_000;

    private OutletSections() {}

    /// Every outlet that has no problem, by the names in the file.
    public static List<OutletConfig> read(ConfigTree tree) {
        var types = types();
        var outlets = new ArrayList<OutletConfig>();
        tree.sections("outlets").forEach((name, section) -> {
            section.kind("an outlet");
            try {
                OutletConfig.requireName(name);
            } catch (IllegalArgumentException wrong) {
                tree.section("outlets").problem(name, String.valueOf(wrong.getMessage()));
                section.ignoreRest();
                return;
            }
            outlet(name, section, types).ifPresent(outlets::add);
        });
        return outlets;
    }

    private static Map<String, Outlet> types() {
        var types = new TreeMap<String, Outlet>();
        ServiceLoader.load(Outlet.class).forEach(outlet -> types.put(outlet.type(), outlet));
        return types;
    }

    private static Optional<OutletConfig> outlet(String name, ConfigTree tree, Map<String, Outlet> types) {
        var type = tree.oneOf("type", types.keySet());
        var from = tree.choice("from", Source.class, Source.EVENTS);
        var start = tree.choice("start", Start.class, Start.OLDEST);
        var filter = filter(tree.section("filter").kind("a filter"));
        int events = tree.integer("events", EVENTS, 1, 100_000);
        var retry = retry(tree.section("retry").kind("when to try again"));
        var to = tree.section("to")
                .kind("a target" + type.map(" of the type "::concat).orElse(""));
        if (type.isEmpty()) {
            to.ignoreRest();
            return Optional.empty();
        }
        var target = Objects.requireNonNull(types.get(type.get())).read(to);
        return target.flatMap(there ->
                tree.build(() -> new OutletConfig(name, type.get(), from, start, filter, events, retry, there)));
    }

    private static Filter filter(ConfigTree tree) {
        var devices = tree.parsedTexts("device", List.of(), Glob::new);
        var sensors = tree.parsedTexts("sensor", List.of(), Glob::new);
        var quantities = tree.parsedTexts("quantity", List.of(), Glob::new);
        var types = tree.parsedTexts("type", List.of(), Glob::new);
        return tree.build(() -> new Filter(devices, sensors, quantities, types)).orElse(Filter.ALL);
    }

    private static OutletConfig.Retry retry(ConfigTree tree) {
        var standard = OutletConfig.Retry.DEFAULT;
        var first = tree.duration("first", standard.first());
        var longest = tree.duration("longest", standard.longest());
        var giveUp = tree.optionalDuration("give-up-after");
        return tree.build(() -> new OutletConfig.Retry(first, longest, giveUp)).orElse(standard);
    }

    /// The section `tls`: PEM files, which are read once to find what is wrong with them.
    public static Tls tls(ConfigTree tree) {
        var ca = tree.optionalParsed("ca", Path::of);
        var certificate = tree.optionalParsed("certificate", Path::of);
        var key = tree.optionalParsed("key", Path::of);
        return tree.build(() -> {
                    var tls = new Tls(ca, certificate, key);
                    try {
                        tls.check();
                    } catch (IOException unusable) {
                        throw new IllegalArgumentException(unusable.getMessage(), unusable);
                    }
                    return tls;
                })
                .orElse(Tls.DEFAULT);
    }
}
