package brig.learn;

import brig.spec.JailSpec;
import brig.spec.JailSpec.NetworkMode;
import brig.spec.Located;
import brig.spec.LockFile.Seen;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the jailfile might say of the network and of system calls after what was seen. Nothing of it
 * is put there: what a service may reach is a person's to decide.
 */
public final class SeenProposal {
  private final JailSpec spec;
  private final Seen seen;

  private SeenProposal(JailSpec spec, Seen seen) {
    this.spec = spec;
    this.seen = seen;
  }

  /** Lines to tell; none when the jailfile says it all. */
  public static List<String> of(JailSpec spec, Seen seen) {
    return new SeenProposal(spec, seen).lines();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<String> network = new ArrayList<>();
    if (spec.network().mode() == NetworkMode.HOST) {
      ports(network, "listen", seen.listen(), spec.network().listen(), handedIn());
      ports(network, "connect", seen.connect(), spec.network().connect(), Set.of());
    }
    if (!network.isEmpty()) {
      lines.add("[network]");
      lines.addAll(network);
    }
    Set<String> known = new TreeSet<>();
    for (Located<JailSpec.MountedPath> socket : spec.sockets()) {
      known.add(socket.value().inside());
    }
    List<String> sockets = new ArrayList<>();
    for (Located<String> socket : seen.sockets()) {
      if (known.stream().noneMatch(k -> within(socket.value(), k)) && !isOwn(socket.value())) {
        sockets.add("\"" + socket.value() + "\" = \"" + socket.value() + "\"");
      }
    }
    if (!sockets.isEmpty()) {
      lines.add("[sockets]");
      lines.addAll(sockets);
    }
    if (spec.seccomp().enabled() && spec.seccomp().profile() instanceof JailSpec.Profile.None) {
      lines.add("[seccomp]");
      lines.add("profile = \"learned\"");
      lines.add("mode = \"log\"");
    }
    return lines;
  }

  /** Proposed unless the jailfile names exactly these, or nothing was seen and none are allowed. */
  private static void ports(
      List<String> lines,
      String key,
      List<Located<Integer>> seen,
      @Nullable List<Located<Integer>> said,
      Set<Integer> besides) {
    Set<Integer> wanted = values(seen);
    wanted.removeAll(besides);
    if (said == null ? !wanted.isEmpty() || key.equals("listen") : !values(said).equals(wanted)) {
      lines.add(key + " = " + wanted);
    }
  }

  private static Set<Integer> values(Collection<Located<Integer>> ports) {
    Set<Integer> values = new TreeSet<>();
    for (Located<Integer> port : ports) {
      values.add(port.value());
    }
    return values;
  }

  private Set<Integer> handedIn() {
    Set<Integer> ports = new TreeSet<>();
    for (Located<String> socket : spec.network().sockets()) {
      String text = socket.value();
      ports.add(Integer.valueOf(text.substring(text.lastIndexOf(':') + 1)));
    }
    return ports;
  }

  /** In a place that the service writes to: it is its own, or another part's of it. */
  private boolean isOwn(String path) {
    return spec.files().writable().stream().anyMatch(w -> within(path, w.value().path()))
        || spec.files().temporary().stream().anyMatch(t -> within(path, t.value().path()));
  }

  private static boolean within(String path, String directory) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }
}
