package brig.learn;

import brig.learn.Outside.Found;
import brig.plan.FileStat;
import brig.plan.Plan;
import brig.spec.PathRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What does not come into a jail only because a service asks for it. */
final class Secrets {
  private static final List<String> HOMES = List.of("/root", "/home");

  private final Outside outside;
  private final Plan plan;
  private final boolean root;

  /**
   * Why a file is held back.
   *
   * @param why a clause: {@code it holds a private key}
   * @param askable a person may let it in
   */
  record Secret(String why, boolean askable) {}

  /**
   * @param root the service starts as root
   */
  Secrets(Outside outside, Plan plan, boolean root) {
    this.outside = outside;
    this.plan = plan;
    this.root = root;
  }

  /** Null for what may come in. */
  @Nullable Secret of(String path, Found found) {
    for (String each : List.of(path, found.path())) {
      String never = PathRules.secret(each);
      if (never != null) {
        return new Secret(never, false);
      }
    }
    FileStat stat = found.stat();
    switch (stat.type()) {
      case SOCKET, FIFO, BLOCK_DEVICE, CHARACTER_DEVICE -> {
        return new Secret("it is no file, but a way to other programs or to hardware", false);
      }
      case FILE, DIRECTORY, LINK -> {}
    }
    if (found.isFile() && isPrivateKey(found)) {
      return new Secret("it holds a private key", true);
    }
    if (inAnothersHome(found.path())) {
      return new Secret("it lies in a person's home directory", true);
    }
    if (!root && found.isFile() && !mayRead(stat)) {
      return new Secret("the service's user may not read it on the host either", true);
    }
    return null;
  }

  private boolean isPrivateKey(Found found) {
    return new String(outside.head(found), StandardCharsets.ISO_8859_1)
        .contains("PRIVATE KEY-----");
  }

  private boolean inAnothersHome(String path) {
    for (String home : HOMES) {
      if (isWithin(path, home)) {
        for (Plan.User user : plan.users()) {
          if (user.uid() == plan.service().uid()
              && user.home().length() > 1
              && isWithin(path, user.home())) {
            return false;
          }
        }
        return true;
      }
    }
    return false;
  }

  private static boolean isWithin(String path, String directory) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }

  private boolean mayRead(FileStat stat) {
    return may(stat, 4);
  }

  /** Whether the service's user may write there on the host. */
  boolean mayWrite(FileStat stat) {
    return may(stat, 2);
  }

  private boolean may(FileStat stat, int right) {
    Plan.ServiceIds service = plan.service();
    if (stat.uid() == service.uid()) {
      return (stat.mode() & right << 6) != 0;
    }
    if (stat.gid() == service.gid() || service.groups().contains(stat.gid())) {
      return (stat.mode() & right << 3) != 0;
    }
    return (stat.mode() & right) != 0;
  }
}
