package io.pinstream.hub.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HubLogTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @AfterEach
    void restore() {
        HubLog.toStandardError(false);
    }

    private String said(boolean verbose, String logger) {
        said.reset();
        HubLog.to(new PrintStream(said, true, UTF_8), verbose);
        Logger.getLogger(logger).severe("cannot be reached");
        return said.toString(UTF_8);
    }

    @Test
    void leavesWhatTheCloudsSdksSayOfEveryTryToTheOutlet() {
        assertThat(said(false, "com.azure.core.http.jdk")).isEmpty();
        assertThat(said(false, "software.amazon.awssdk.request")).isEmpty();
        assertThat(said(true, "com.azure.core.http.jdk")).contains("cannot be reached");
        assertThat(said(false, "io.pinstream.hub")).contains("cannot be reached");
    }
}
