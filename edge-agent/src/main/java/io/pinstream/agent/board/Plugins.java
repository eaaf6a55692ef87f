package io.pinstream.agent.board;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.context.ContextBuilder;
import com.pi4j.exception.Pi4JException;
import com.pi4j.extension.Plugin;
import com.pi4j.extension.PluginService;
import com.pi4j.platform.Platform;
import com.pi4j.provider.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// The Pi4J providers of one plugin, found on the class path by the first part of their ids.
///
/// Pi4J's own detection would take every plugin that is there and choose by priority; here the user chooses.
@SuppressWarnings("rawtypes") // Pi4J's own signatures have them
final class Plugins {
    private static final String LINUX = "linux";

    private final Plugin plugin;
    private final List<Provider> providers;

    private Plugins(Plugin plugin, List<Provider> providers) {
        this.plugin = plugin;
        this.providers = providers;
    }

    /// @param wanted `auto`, or what the ids begin with
    static Plugins choose(String wanted) throws IOException {
        if (wanted.equals(Board.Config.AUTO)) {
            var system = System.getProperty("os.name", "an unknown system");
            if (!system.equals("Linux")) {
                throw new IOException(
                        "board.provider is auto, which needs Linux, but this machine runs %s: ".formatted(system)
                                + "use a simulated board, or name another Pi4J provider");
            }
            return choose(LINUX);
        }
        var others = new ArrayList<String>();
        try {
            for (var plugin : ServiceLoader.load(Plugin.class)) {
                var providers = providers(plugin, others);
                var matching =
                        providers.stream().filter(one -> matches(one, wanted)).toList();
                if (!matching.isEmpty()) {
                    return new Plugins(plugin, matching);
                }
                providers.forEach(one -> others.add(one.id()));
            }
        } catch (ServiceConfigurationError broken) {
            throw new IOException("a Pi4J plugin on the class path cannot be loaded: " + broken.getMessage(), broken);
        }
        throw new IOException("board.provider is %s, but no Pi4J plugin has a provider %s or %s-...; there are: %s. "
                        .formatted(wanted, wanted, wanted, others.isEmpty() ? "none" : String.join(", ", others))
                + "Add the plugin's jar to the class path, or choose another");
    }

    private static boolean matches(Provider provider, String wanted) {
        return provider.id().equals(wanted) || provider.id().startsWith(wanted + "-");
    }

    private static List<Provider> providers(Plugin plugin, List<String> others) {
        try (var gathering = new Gathering()) {
            plugin.initialize(gathering);
            return gathering.providers;
        } catch (Pi4JException | LinkageError failed) {
            // One plugin that fits another machine must not keep the wanted one from being found.
            others.add("%s (cannot start: %s)".formatted(plugin.getClass().getName(), failed.getMessage()));
            return List.of();
        }
    }

    ContextBuilder addTo(ContextBuilder builder) {
        return builder.add(providers.toArray(Provider[]::new));
    }

    /// The serial ports that the plugin offers beside its providers.
    SerialPorts serialPorts() {
        return plugin instanceof SerialPorts ports ? ports : SerialPorts.NONE;
    }

    void close(Context context) {
        plugin.shutdown(context);
    }

    /// Gathers what a plugin registers, before there is the context that it will be used in.
    private static final class Gathering implements PluginService, AutoCloseable {
        private final List<Provider> providers = new ArrayList<>();
        private @Nullable Context provisional;

        /// A context for plugins that look at the board's model first; ours does not.
        @Override
        public Context context() {
            var context = provisional;
            if (context == null) {
                context = Pi4J.newContextBuilder()
                        .noAutoDetect()
                        .disableShutdownHook()
                        .build();
                provisional = context;
            }
            return context;
        }

        @Override
        public PluginService register(Provider... more) {
            providers.addAll(List.of(more));
            return this;
        }

        @Override
        public PluginService register(Platform... more) {
            return this; // a platform is but a list of providers
        }

        @Override
        public void close() {
            if (provisional != null) {
                provisional.shutdown();
            }
        }
    }
}
