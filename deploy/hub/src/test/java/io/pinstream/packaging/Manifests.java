package io.pinstream.packaging;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What `kubectl kustomize` makes of a folder below `deploy/kubernetes`.
record Manifests(List<Map<String, Object>> all) {
    private static final Pattern VERSION = Pattern.compile("gitVersion: v1\\.(\\d+)");
    private static final int FIRST_WITH_OVERLAYS = 21;

    /// Whether this kubectl can: that of Debian 12 has a kustomize from before overlays named folders as resources.
    static boolean canBeMadeOf(String folder) throws IOException, InterruptedException {
        var version = VERSION.matcher(
                Ended.run("kubectl", "version", "--client", "--output=yaml").output());
        return !folder.startsWith("overlays/")
                || version.find() && Integer.parseInt(version.group(1)) >= FIRST_WITH_OVERLAYS;
    }

    static Manifests of(String folder) throws IOException, InterruptedException {
        var rendered = Ended.run(
                "kubectl",
                "kustomize",
                Packaged.inProject("deploy/kubernetes").resolve(folder).toString());
        if (rendered.exit() != 0) {
            throw new IOException(rendered.output());
        }
        var all = new ArrayList<Map<String, Object>>();
        for (var document : new Load(LoadSettings.builder().build()).loadAllFromString(rendered.output())) {
            all.add(map(document));
        }
        return new Manifests(all);
    }

    /// The only one of its kind whose name begins so.
    Map<String, Object> only(String kind, String name) {
        var found = all.stream()
                .filter(one -> one.get("kind").equals(kind)
                        && at(one, "metadata", "name").toString().startsWith(name))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException("%d of kind %s and name %s".formatted(found.size(), kind, name));
        }
        return found.getFirst();
    }

    /// The hub's container.
    Map<String, Object> container() {
        return map(list(at(only("Deployment", "pinstream-hub"), "spec", "template", "spec", "containers"))
                .getFirst());
    }

    /// The file that it reads.
    String hubYaml() {
        return at(only("ConfigMap", "pinstream-hub"), "data", "hub.yaml").toString();
    }

    /// What is there, by the names of members.
    static Object at(Object from, String... names) {
        var value = from;
        for (var name : names) {
            value = map(value).get(name);
        }
        if (value == null) {
            throw new IllegalStateException("there is no " + String.join(".", names));
        }
        return value;
    }

    @SuppressWarnings("unchecked") // what a YAML mapping is; its keys are texts here
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked") // what a YAML sequence is
    static List<Object> list(Object value) {
        return (List<Object>) value;
    }
}
