package brig.spec;

import brig.spec.toml.TomlTable;
import brig.spec.toml.TomlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code [files]}: what the jail holds and where the service may write. */
final class FilesReader {
  static final long DEFAULT_TEMPORARY_SIZE = 64L << 20;
  private static final int MAX_CONTENT = 256 * 1024;

  private final Section files;
  private final Mistakes mistakes;
  private final PathRules paths;
  private final boolean strict;

  FilesReader(Section files, Mistakes mistakes, boolean strict) {
    this.files = files;
    this.mistakes = mistakes;
    this.paths = new PathRules(mistakes);
    this.strict = strict;
  }

  JailSpec.FileSet read() {
    return new JailSpec.FileSet(
        outside("include"),
        patterns("exclude"),
        outside("programs"),
        writable(),
        temporary(),
        directories(),
        mapped(),
        contents(),
        patterns("readable"),
        files.truth("strip_capabilities", strict));
  }

  private List<Located<String>> outside(String key) {
    List<Located<String>> good = new ArrayList<>();
    for (Located<String> path : files.distinct(key)) {
      if (paths.checkOutside(path)) {
        good.add(path);
      }
    }
    return good;
  }

  private List<Located<String>> patterns(String key) {
    List<Located<String>> good = new ArrayList<>();
    for (Located<String> path : files.distinct(key)) {
      if (paths.check(path)) {
        good.add(path);
      }
    }
    return good;
  }

  private List<Located<String>> directories() {
    List<Located<String>> good = new ArrayList<>();
    for (Located<String> path : files.distinct("directories")) {
      if (paths.checkInside(path.value(), path.at())) {
        good.add(path);
      }
    }
    return good;
  }

  private List<Located<JailSpec.WritablePath>> writable() {
    List<Located<JailSpec.WritablePath>> places = new ArrayList<>();
    for (TomlValue element : files.elements("writable", "an array")) {
      Place place = place("writable", element);
      if (place != null) {
        places.add(
            new Located<>(
                new JailSpec.WritablePath(place.path.value(), place.owner, place.mode),
                place.path.at()));
      }
    }
    return files.withoutRepeats("writable", places, JailSpec.WritablePath::path);
  }

  private List<Located<JailSpec.TemporaryPath>> temporary() {
    List<Located<JailSpec.TemporaryPath>> places = new ArrayList<>();
    for (TomlValue element : files.elements("temporary", "an array")) {
      Place place = place("temporary", element);
      if (place != null) {
        String path = place.path.value();
        int mode = place.mode.orElse(isForAll(path) ? 01777 : 0755);
        places.add(
            new Located<>(
                new JailSpec.TemporaryPath(path, place.owner, mode, place.size), place.path.at()));
      }
    }
    return files.withoutRepeats("temporary", places, JailSpec.TemporaryPath::path);
  }

  private static boolean isForAll(String path) {
    return path.equals("/tmp") || path.equals("/var/tmp") || path.equals("/dev/shm");
  }

  private record Place(Located<String> path, @Nullable String owner, OptionalInt mode, long size) {}

  /** A path, or a table with a path and more. */
  private @Nullable Place place(String key, TomlValue element) {
    if (element instanceof TomlValue.Text text) {
      Located<String> path = new Located<>(text.value(), text.at());
      return paths.checkWritable(path, key)
          ? new Place(path, null, OptionalInt.empty(), DEFAULT_TEMPORARY_SIZE)
          : null;
    }
    if (!(element instanceof TomlTable table)) {
      files.wrongElement(key, "paths or tables such as { path = \"/...\" }", element);
      return null;
    }
    Section fields = files.element(key, table);
    Located<String> path = required(fields, "path", key);
    Located<String> owner = fields.text("owner");
    OptionalInt mode = mode(fields, 07777);
    if (mode.isPresent() && (mode.getAsInt() & 06000) != 0) {
      mistakes.add(
          fields.positionOf("mode"),
          "a place of a jail cannot have set-user-id or set-group-id bits",
          "Write the last three digits, with a 1 before them for a directory like /tmp.");
    }
    long size = key.equals("temporary") ? size(fields) : DEFAULT_TEMPORARY_SIZE;
    if (path == null || !paths.checkWritable(path, key)) {
      return null;
    }
    return new Place(path, owner == null ? null : owner.value(), mode, size);
  }

  private @Nullable Located<String> required(Section fields, String key, String of) {
    Located<String> text = fields.text(key);
    if (text == null && !fields.has(key)) {
      mistakes.addMissing(fields.at(), "'" + key + "' is missing in " + of, "Every one needs it.");
    }
    return text;
  }

  private OptionalInt mode(Section fields, int highest) {
    Located<String> text = fields.text("mode");
    if (text == null) {
      return OptionalInt.empty();
    }
    OptionalInt bits = Quantities.bits(text.value(), highest);
    if (bits.isEmpty()) {
      mistakes.add(
          text.at(), "\"" + text.value() + "\" is no mode", "Write octal digits: \"0750\".");
    }
    return bits;
  }

  private long size(Section fields) {
    Located<String> text = fields.numberOrText("size");
    if (text == null) {
      return DEFAULT_TEMPORARY_SIZE;
    }
    OptionalLong size = Quantities.size(text.value());
    if (size.isEmpty() || size.getAsLong() < 4096) {
      mistakes.add(
          text.at(),
          "\"" + text.value() + "\" is no size for a directory",
          "Write bytes, or a number with K, M or G, at least 4K: \"64M\".");
      return DEFAULT_TEMPORARY_SIZE;
    }
    return size.getAsLong();
  }

  private List<Located<JailSpec.MountedPath>> mapped() {
    return mounted(files.pairs("map"), paths);
  }

  /** Inside paths with their outside paths, both checked; map and sockets alike. */
  static List<Located<JailSpec.MountedPath>> mounted(List<Section.Pair> pairs, PathRules paths) {
    List<Located<JailSpec.MountedPath>> mounted = new ArrayList<>(pairs.size());
    for (Section.Pair pair : pairs) {
      boolean inside = paths.checkInside(pair.key(), pair.at());
      boolean outside = paths.checkOutside(pair.value());
      if (inside && outside) {
        mounted.add(
            new Located<>(new JailSpec.MountedPath(pair.key(), pair.value().value()), pair.at()));
      }
    }
    return mounted;
  }

  private List<Located<JailSpec.Content>> contents() {
    List<Located<JailSpec.Content>> contents = new ArrayList<>();
    for (TomlValue element : files.elements("content", "an array of tables")) {
      if (!(element instanceof TomlTable table)) {
        files.wrongElement(
            "content", "tables such as { path = \"/...\", text = \"...\" }", element);
        continue;
      }
      Section fields = files.element("content", table);
      Located<String> path = required(fields, "path", "content");
      Located<String> text = required(fields, "text", "content");
      int mode = mode(fields, 0777).orElse(0644);
      if (text != null && text.value().length() > MAX_CONTENT) {
        mistakes.add(text.at(), "the text is larger than 256 KiB", "Put it in a file and map it.");
      }
      if (path != null && text != null && paths.checkInside(path.value(), path.at())) {
        contents.add(
            new Located<>(new JailSpec.Content(path.value(), text.value(), mode), path.at()));
      }
    }
    return files.withoutRepeats("content", contents, JailSpec.Content::path);
  }
}
