package brig.tree;

import brig.plan.Entry;
import brig.plan.Plan;
import brig.plan.packages.Origin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code manifest.json} of a generation: what was put into it and why. One line for each
 * entry, so that two manifests can be compared with diff(1), and so that a sync can take over the
 * lines of what did not change.
 */
final class ManifestWriter {
  static final int FORMAT = 2;
  static final String END = "\n]}\n";

  private final Digests digests;
  private final Map<String, Origin> origins;
  private final JsonLine json;

  private ManifestWriter(Digests digests, Map<String, Origin> origins, int entries) {
    this.digests = digests;
    this.origins = origins;
    this.json = new JsonLine(256 + entries * 400);
  }

  /**
   * Renders it.
   *
   * @param seal with one change for each entry of the plan, in its order, as carried out
   * @param origins the packages of the host's files, by their paths on the host
   */
  static byte[] of(
      ManifestHead head,
      Plan plan,
      Seal.Outcome seal,
      Digests digests,
      Map<String, Origin> origins) {
    List<Change> changes = seal.changes();
    ManifestWriter manifest = new ManifestWriter(digests, origins, changes.size());
    manifest.json.raw(head.text());
    for (int i = 0; i < changes.size(); i++) {
      manifest.json.raw(i == 0 ? "\n" : ",\n");
      manifest.entry(plan.entries().get(i), changes.get(i));
    }
    return manifest.json.raw(END).toString().getBytes(StandardCharsets.UTF_8);
  }

  private void entry(Entry entry, Change change) {
    json.raw("{\"path\":").quote(entry.path());
    if (change instanceof Change.CopyFile f) {
      file(f, f.path());
    } else if (change instanceof Change.MountFile m) {
      mounted(m);
    } else if (change instanceof Change.AddName n) {
      file(n.file(), n.file().path());
      json.field("same", n.file().path());
    } else if (change instanceof Change.MakeLink l) {
      kind(ManifestEntry.Kind.LINK).field("target", l.target());
    } else if (change instanceof Change.MakeDirectory d) {
      kind(ManifestEntry.Kind.DIRECTORY).owner(d.mode(), d.uid(), d.gid());
    } else if (change instanceof Change.WriteFile w) {
      kind(ManifestEntry.Kind.GENERATED)
          .owner(w.mode(), w.uid(), w.gid())
          .field("size", w.content().length)
          .field("sha256", digests.of(w.path()));
    } else if (change instanceof Change.MakeDevice d) {
      kind(ManifestEntry.Kind.DEVICE)
          .owner(d.mode(), 0, 0)
          .field("type", d.block() ? "block" : "character")
          .field("major", d.major())
          .field("minor", d.minor());
    } else if (change instanceof Change.MakeFifo f) {
      kind(ManifestEntry.Kind.FIFO)
          .owner(f.mode(), f.uid(), f.gid())
          .field("modified", f.stat().modifiedNanos());
    } else {
      mountPoint(entry);
    }
    json.reasons(entry.reasons()).raw("}");
  }

  private JsonLine kind(ManifestEntry.Kind kind) {
    return json.field("kind", kind.word());
  }

  private void file(Change.CopyFile file, String first) {
    kind(ManifestEntry.Kind.FILE)
        .owner(file.mode(), file.uid(), file.gid())
        .raw(content(digests.size(first), digests.modified(first), digests.of(first)))
        .field("source", file.source());
    json.raw(origin(origins.get(file.source())));
  }

  private void mounted(Change.MountFile file) {
    kind(ManifestEntry.Kind.MOUNTED)
        .owner(file.stat().mode(), file.stat().uid(), file.stat().gid())
        .field("size", file.stat().size())
        .field("modified", file.stat().modifiedNanos())
        .field("source", file.source());
    json.raw(origin(origins.get(file.source())));
  }

  /** What follows the source in a file's line. */
  static String origin(@Nullable Origin origin) {
    return origin == null
        ? ""
        : new JsonLine(64)
            .field("package", origin.name())
            .field("version", origin.version())
            .toString();
  }

  /** A file's line with another content and of another package. */
  static String changed(String line, Digests digests, String path, @Nullable Origin origin) {
    int content = line.indexOf(",\"size\":");
    int source = line.indexOf(",\"source\":", content);
    int end = line.indexOf(",\"package\":", source);
    int reasons = line.indexOf(",\"reasons\":", source);
    return line.substring(0, content)
        + content(digests.size(path), digests.modified(path), digests.of(path))
        + line.substring(source, end < 0 ? reasons : end)
        + origin(origin)
        + line.substring(reasons);
  }

  /** What of a file's line changes when its content does; the next field is the source. */
  static String content(long size, long modifiedNanos, String sha256) {
    return ",\"size\":" + size + ",\"modified\":" + modifiedNanos + ",\"sha256\":\"" + sha256 + '"';
  }

  private void mountPoint(Entry entry) {
    if (entry instanceof Entry.Writable w) {
      kind(w.temporary() ? ManifestEntry.Kind.TEMPORARY : ManifestEntry.Kind.WRITABLE)
          .owner(w.mode(), w.uid(), w.gid());
    } else if (entry instanceof Entry.Socket s) {
      kind(ManifestEntry.Kind.SOCKET).field("source", s.source());
    } else if (entry instanceof Entry.Device d) {
      kind(ManifestEntry.Kind.DEVICE)
          .owner(d.mode(), 0, 0)
          .field("type", d.block() ? "block" : "character")
          .field("major", d.major())
          .field("minor", d.minor())
          .field("source", d.path());
    } else {
      throw new IllegalArgumentException("nothing is mounted on " + entry.path());
    }
  }
}
