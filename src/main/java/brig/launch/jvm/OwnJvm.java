package brig.launch.jvm;

import brig.linux.CallLibrary;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine that runs a program of Brig's own: its command line, and what of the host it
 * starts from.
 */
public final class OwnJvm {
  /** To go in, to become the user, and to empty the bounding sets. */
  public static final List<String> CAPABILITIES =
      List.of("CAP_SYS_CHROOT", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP");

  /** The launcher script has them too, where it trains a cache. */
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData", // it would write to /tmp
          "-XX:-UseContainerSupport",
          "-XX:+DisableAttachMechanism",
          "-Xss512k",
          "-Xrs", // signals mean what they mean to any program
          "--enable-native-access=ALL-UNNAMED");

  private final String program;
  private final String classPath;
  private final String cache;

  /** By which native calls are made; null: this process does without, too. */
  private final @Nullable HostPlace calls;

  private OwnJvm(String classPath, String cache) throws LinuxException {
    String library = System.getProperty(CallLibrary.PROPERTY);
    this.calls = library == null || Stat.of(library) == null ? null : HostPlace.of(library);
    this.program = HostPlace.of(System.getProperty("java.home") + "/bin/java").path();
    this.classPath = classPath;
    this.cache = cache;
  }

  /** With the classes of this process; it may start in another directory. */
  public static OwnJvm ofThisProcess() throws LinuxException {
    StringBuilder real = new StringBuilder();
    for (String entry : System.getProperty("java.class.path", "").split(":", -1)) {
      if (Stat.of(entry) != null) {
        real.append(real.isEmpty() ? "" : ":").append(HostPlace.of(entry).path());
      }
    }
    return new OwnJvm(real.toString(), "");
  }

  /**
   * With other classes.
   *
   * @param classPath absolute, as the cache was trained with it
   * @param cache the file of an AOT cache; empty: there is none
   */
  public static OwnJvm of(String classPath, String cache) throws LinuxException {
    return new OwnJvm(classPath, cache);
  }

  /** What of the host it needs to start. */
  public List<HostPlace> places() throws LinuxException {
    List<HostPlace> places = new ArrayList<>();
    places.add(HostPlace.of(System.getProperty("java.home", "/usr")));
    for (String entry : classPath.split(":", -1)) {
      if (Stat.of(entry) != null) {
        places.add(HostPlace.of(entry));
      }
    }
    if (!cache.isEmpty()) {
      places.add(HostPlace.of(cache));
    }
    if (calls != null) {
      places.add(calls);
    }
    return places;
  }

  /**
   * Its command line.
   *
   * @param options beside those that every one has
   * @param main the class
   */
  public List<String> argv(List<String> options, String main, List<String> arguments) {
    List<String> argv = new ArrayList<>();
    argv.add(program);
    argv.addAll(OPTIONS);
    if (!cache.isEmpty()) {
      argv.add("-XX:AOTCache=" + cache);
      argv.add("-Xlog:aot=off");
      argv.add("-Xlog:cds=off");
    }
    if (calls != null) {
      argv.add("-D" + CallLibrary.PROPERTY + "=" + calls.path());
    }
    argv.addAll(options);
    argv.add("-cp");
    argv.add(classPath);
    argv.add(main);
    argv.addAll(arguments);
    return argv;
  }
}
