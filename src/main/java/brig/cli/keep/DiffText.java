package brig.cli.keep;

import brig.plan.Host;
import brig.plan.packages.Origin;
import brig.plan.packages.VersionOrder;
import brig.tree.Bytes;
import brig.tree.Difference;
import brig.tree.Difference.Aspect;
import brig.tree.ManifestEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a difference is and where it comes from, in words. */
final class DiffText {
  private DiffText() {}

  /**
   * In one line, without the path.
   *
   * @param host when it is compared with the host as it is now; null otherwise
   */
  static String of(Difference difference, @Nullable Host host) throws IOException {
    ManifestEntry from = difference.from();
    ManifestEntry to = difference.to();
    if (to == null) {
      return from == null ? "" : removed(from, host);
    }
    if (from == null) {
      return added(to);
    }
    List<String> words = new ArrayList<>();
    for (Aspect aspect : Aspect.values()) {
      if (difference.aspects().contains(aspect)) {
        words.add(changed(aspect, from, to));
      }
    }
    return String.join("; ", words);
  }

  /** {@code +}, {@code -} or {@code ~}. */
  static String sign(Difference difference) {
    return difference.isAdded() ? "+" : difference.isRemoved() ? "-" : "~";
  }

  private static String added(ManifestEntry to) {
    Origin origin = to.origin();
    return "new "
        + to.kind().word()
        + (origin == null ? "" : " of package " + origin.text())
        + ": "
        + chain(to);
  }

  private static String removed(ManifestEntry from, @Nullable Host host) throws IOException {
    String source = from.source();
    if (host != null && source != null && host.lstat(source) == null) {
      Origin origin = from.origin();
      return "gone from the host"
          + (origin == null ? "" : ", where it was of package " + origin.text());
    }
    return "no more wanted; it was there for " + chain(from);
  }

  private static String chain(ManifestEntry entry) {
    return entry.reasons().isEmpty()
        ? "no reason"
        : String.join(" -> ", entry.reasons().getFirst());
  }

  private static String changed(Aspect aspect, ManifestEntry from, ManifestEntry to) {
    return switch (aspect) {
      case KIND -> "was a " + from.kind().word() + ", becomes a " + to.kind().word();
      case CONTENT -> content(from, to);
      case TIME -> time(from, to);
      case MODE -> "mode " + octal(from.mode()) + " becomes " + octal(to.mode());
      case OWNER -> "owner " + owner(from) + " becomes " + owner(to);
      case TARGET -> "led to " + from.target() + ", leads to " + to.target();
      case DEVICE -> "stands for another device";
      case SOURCE -> "comes from " + to.source() + " instead of " + from.source();
      case PACKAGE -> String.valueOf(upgrade(from.origin(), to.origin()));
    };
  }

  private static String content(ManifestEntry from, ManifestEntry to) {
    String upgrade = upgrade(from.origin(), to.origin());
    if (upgrade != null) {
      return upgrade;
    }
    if (to.kind() == ManifestEntry.Kind.GENERATED) {
      return "made anew, for what it is made from has changed";
    }
    Origin origin = to.origin();
    String size =
        from.size() == to.size()
            ? "the same size"
            : Bytes.text(from.size()) + " becomes " + Bytes.text(to.size());
    return "changed on the host ("
        + size
        + ")"
        + (origin == null ? "" : ", though package " + origin.text() + " is the same");
  }

  private static String time(ManifestEntry from, ManifestEntry to) {
    String upgrade = upgrade(from.origin(), to.origin());
    return (upgrade == null ? "a new time on the host" : upgrade) + ", the same content";
  }

  /** Null when the package is the same as before. */
  static @Nullable String upgrade(@Nullable Origin from, @Nullable Origin to) {
    if (from == null) {
      return to == null ? null : "now of package " + to.text();
    }
    if (to == null) {
      return "no more of package " + from.text();
    }
    if (!from.name().equals(to.name())) {
      return "package " + from.text() + " gave way to " + to.text();
    }
    int order = VersionOrder.compare(from.version(), to.version());
    if (from.version().equals(to.version())) {
      return null;
    }
    return "host "
        + (order < 0 ? "upgraded" : "downgraded")
        + " from "
        + from.version()
        + " to "
        + to.version()
        + " by package "
        + to.name();
  }

  private static String octal(int mode) {
    String digits = Integer.toOctalString(mode);
    return "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }

  private static String owner(ManifestEntry entry) {
    return Integer.toUnsignedString(entry.uid()) + ":" + Integer.toUnsignedString(entry.gid());
  }
}
