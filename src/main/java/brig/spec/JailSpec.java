package brig.spec;

import brig.report.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A jailfile that was read and found free of mistakes. Names of users and groups are as written:
 * they are resolved on the host, later. Paths are absolute and normal (no {@code .}, {@code ..},
 * doubled or trailing slash). Keys and defaults: docs/jailfile.md.
 *
 * @param name the jail's name: the jailfile's file name without {@code .toml}
 * @param file the jailfile as the person named it
 * @param filesystem null: the jail lies in a directory of the host's
 * @param learned what its lock file says; empty when there is none
 * @param late null: the jail is built
 * @param lent what other jails show it
 * @param holes what the service may ask for outside; the directory of each is in {@code files} too
 * @param upkeep what {@code brig up} makes of it
 */
public record JailSpec(
    String name,
    String file,
    String description,
    Mode mode,
    Command command,
    Identity identity,
    FileSet files,
    Features features,
    Accounts accounts,
    Devices devices,
    List<Located<MountedPath>> sockets,
    List<Located<LentPath>> lent,
    Map<String, String> environment,
    Limits limits,
    Namespaces namespaces,
    Network network,
    SeccompPolicy seccomp,
    Landlock landlock,
    Hardening hardening,
    @Nullable Filesystem filesystem,
    LockFile learned,
    @Nullable Late late,
    List<Located<HolePlace>> holes,
    Upkeep upkeep) {

  /** Where a jail that {@link #hasOutlets} sees them. */
  public static final String OUTLETS = "/run/brig";

  /** How the plan becomes a jail. */
  public enum Mode {
    COPY,
    BIND,
    LATE,
    SELF;

    /** A jail of this mode is started from a generation; of the others there is none. */
    public boolean isBuilt() {
      return this == COPY || this == BIND;
    }
  }

  /**
   * What runs in the jail.
   *
   * @param argv the program's path inside the jail, then its arguments
   * @param umask permission bits, such as 027 octal
   * @param stopTimeout how long a stop waits before it kills
   * @param onSync what a sync that made a new generation does with a service that runs
   */
  public record Command(
      Located<List<String>> argv,
      String workingDirectory,
      int umask,
      String stopSignal,
      Duration stopTimeout,
      OnSync onSync) {

    /** The program's path inside the jail. */
    public String program() {
      return argv.value().getFirst();
    }
  }

  /** What becomes of a running service when its jail has a new generation. */
  public enum OnSync {
    TELL,
    RESTART
  }

  /**
   * As whom it runs.
   *
   * @param group the primary group; null: that of the user
   * @param startAsRoot the service starts as uid 0 with {@code capabilities} alone and drops to
   *     {@code user} by itself
   * @param capabilities names such as {@code CAP_NET_BIND_SERVICE}
   */
  public record Identity(
      Located<String> user,
      @Nullable Located<String> group,
      List<Located<String>> groups,
      boolean startAsRoot,
      List<Located<String>> capabilities) {}

  /**
   * What the jail holds beyond what rules find.
   *
   * @param include paths or globs of the host; a directory means all that is in it
   * @param exclude globs of paths inside that are left out, whoever wants them
   * @param programs programs with all that they load
   * @param writable directories that the service may write to; they are kept over builds
   * @param temporary directories that are empty and writable at each start, in memory
   * @param directories empty directories
   * @param mapped inside path to outside path
   * @param contents small files given in the jailfile itself
   * @param readable globs of paths inside that the service reads as its user, whatever {@code
   *     hardening} makes of configuration
   * @param stripCapabilities copies have no file capabilities
   */
  public record FileSet(
      List<Located<String>> include,
      List<Located<String>> exclude,
      List<Located<String>> programs,
      List<Located<WritablePath>> writable,
      List<Located<TemporaryPath>> temporary,
      List<Located<String>> directories,
      List<Located<MountedPath>> mapped,
      List<Located<Content>> contents,
      List<Located<String>> readable,
      boolean stripCapabilities) {
    /** The same with more writable places. */
    FileSet alsoWritable(List<Located<WritablePath>> more) {
      if (more.isEmpty()) {
        return this;
      }
      List<Located<WritablePath>> all = new java.util.ArrayList<>(writable);
      all.addAll(more);
      return new FileSet(
          include,
          exclude,
          programs,
          List.copyOf(all),
          temporary,
          directories,
          mapped,
          contents,
          readable,
          stripCapabilities);
    }
  }

  /**
   * A hole in the jail's wall: its file lies beside the jailfile, {@code NAME.hole.toml}.
   *
   * @param directory where its doors are, inside the jail
   */
  public record HolePlace(String name, String directory) {}

  /**
   * A directory that the service may write to.
   *
   * @param owner user name or number; null: the service's user
   * @param mode permission bits; empty: 0750
   */
  public record WritablePath(String path, @Nullable String owner, OptionalInt mode) {}

  /**
   * A directory in memory, gone with the jail.
   *
   * @param owner user name or number; null: root for a service that starts as root, else the
   *     service's user
   * @param mode permission bits; 01777 for /tmp, /var/tmp and /dev/shm unless given, else 0755
   */
  public record TemporaryPath(String path, @Nullable String owner, int mode, long sizeBytes) {}

  /** A path of the host that appears in the jail under another (or the same) path. */
  public record MountedPath(String inside, String outside) {}

  /**
   * A writable place of another jail, shown in this one: its sockets can be connected to, and
   * nothing be changed.
   *
   * @param path as that jail has it
   */
  public record LentPath(String inside, String jail, String path) {}

  /** A file whose bytes are in the jailfile. */
  public record Content(String path, String text, int mode) {}

  /**
   * What is known to be loaded at run time, wanted or not. AUTO lets the rules decide.
   *
   * @param timezone a zone name, {@code host}, {@code all} or {@code none}
   * @param locales names such as {@code C.UTF-8}
   * @param syslog {@code /dev/log} leads out
   */
  public record Features(
      Switch dns,
      Switch nss,
      Switch certificates,
      Switch gconv,
      Switch services,
      Switch terminfo,
      Located<String> timezone,
      List<Located<String>> locales,
      boolean syslog) {}

  public enum Switch {
    AUTO,
    ON,
    OFF
  }

  /** Accounts that the jail knows beside those that the service runs as. */
  public record Accounts(List<Located<String>> users, List<Located<String>> groups) {}

  /**
   * Device nodes, by their names below /dev.
   *
   * @param fromHost the host's nodes are mounted instead of made anew
   */
  public record Devices(List<Located<String>> names, boolean fromHost, Located<String> origin) {}

  /**
   * Limits of setrlimit(2), soft and hard alike; absent: as the host gives them.
   *
   * @param values by the names of setrlimit(2), such as {@code RLIMIT_NOFILE}, in its units (bytes,
   *     seconds, counts); -1 is RLIM_INFINITY
   * @param shared what all processes of the jail may take together
   */
  public record Limits(Map<String, Located<Long>> values, Shared shared) {}

  /**
   * Limits of a control group, cgroups(7). Null: none.
   *
   * @param memory in bytes
   * @param tasks processes and threads
   * @param cpu in hundredths of one processor
   */
  public record Shared(
      @Nullable Located<Long> memory, @Nullable Located<Long> tasks, @Nullable Located<Long> cpu) {
    public boolean isEmpty() {
      return memory == null && tasks == null && cpu == null;
    }
  }

  public record Namespaces(boolean pid, boolean ipc, boolean uts) {}

  /**
   * What it may reach and be reached by.
   *
   * @param listen TCP ports that the service may bind; empty: none but those of {@code sockets};
   *     null: any
   * @param connect TCP ports that it may connect to; null: any
   * @param sockets addresses ({@code 0.0.0.0:80}, {@code [::]:80}) that are opened outside and
   *     handed in as descriptors 3, 4, ...
   */
  public record Network(
      NetworkMode mode,
      @Nullable List<Located<Integer>> listen,
      @Nullable List<Located<Integer>> connect,
      List<Located<String>> sockets) {}

  public enum NetworkMode {
    /** The host's network. */
    HOST,
    /** A network of its own with nothing but a loopback. */
    NONE
  }

  /**
   * Which system calls it may make.
   *
   * @param enabled the default filter holds
   * @param allow calls by name that the default filter refuses
   * @param deny further calls to refuse
   * @param profile what holds beside the default filter
   * @param logOnly a call outside the profile is let through and told
   */
  public record SeccompPolicy(
      boolean enabled,
      List<Located<String>> allow,
      List<Located<String>> deny,
      Profile profile,
      boolean logOnly) {

    /** The default filter without a profile. */
    public SeccompPolicy(boolean enabled, List<Located<String>> allow, List<Located<String>> deny) {
      this(enabled, allow, deny, new Profile.None(), false);
    }

    /** The same with another profile. */
    public SeccompPolicy with(Profile other) {
      return new SeccompPolicy(enabled, allow, deny, other, logOnly);
    }
  }

  /** The calls that a service needs; all others are outside. */
  public sealed interface Profile {
    /** Every call that the default filter lets through. */
    record None() implements Profile {}

    /** Those that traced runs made, as the lock file has them. */
    record Learned(Position at) implements Profile {}

    /** Those that a file of the host names. */
    record Listed(Located<String> path) implements Profile {}

    /** These, by name; what the other two become before a start. */
    record Calls(List<String> names) implements Profile {}
  }

  public enum Landlock {
    /** Refuse to start where the kernel lacks it. */
    REQUIRE,
    /** Use what the kernel has. */
    AUTO,
    OFF
  }

  /** A file system of the jail's own, in a file of that size. */
  public record Filesystem(long sizeBytes, Position at) {}

  /**
   * A jail that a daemon of the host's enters when it has started: modes LATE and SELF.
   *
   * @param root the directory that its processes get to see
   * @param preload libraries of the host that it loads before
   * @param samePaths they see it under its host path, in an otherwise empty tree; else as {@code /}
   * @param trigger when a process enters; at the latest when it gives up root
   * @param patience how long after the start the first process must have entered
   */
  public record Late(
      Located<String> root,
      List<Located<String>> preload,
      boolean samePaths,
      Trigger trigger,
      Duration patience) {}

  /** What a process of a late jail does, or what befalls it, when it enters. */
  public sealed interface Trigger {
    record GivesUpRoot() implements Trigger {}

    /** It begins one of these system calls. */
    record Call(List<String> names, Located<String> origin) implements Trigger {}

    /**
     * It gets this signal.
     *
     * @param name such as {@code USR1}
     */
    record Signal(String name) implements Trigger {}

    /** Something is at that path; all processes enter. */
    record FileAppears(String path) implements Trigger {}
  }

  /** Something of Brig's is mounted in it, on {@code /run/brig}: a log, or where it tells news. */
  public boolean hasOutlets() {
    return features.syslog() || upkeep.ready().notifies();
  }

  /** How strictly modes and owners are cut down. */
  public enum Hardening {
    STANDARD,
    STRICT
  }
}
