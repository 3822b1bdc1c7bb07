package brig.cli.command;

import brig.plan.Host;
import java.io.IOException;

/** A path as a person gives it: relative to the working directory, byte for byte. */
public final class AbsolutePath {
  private AbsolutePath() {}

  public static String of(String path, Host host) throws IOException {
    if (path.startsWith("/")) {
      return path;
    }
    String here = host.readLink("/proc/self/cwd");
    return here.endsWith("/") ? here + path : here + "/" + path;
  }
}
