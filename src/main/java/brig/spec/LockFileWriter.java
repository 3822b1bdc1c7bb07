package brig.spec;

import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedAccount;
import brig.spec.LockFile.LearnedPath;
import brig.spec.LockFile.LearnedPlace;
import brig.spec.LockFile.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a lock file: sorted, one table for each thing, so that a difference reads as one. */
public final class LockFileWriter {
  private static final String HEAD =
      """
      # Written by brig learn: what the service needs beyond its jailfile, and how that is known.
      # Review it like code, keep it with the jailfile. A table that is taken out is learned again
      # when it is still needed; [files] exclude in the jailfile keeps a path out for good.
      """;

  private final StringBuilder out = new StringBuilder(HEAD);

  private LockFileWriter() {}

  public static byte[] bytes(LockFile lock) {
    LockFileWriter writer = new LockFileWriter();
    writer.write(lock);
    return writer.out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write(LockFile lock) {
    out.append("version = ").append(LockFileReader.VERSION).append('\n');
    seen(lock);
    for (Run run : sorted(lock.runs(), Comparator.comparingInt(Run::number))) {
      run(run);
    }
    for (LearnedAccount account :
        sorted(
            values(lock.accounts()),
            Comparator.comparing(LearnedAccount::group).thenComparing(LearnedAccount::name))) {
      table(account.group() ? "group" : "user");
      text("name", account.name());
      evidence(account.evidence());
    }
    for (LearnedPlace place :
        sorted(
            values(lock.places()),
            Comparator.comparing(LearnedPlace::temporary).thenComparing(LearnedPlace::path))) {
      place(place);
    }
    paths("preload", lock.preloads());
    paths("path", lock.paths());
  }

  private void paths(String key, List<Located<LearnedPath>> learned) {
    for (LearnedPath path : sorted(values(learned), Comparator.comparing(LearnedPath::path))) {
      table(key);
      text("path", path.path());
      if (path.allowed()) {
        out.append("allowed = true\n");
      }
      evidence(path.evidence());
    }
  }

  private void seen(LockFile lock) {
    array("unused", values(lock.unused()));
    LockFile.Seen seen = lock.seen();
    if (!seen.calls().isEmpty()) {
      out.append("\n[seccomp]\n");
      array("calls", values(seen.calls()));
    }
    if (!seen.listen().isEmpty() || !seen.connect().isEmpty() || !seen.sockets().isEmpty()) {
      out.append("\n[network]\n");
      ports("listen", values(seen.listen()));
      ports("connect", values(seen.connect()));
      array("sockets", values(seen.sockets()));
    }
  }

  /** A line each, so that one more is one line more. */
  private void array(String key, List<String> texts) {
    if (texts.isEmpty()) {
      return;
    }
    out.append(key).append(" = [\n");
    for (String text : sorted(texts, Comparator.naturalOrder())) {
      out.append("  ");
      quoted(text);
      out.append(",\n");
    }
    out.append("]\n");
  }

  private void ports(String key, List<Integer> ports) {
    if (!ports.isEmpty()) {
      out.append(key).append(" = ").append(sorted(ports, Comparator.naturalOrder())).append('\n');
    }
  }

  private static <T> List<T> values(List<Located<T>> located) {
    List<T> values = new ArrayList<>();
    for (Located<T> one : located) {
      values.add(one.value());
    }
    return values;
  }

  private static <T> List<T> sorted(List<T> list, Comparator<T> order) {
    List<T> sorted = new ArrayList<>(list);
    sorted.sort(order);
    return sorted;
  }

  private void run(Run run) {
    table("run");
    out.append("number = ").append(run.number()).append('\n');
    text("where", run.outside() ? "host" : "jail");
    if (run.probe() != null) {
      text("probe", run.probe());
    }
    if (!run.workload().isEmpty()) {
      out.append("workload = [");
      String comma = "";
      for (String word : run.workload()) {
        out.append(comma);
        quoted(word);
        comma = ", ";
      }
      out.append("]\n");
    }
  }

  private void place(LearnedPlace place) {
    table(place.temporary() ? "temporary" : "writable");
    text("path", place.path());
    if (place.owner() != null) {
      text("owner", place.owner());
    }
    text("mode", "0" + Integer.toOctalString(place.mode()));
    evidence(place.evidence());
  }

  private void evidence(Evidence evidence) {
    text("by", evidence.by());
    text("call", evidence.call());
    out.append("run = ").append(evidence.run()).append('\n');
  }

  private void table(String name) {
    out.append("\n[[").append(name).append("]]\n");
  }

  private void text(String key, @Nullable String value) {
    out.append(key).append(" = ");
    quoted(value == null ? "" : value);
    out.append('\n');
  }

  /** A basic string of TOML. */
  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7F) {
            out.append("\\u00").append(c < 16 ? "0" : "").append(Integer.toHexString(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
