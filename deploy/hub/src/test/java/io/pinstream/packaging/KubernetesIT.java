package io.pinstream.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The manifests in `deploy/kubernetes`, as kubectl renders them: held to the types of Kubernetes' API and to the hub.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KubernetesIT {
    private static final String MODELS = "io.kubernetes.client.openapi.models.";
    /// The types' own reader has a format for times; we have none.
    private static final Gson TYPES = new GsonBuilder()
            .registerTypeAdapter(OffsetDateTime.class, (JsonDeserializer<OffsetDateTime>)
                    (json, _, _) -> OffsetDateTime.parse(json.getAsString()))
            .create();

    private static final Pattern SECRET = Pattern.compile("\\$\\{file:\\$\\{SECRETS}/([a-z-]+)}");

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/example"})
    void hasOnlyWhatTheApiKnows(String folder) throws Exception {
        assumeThat(Manifests.canBeMadeOf(folder)).as("kubectl 1.21 or newer").isTrue();
        for (var manifest : Manifests.of(folder).all()) {
            requireKnown(manifest);
        }
    }

    @Test
    void wouldNotPassAWrongWord() throws Exception {
        var base = Manifests.of("base");

        base.container().put("readinesProbe", base.container().remove("readinessProbe"));
        assertThatThrownBy(() -> requireKnown(base.only("Deployment", "pinstream-hub")))
                .hasMessageContaining("readinesProbe");

        var autoscaler = base.only("HorizontalPodAutoscaler", "pinstream-hub");
        Manifests.map(autoscaler.get("spec")).put("maxReplicas", "many");
        assertThatThrownBy(() -> requireKnown(autoscaler)).hasMessageContaining("many");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/example"})
    void givesTheHubAConfigurationThatIsRight(String folder) throws Exception {
        assumeThat(Manifests.canBeMadeOf(folder)).as("kubectl 1.21 or newer").isTrue();
        var yaml = Manifests.of(folder).hubYaml();
        var file = Files.writeString(temporary.resolve("hub.yaml"), yaml);
        var names = SECRET.matcher(yaml);
        while (names.find()) {
            Files.writeString(
                    temporary.resolve(names.group(1)),
                    names.group(1).endsWith("-hash")
                            ? "pbkdf2-sha256:10000:" + "A".repeat(22) + ":" + "A".repeat(43)
                            : "a".repeat(32));
        }

        var check = Ended.run(
                Map.of("POD_NAME", "pinstream-hub-1", "SECRETS", temporary.toString()),
                Packaged.inProject("deploy/bin/pinstream-hub").toString(),
                "check",
                "--config",
                file.toString());

        assertThat(check.exit()).as(check.output()).isZero();
    }

    @Test
    void givesThePodEveryVariableThatItsConfigurationAsksFor() throws Exception {
        var base = Manifests.of("base");
        var given = new HashSet<String>();
        Manifests.list(base.container().get("env"))
                .forEach(variable -> given.add(Manifests.at(variable, "name").toString()));

        var asked = Pattern.compile("\\$\\{([A-Z_]+)}").matcher(base.hubYaml());
        while (asked.find()) {
            assertThat(given).contains(asked.group(1));
        }
    }

    @Test
    void fitsTogether() throws Exception {
        // Given
        var base = Manifests.of("base");
        var pod = Manifests.at(base.only("Deployment", "pinstream-hub"), "spec", "template", "spec");
        var labels = Manifests.at(base.only("Deployment", "pinstream-hub"), "spec", "template", "metadata", "labels");

        // Then whatever chooses pods chooses these
        assertThat(Manifests.at(base.only("Service", "pinstream-hub"), "spec", "selector"))
                .isEqualTo(labels);
        for (var kind : List.of("Deployment", "PodDisruptionBudget")) {
            assertThat(Manifests.at(base.only(kind, "pinstream-hub"), "spec", "selector", "matchLabels"))
                    .as(kind)
                    .isEqualTo(labels);
        }
        assertThat(Manifests.at(base.only("NetworkPolicy", "pinstream-hub"), "spec", "podSelector", "matchLabels"))
                .isEqualTo(labels);

        // And no hub is without a lane
        var lanes = Pattern.compile("(?m)^  lanes: (\\d+)$").matcher(base.hubYaml());
        assertThat(lanes.find()).isTrue();
        assertThat((Integer) Manifests.at(base.only("HorizontalPodAutoscaler", "pinstream-hub"), "spec", "maxReplicas"))
                .isLessThanOrEqualTo(Integer.parseInt(lanes.group(1)));

        // And the autoscaler asks for a meter that there is
        var metrics =
                Manifests.list(Manifests.at(base.only("HorizontalPodAutoscaler", "pinstream-hub"), "spec", "metrics"));
        var meter =
                Manifests.at(metrics.getFirst(), "external", "metric", "name").toString();
        assertThat(Packaged.inProject("deploy/METERS.md")).content().contains("`" + meter + "`");
        assertThat(Packaged.inProject("deploy/kubernetes/prometheus-adapter.yaml"))
                .content()
                .contains("\"" + meter + "\"");

        // And the pod asks for nothing that the restricted Pod Security Standard forbids
        assertThat(Manifests.at(pod, "automountServiceAccountToken")).isEqualTo(false);
        assertThat(Manifests.at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
        assertThat(Manifests.at(pod, "securityContext", "seccompProfile", "type"))
                .isEqualTo("RuntimeDefault");
        assertThat(Manifests.map(base.container().get("securityContext")))
                .containsEntry("allowPrivilegeEscalation", false)
                .containsEntry("readOnlyRootFilesystem", true)
                .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
    }

    /// Every member is one of the API's, none that it requires is missing, and each has a value of its type.
    private static void requireKnown(Map<String, Object> manifest) throws Exception {
        var version = manifest.get("apiVersion").toString().replaceFirst(".*/", "");
        var type = Class.forName(MODELS
                + version.substring(0, 1).toUpperCase(Locale.ROOT)
                + version.substring(1)
                + manifest.get("kind"));
        var json = TYPES.toJsonTree(manifest);
        try {
            type.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
        } catch (InvocationTargetException wrong) {
            throw new IllegalArgumentException(String.valueOf(wrong.getCause().getMessage()), wrong.getCause());
        }
        assertThat(TYPES.fromJson(json, type)).isNotNull();
    }
}
