package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pinstream.hub.log.RealKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A RabbitMQ node of its own: its own Erlang port mapper, cookie and folders, all on loopback.
public final class RabbitServer implements Server {
    private static final Duration START = Duration.ofSeconds(120);

    private static RabbitServer shared;

    private final Path folder = RealKafka.folder("rabbitmq").toAbsolutePath();
    private final Authority authority = new Authority(folder.resolve("authority"));
    private final int port = Ports.free();
    private final int tlsPort = Ports.free();
    private final int distribution = Ports.free();
    private final int mapper = Ports.free();
    private final Process names;
    private Process process;

    private RabbitServer() throws Exception {
        Files.writeString(folder.resolve("env"), "");
        Files.writeString(folder.resolve("rabbitmq.conf"), """
                listeners.ssl.1 = 127.0.0.1:%1$d
                listeners.ssl.2 = 127.0.0.2:%1$d
                ssl_options.cacertfile = %2$s
                ssl_options.certfile = %3$s
                ssl_options.keyfile = %4$s
                ssl_options.verify = verify_peer
                ssl_options.fail_if_no_peer_cert = true
                """.formatted(
                tlsPort, authority.certificate("ca"), authority.certificate("server"), authority.key("server")));
        // The node would start a mapper that outlives it: ours is a child, which we end by its id.
        this.names = builder("epmd", "-address", "127.0.0.1", "-port", Integer.toString(mapper))
                .start();
        launch();
    }

    /// The one for all tests of this process; each has exchanges and queues of its own.
    public static synchronized RabbitServer shared() throws Exception {
        if (shared == null) {
            var started = new RabbitServer();
            Runtime.getRuntime().addShutdownHook(new Thread(started::close, "end-rabbitmq"));
            shared = started;
        }
        return shared;
    }

    @Override
    public int port() {
        return port;
    }

    /// Where it speaks TLS, on 127.0.0.1 and 127.0.0.2, with whoever has a certificate of [#authority].
    int tlsPort() {
        return tlsPort;
    }

    Authority authority() {
        return authority;
    }

    private ProcessBuilder builder(String... command) {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("out.log").toFile()));
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("HOME", folder.toString()),
                        Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                        Map.entry("ERL_EPMD_PORT", Integer.toString(mapper)),
                        Map.entry("RABBITMQ_NODENAME", name()),
                        Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                        Map.entry("RABBITMQ_NODE_PORT", Integer.toString(port)),
                        Map.entry("RABBITMQ_DIST_PORT", Integer.toString(distribution)),
                        Map.entry("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString()),
                        Map.entry("RABBITMQ_LOG_BASE", folder.resolve("log").toString()),
                        Map.entry(
                                "RABBITMQ_CONFIG_FILE",
                                folder.resolve("rabbitmq").toString()),
                        Map.entry(
                                "RABBITMQ_CONF_ENV_FILE", folder.resolve("env").toString()),
                        Map.entry(
                                "RABBITMQ_ENABLED_PLUGINS_FILE",
                                folder.resolve("plugins").toString()),
                        Map.entry("RABBITMQ_PID_FILE", folder.resolve("pid").toString()),
                        Map.entry(
                                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}")));
        return builder;
    }

    private String name() {
        return "pinstream" + port + "@localhost";
    }

    /// The scripts in Debian's path change to another user: these do not.
    private static String program(String name) {
        return "/usr/lib/rabbitmq/bin/" + name;
    }

    @Override
    public void launch() throws Exception {
        process = builder(program("rabbitmq-server")).start();
        await().atMost(START).until(() -> {
            try (var connection = connect()) {
                return connection.isOpen();
            } catch (IOException | TimeoutException notYet) {
                return false;
            }
        });
    }

    public Connection connect() throws IOException, TimeoutException {
        var factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        return factory.newConnection();
    }

    /// Says something to the node by `rabbitmqctl`.
    void control(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(program("rabbitmqctl"), "-n", name()));
        command.addAll(List.of(arguments));
        var control = builder(command.toArray(String[]::new)).start();
        assertThat(control.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(control.exitValue())
                .as(Files.readString(folder.resolve("out.log")))
                .isZero();
    }

    /// What one message is.
    record Message(AMQP.BasicProperties properties, byte[] body) {
        String id() {
            return properties.getMessageId();
        }
    }

    /// Takes what is in a queue.
    List<Message> take(String queue) {
        var messages = new ArrayList<Message>();
        try (var connection = connect();
                var channel = connection.createChannel()) {
            for (var got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
                messages.add(new Message(got.getProps(), got.getBody()));
            }
            return messages;
        } catch (IOException | TimeoutException failed) {
            throw new AssertionError("RabbitMQ gives nothing of the queue " + queue, failed);
        }
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        process.descendants().toList().forEach(ProcessHandle::destroyForcibly);
        if (!process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
            throw new IOException("RabbitMQ does not end");
        }
    }

    @Override
    public void close() {
        try {
            kill();
            names.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException late) {
            Thread.currentThread().interrupt();
        }
    }
}
