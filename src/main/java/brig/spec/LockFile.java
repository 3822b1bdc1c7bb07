package brig.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code brig learn} found that a service needs beyond its jailfile: {@code NAME.lock.toml},
 * beside {@code NAME.toml}. It is reviewed and kept like the jailfile itself; the planner takes
 * every line of it as one more wish, with its evidence as the reason.
 *
 * @param file its name for messages
 * @param paths files, directories (themselves only) and links that are brought in from the host
 * @param places directories that the service writes to
 * @param accounts who is to be known in the jail besides those of the jailfile
 * @param seen what the service called and reached for in all runs
 * @param unused paths inside that no run touched and that are left out of the jail
 * @param preloads libraries that a daemon of the host's loads before it, or its workers, go in
 */
public record LockFile(
    String file,
    List<Run> runs,
    List<Located<LearnedPath>> paths,
    List<Located<LearnedPlace>> places,
    List<Located<LearnedAccount>> accounts,
    Seen seen,
    List<Located<String>> unused,
    List<Located<LearnedPath>> preloads) {

  private static final String SUFFIX = ".toml";

  public LockFile {
    runs = List.copyOf(runs);
    paths = List.copyOf(paths);
    places = List.copyOf(places);
    accounts = List.copyOf(accounts);
    unused = List.copyOf(unused);
    preloads = List.copyOf(preloads);
  }

  /** One that tells nothing of calls and ports, and leaves nothing out. */
  public LockFile(
      String file,
      List<Run> runs,
      List<Located<LearnedPath>> paths,
      List<Located<LearnedPlace>> places,
      List<Located<LearnedAccount>> accounts) {
    this(file, runs, paths, places, accounts, Seen.nothing(), List.of(), List.of());
  }

  /** The same with what was seen. */
  public LockFile with(Seen other) {
    return new LockFile(file, runs, paths, places, accounts, other, unused, preloads);
  }

  /** The same, leaving out others. */
  public LockFile leavingOut(List<Located<String>> others) {
    return new LockFile(file, runs, paths, places, accounts, seen, others, preloads);
  }

  /** The same, loading others before. */
  public LockFile preloading(List<Located<LearnedPath>> others) {
    return new LockFile(file, runs, paths, places, accounts, seen, unused, others);
  }

  /** Of a service that nothing was learned about. */
  public static LockFile none(String file) {
    return new LockFile(file, List.of(), List.of(), List.of(), List.of());
  }

  /** The lock file that belongs to a jailfile: {@code www.lock.toml} beside {@code www.toml}. */
  public static String beside(String jailfile) {
    String stem =
        jailfile.endsWith(SUFFIX)
            ? jailfile.substring(0, jailfile.length() - SUFFIX.length())
            : jailfile;
    return stem + ".lock" + SUFFIX;
  }

  public boolean isEmpty() {
    return runs.isEmpty()
        && paths.isEmpty()
        && places.isEmpty()
        && accounts.isEmpty()
        && unused.isEmpty()
        && preloads.isEmpty()
        && seen.equals(Seen.nothing());
  }

  /**
   * One time that something was learned.
   *
   * @param number from 1
   * @param outside the service ran on the host, not in its jail
   * @param probe what had to succeed; null: none was given
   * @param workload a command and its arguments; empty: none was given
   */
  public record Run(int number, boolean outside, @Nullable String probe, List<String> workload) {
    public Run {
      workload = List.copyOf(workload);
    }
  }

  /**
   * How it is known that something is needed.
   *
   * @param by the program that asked, by its path inside
   * @param call the system call, or {@code output} for what the service said
   * @param run the number of the {@link Run}
   */
  public record Evidence(String by, String call, int run) {
    /** As the last step of a reason. */
    public String text() {
      return "learned: " + by + " asked for it (" + call + ", run " + run + ")";
    }
  }

  /**
   * A path of the host.
   *
   * @param allowed a person was asked and let it in, though it looks like a secret
   */
  public record LearnedPath(String path, Evidence evidence, boolean allowed) {}

  /**
   * A directory that the service writes to.
   *
   * @param temporary in memory, gone with the jail
   * @param owner null: the service's user
   * @param mode permission bits
   */
  public record LearnedPlace(
      String path, boolean temporary, @Nullable String owner, int mode, Evidence evidence) {}

  /** A user or a group of the host. */
  public record LearnedAccount(boolean group, String name, Evidence evidence) {}

  /**
   * What a service was seen to do in all runs together; it grants nothing by itself but the calls,
   * where the jailfile says {@code profile = "learned"}.
   *
   * @param calls names of system calls
   * @param listen TCP ports that it bound
   * @param connect TCP ports that it connected to
   * @param sockets unix sockets that it connected to, by their paths inside
   */
  public record Seen(
      List<Located<String>> calls,
      List<Located<Integer>> listen,
      List<Located<Integer>> connect,
      List<Located<String>> sockets) {
    public Seen {
      calls = List.copyOf(calls);
      listen = List.copyOf(listen);
      connect = List.copyOf(connect);
      sockets = List.copyOf(sockets);
    }

    public static Seen nothing() {
      return new Seen(List.of(), List.of(), List.of(), List.of());
    }
  }
}
