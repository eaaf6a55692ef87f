package io.pinstream.agent.linux;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.context.ContextBuilder;
import com.pi4j.extension.PluginService;
import com.pi4j.platform.Platform;
import com.pi4j.provider.Provider;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A board over our plugin over a fake kernel.
@SuppressWarnings("rawtypes") // Pi4J's own signatures have them
final class LinuxBench implements AutoCloseable {
    final FakeKernel kernel = new FakeKernel();
    final Path root;
    final Context context;
    final Board board;
    private final LinuxPlugin plugin = new LinuxPlugin(kernel);

    LinuxBench(Path root) {
        this.root = root;
        var builder = Pi4J.newContextBuilder()
                .noAutoDetect()
                .disableShutdownHook()
                .property(Board.ROOT_PROPERTY, root.toString());
        plugin.initialize(new Service(builder));
        context = builder.build();
        board = Board.of(context, new KernelFiles(root), TimeSource.system());
    }

    FakeGpioChip chip(int number, String label, int lines) throws IOException {
        var path = root.resolve("dev/gpiochip" + number);
        Files.createDirectories(root.resolve("dev"));
        Files.createFile(path);
        return new FakeGpioChip(kernel, path.toString(), label, lines);
    }

    String device(String name) {
        return root.resolve("dev").resolve(name).toString();
    }

    @Override
    public void close() {
        board.close();
        context.shutdown();
        plugin.shutdown(context);
    }

    private record Service(ContextBuilder builder) implements PluginService {
        @Override
        public Context context() {
            throw new UnsupportedOperationException("our plugin asks for no context");
        }

        @Override
        public PluginService register(Provider... providers) {
            builder.add(providers);
            return this;
        }

        @Override
        public PluginService register(Platform... platforms) {
            return this;
        }
    }
}
