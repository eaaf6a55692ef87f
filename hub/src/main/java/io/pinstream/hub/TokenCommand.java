package io.pinstream.hub;

import io.pinstream.hub.web.Role;
import io.pinstream.hub.web.WebServer;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pinstream-hub token`: makes a bearer token for the web server, and the line of the configuration that knows
/// it.
@Command(
        name = "token",
        description = {
            "Makes a bearer token, and the line for web.tokens that knows it.",
            "The token itself is shown here and nowhere else; the configuration holds only its hash."
        },
        mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "whose token it is: 1 to 64 of A-Z a-z 0-9 _ -")
    private String name = "";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "viewer",
            description = "viewer (looks), operator (commands devices, too) or admin; by default ${DEFAULT-VALUE}")
    private Role role = Role.VIEWER;

    @Override
    public Integer call() {
        var line = Objects.requireNonNull(spec).commandLine();
        try {
            var _ = WebServer.Config.requireName(name);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(line, String.valueOf(wrong.getMessage()), wrong);
        }
        var made = WebServer.Token.make(name, role, new SecureRandom());
        var out = line.getOut();
        out.printf(
                "token (keep it, it is not shown again):%n%n  %s%n%n",
                made.secret().reveal());
        out.printf(
                "below web.tokens of the configuration:%n%n    %s: {role: %s, hash: \"%s\"}%n",
                name, role.name().toLowerCase(Locale.ROOT), made.hash().text());
        out.flush();
        return CommandLine.ExitCode.OK;
    }
}
