package brig.cli.keep;

import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The small files by which package managers are told to run {@code brig hook run} when they have
 * done their work. Each ends well whatever Brig does: a failure is passed over, and what takes
 * longer than ten minutes is ended.
 *
 * <p>Two on Debian, because apt runs dpkg several times for one upgrade, in the midst of which the
 * host is half old and half new: apt has one hook at its very end, and dpkg's does nothing when a
 * front end holds the lock (dpkg's frontend.txt, DPKG_FRONTEND_LOCKED), as apt does.
 */
final class PackageHooks {
  /** The first line of each; what lacks it is somebody else's. */
  static final String MARK = "Written by 'brig hook install'; 'brig hook remove' removes it.";

  private static final String LIMIT = "timeout -k 10 600 ";

  private final String root;
  private final List<Hook> hooks;

  /**
   * A hook file.
   *
   * @param manager what it is for
   * @param path below the root
   * @param content the whole file
   * @param missing what the manager lacks to have such files at all, when its directory is absent
   *     but {@code sign} is there
   */
  private record Hook(
      String manager, String path, String content, String sign, @Nullable String missing) {
    String directory() {
      return path.substring(0, path.lastIndexOf('/'));
    }
  }

  /** What became of a hook, or how it stands. */
  record Outcome(String manager, String path, State state) {}

  enum State {
    WRITTEN("written"),
    UNCHANGED("installed"),
    REMOVED("removed"),
    ABSENT("not installed"),
    /** Ours, but for another Brig or another version of it. */
    OTHER("of another Brig; brig hook install brings it up to date"),
    FOREIGN("not written by Brig: left as it is"),
    /** The manager is there and has no place for hooks. */
    NO_PLACE("not possible: its plugin for actions after a transaction is not installed");

    private final String word;

    State(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /**
   * Hooks of one host.
   *
   * @param root its root directory, empty for this host's
   * @param brig the absolute path of the program that they run
   * @param home {@code BRIG_HOME} for it; null when it needs none
   * @throws BrigException when a path holds what a shell or a package manager reads otherwise
   */
  PackageHooks(String root, String brig, @Nullable String home) throws BrigException {
    this.root = root;
    String environment = home == null ? "" : "env BRIG_HOME=" + plain(home) + " ";
    String run = environment + LIMIT + plain(brig) + " hook run";
    String quiet = run + " </dev/null || true";
    String ifThere = "test ! -x " + brig + " || " + quiet;
    this.hooks =
        List.of(
            new Hook(
                "apt",
                "/etc/apt/apt.conf.d/80brig",
                "// " + MARK + "\nDPkg::Post-Invoke { \"" + ifThere + "\"; };\n",
                "/etc/apt/apt.conf.d",
                null),
            new Hook(
                "dpkg",
                "/etc/dpkg/dpkg.cfg.d/brig",
                "# "
                    + MARK
                    + "\npost-invoke=test -n \"$DPKG_FRONTEND_LOCKED\" || "
                    + ifThere
                    + "\n",
                "/etc/dpkg/dpkg.cfg.d",
                null),
            new Hook(
                "dnf",
                "/etc/dnf/plugins/post-transaction-actions.d/brig.action",
                "# " + MARK + "\n*:any:" + ifThere + "\n",
                "/etc/dnf/plugins",
                "python3-dnf-plugin-post-transaction-actions"),
            // Its commands are run without a shell, and their standard output is read as orders:
            // brig hook run writes to its standard error only.
            new Hook(
                "dnf5",
                "/etc/dnf/libdnf5-plugins/actions.d/brig.actions",
                "# " + MARK + "\npost_transaction::::/usr/bin/env " + run + "\n",
                "/etc/dnf/libdnf5-plugins",
                "libdnf5-plugin-actions"));
  }

  private static String plain(String path) throws BrigException {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean word = c < 0x80 && Character.isLetterOrDigit(c);
      if (!word && "/._+-@,".indexOf(c) < 0) {
        throw BrigException.usage(
            Problem.of("cannot put " + path + " into a hook")
                .answered("a shell or a package manager could read '" + c + "' otherwise")
                .remedy("Use a path of letters, digits and / . _ + - @ ,"));
      }
    }
    return path;
  }

  /** Writes those whose package manager is there. */
  List<Outcome> install() throws LinuxException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Hook hook : present()) {
      State state = state(hook);
      if (state == State.ABSENT || state == State.OTHER) {
        byte[] bytes = hook.content.getBytes(StandardCharsets.UTF_8);
        HostFiles.replace(root + hook.path, bytes, 0644);
        state = State.WRITTEN;
      }
      outcomes.add(new Outcome(hook.manager, root + hook.path, state));
    }
    return outcomes;
  }

  /** Removes those that Brig has written. */
  List<Outcome> remove() throws LinuxException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Hook hook : present()) {
      State state = state(hook);
      if (state == State.UNCHANGED || state == State.OTHER) {
        HostFiles.delete(root + hook.path);
        state = State.REMOVED;
      }
      outcomes.add(new Outcome(hook.manager, root + hook.path, state));
    }
    return outcomes;
  }

  /** How they stand. */
  List<Outcome> status() throws LinuxException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Hook hook : present()) {
      outcomes.add(new Outcome(hook.manager, root + hook.path, state(hook)));
    }
    return outcomes;
  }

  /**
   * What a package manager that has no place for a hook needs for it; empty when none lacks any.
   */
  List<String> missing() throws LinuxException {
    List<String> missing = new ArrayList<>();
    for (Hook hook : present()) {
      if (hook.missing != null && state(hook) == State.NO_PLACE) {
        missing.add(hook.missing);
      }
    }
    return missing;
  }

  private List<Hook> present() throws LinuxException {
    List<Hook> present = new ArrayList<>();
    for (Hook hook : hooks) {
      if (Stat.of(root + hook.sign) != null) {
        present.add(hook);
      }
    }
    return present;
  }

  private State state(Hook hook) throws LinuxException {
    if (Stat.of(root + hook.directory()) == null) {
      return State.NO_PLACE;
    }
    byte[] bytes = HostFiles.readOrNull(root + hook.path);
    if (bytes == null) {
      return State.ABSENT;
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.equals(hook.content)) {
      return State.UNCHANGED;
    }
    return text.contains(MARK) ? State.OTHER : State.FOREIGN;
  }
}
