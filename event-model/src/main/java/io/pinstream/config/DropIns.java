package io.pinstream.config;

import io.pinstream.config.YamlNode.Entry;
import io.pinstream.config.YamlNode.Mapping;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// A folder of small files that are laid over a first one, such as `conf.d`: a package's or a fleet's share of a
/// configuration that stays apart from what the device's owner writes.
final class DropIns {
    /// So many that nobody means more.
    static final int MOST = 100;

    private static final String SUFFIX = ".yaml";

    private DropIns() {}

    /// Its files `*.yaml`, in the order of their names. Other files are none of its business, but a `.yml` is
    /// surely meant to be read, and so is a problem.
    static List<ConfigFile> load(Path folder) {
        var placeholders = new Placeholders(System::getenv, folder);
        var files = new ArrayList<ConfigFile>();
        try (var list = Files.list(folder)) {
            var named = list.filter(file -> !nameOf(file).startsWith("."))
                    .filter(file ->
                            nameOf(file).endsWith(SUFFIX) || nameOf(file).endsWith(".yml"))
                    .sorted((one, other) -> nameOf(one).compareTo(nameOf(other)))
                    .limit(MOST + 1L)
                    .toList();
            if (named.size() > MOST) {
                return List.of(ConfigFile.unreadable(
                        folder.toString(), placeholders, "a folder may have at most %d files".formatted(MOST)));
            }
            for (var file : named) {
                files.add(
                        nameOf(file).endsWith(SUFFIX)
                                ? ConfigFile.load(file)
                                : ConfigFile.unreadable(
                                        file.toString(), placeholders, "only files *.yaml are read here; rename it"));
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (NotDirectoryException e) {
            return List.of(ConfigFile.unreadable(folder.toString(), placeholders, "must be a folder"));
        } catch (AccessDeniedException e) {
            return List.of(ConfigFile.unreadable(folder.toString(), placeholders, "this user may not read it"));
        } catch (IOException e) {
            return List.of(
                    ConfigFile.unreadable(folder.toString(), placeholders, "it cannot be read: " + e.getMessage()));
        }
        return files;
    }

    /// Sections are joined key by key, in the order in which keys are first named; anything else is replaced.
    static Mapping over(Mapping below, Mapping above) {
        var entries = new LinkedHashMap<String, Entry>();
        below.entries().forEach(entry -> entries.put(entry.key(), entry));
        for (var entry : above.entries()) {
            entries.merge(entry.key(), entry, DropIns::over);
        }
        return new Mapping(below.place(), List.copyOf(entries.values()));
    }

    private static Entry over(Entry below, Entry above) {
        return below.value() instanceof Mapping first && above.value() instanceof Mapping second
                ? new Entry(above.place(), above.key(), over(first, second))
                : above;
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }
}
