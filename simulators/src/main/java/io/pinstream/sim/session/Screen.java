package io.pinstream.sim.session;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The terminal while a board is shown in it: pictures by ANSI sequences (Windows Terminal knows them as well),
/// keys as they are pressed.
///
/// Java has no raw keys of its own. Where there is `stty` it is told to hand them over at once; elsewhere, as on
/// Windows, a letter and Enter does the same. A terminal library would bring native code along for this one
/// difference.
final class Screen implements AutoCloseable {
    private static final String ALTERNATE = "\u001b[?1049h\u001b[?25l";
    private static final String NORMAL = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final Pattern SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})\\s*");
    private static final int MOST_KEYS = 64;
    private static final long STTY_SECONDS = 2;
    private static final int SIZE_EVERY = 8;

    /// How large it is.
    record Size(int columns, int rows) {
        static final Size USUAL = new Size(80, 24);
    }

    private final PrintStream out;
    private final Optional<String> before;
    private final Thread restore = new Thread(this::restore, "restore-terminal");
    private final BlockingQueue<Character> keys = new ArrayBlockingQueue<>(MOST_KEYS);
    private Size size = Size.USUAL;
    private int untilSize;
    private boolean restored;

    private Screen(PrintStream out, Optional<String> before) {
        this.out = out;
        this.before = before;
    }

    /// Takes the terminal over until it is closed; also one whose process is interrupted gets back what it had.
    static Screen open(PrintStream out) throws InterruptedException {
        var before = stty("-g").map(String::strip);
        if (before.isPresent()) {
            var ignored = stty("-icanon", "-echo", "min", "1");
        }
        var screen = new Screen(out, before);
        Runtime.getRuntime().addShutdownHook(screen.restore);
        out.print(ALTERNATE);
        out.flush();
        Thread.ofPlatform().daemon().name("keys").start(screen::readKeys);
        return screen;
    }

    /// Whether a key counts without Enter.
    boolean isRaw() {
        return before.isPresent();
    }

    private void readKeys() {
        try {
            for (int key = System.in.read(); key >= 0; key = System.in.read()) {
                if (key > ' ') {
                    boolean ignored = keys.offer((char) key);
                }
            }
        } catch (IOException gone) {
            // nobody will press a key any more
        }
    }

    /// The next key, waiting for it at most that long.
    Optional<Character> key(long millis) throws InterruptedException {
        return Optional.ofNullable(keys.poll(millis, TimeUnit.MILLISECONDS));
    }

    /// Shows a picture, by one write, over the one before: nothing flickers.
    void show(Picture picture) throws InterruptedException {
        if (untilSize-- <= 0) {
            untilSize = SIZE_EVERY;
            size = askSize();
        }
        out.print(painted(picture.frame(size.columns(), size.rows())));
        out.flush();
    }

    static String painted(List<String> lines) {
        return HOME + String.join(CLEAR_TO_END_OF_LINE + "\r\n", lines) + CLEAR_TO_END_OF_LINE + CLEAR_BELOW;
    }

    private static Size askSize() throws InterruptedException {
        return stty("size")
                .flatMap(Screen::size)
                .or(() -> size("%s %s".formatted(System.getenv("LINES"), System.getenv("COLUMNS"))))
                .orElse(Size.USUAL);
    }

    /// @param text rows and columns
    static Optional<Size> size(String text) {
        var matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int rows = Integer.parseInt(matcher.group(1));
        int columns = Integer.parseInt(matcher.group(2));
        return rows > 0 && columns > 0 ? Optional.of(new Size(columns, rows)) : Optional.empty();
    }

    /// What `stty` says of this terminal; empty where there is none.
    private static Optional<String> stty(String... arguments) throws InterruptedException {
        var terminal = new File("/dev/tty");
        if (!terminal.exists()) {
            return Optional.empty();
        }
        var command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        try {
            var process = new ProcessBuilder(command)
                    .redirectInput(terminal)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var said = new String(process.getInputStream().readNBytes(4096), StandardCharsets.US_ASCII);
            if (!process.waitFor(STTY_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            return process.exitValue() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private synchronized void restore() {
        if (restored) {
            return;
        }
        restored = true;
        out.print(NORMAL);
        out.flush();
        try {
            if (before.isPresent()) {
                var ignored = stty(before.get());
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(restore);
        } catch (IllegalStateException ending) {
            // then it has run or will, and finds nothing to do
        }
    }
}
