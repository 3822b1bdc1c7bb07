package brig.web.parent;

import brig.launch.jvm.HostPlace;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import brig.web.config.WebConfig;
import brig.web.config.WebConfigReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration comes from: a file, read anew at each reload, or a directory that is served
 * as it is.
 *
 * @param path absolute
 * @param made what stands for the file of a directory; null: there is a file
 */
public record Source(String path, byte @Nullable [] made) {
  private static final int FIRST_PORT = 8080;

  /**
   * What was named on the command line.
   *
   * @param port 0: the usual one
   */
  public static Source of(String argument, int port) throws BrigException, LinuxException {
    Stat stat = Stat.of(argument);
    if (stat == null) {
      throw BrigException.usage(
          Problem.of("cannot serve " + argument)
              .answered("there is no such file or directory")
              .remedy("Name a directory to serve, or a configuration in TOML."));
    }
    String real = HostPlace.of(argument).path();
    if (!stat.isDirectory()) {
      if (port != 0) {
        throw BrigException.usage(
            Problem.of("--port is for a directory; " + argument + " is a configuration")
                .remedy("Its 'listen' says where it is served."));
      }
      return new Source(real, null);
    }
    String text =
        "listen = [\"0.0.0.0:"
            + (port == 0 ? FIRST_PORT : port)
            + "\"]\nroot = \""
            + real.replace("\\", "\\\\").replace("\"", "\\\"")
            + "\"\n";
    return new Source(real + "/(command line)", text.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes as they are now. */
  public byte[] bytes() throws BrigException {
    byte[] known = made;
    if (known != null) {
      return known.clone();
    }
    try {
      return HostFiles.read(path);
    } catch (LinuxException e) {
      throw BrigException.usage(e.problem("cannot read the configuration " + path));
    }
  }

  /** Reads it, and checks all that can be found out outside. */
  public WebConfig checked(boolean jailed) throws BrigException, LinuxException {
    WebConfig config = WebConfigReader.read(path, bytes());
    Starter.check(config, jailed);
    return config;
  }
}
