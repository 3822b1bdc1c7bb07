package brig.launch.service;

import brig.linux.ControlGroups;
import brig.linux.ControlGroups.Hierarchy;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.tree.JailPaths;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The control group of a jail: what all of its processes may take together. It is made before a
 * start; the service joins it before its first instruction.
 *
 * @param directories of the group, one in each tree that limits something
 */
public record JailGroup(String jail, List<String> directories) {
  private static final long PERIOD_MICROS = 100_000;
  private static final long PERCENT_MICROS = PERIOD_MICROS / 100;

  public JailGroup {
    directories = List.copyOf(directories);
  }

  /** Makes it as the jailfile says; one that limits nothing has no directory. */
  public static JailGroup prepare(JailSpec spec, JailPaths paths)
      throws BrigException, LinuxException {
    JailSpec.Shared limits = spec.limits().shared();
    List<String> directories = new ArrayList<>();
    if (limits.isEmpty()) {
      return new JailGroup(spec.name(), directories);
    }
    remove(spec.name(), paths); // of an earlier start, with its counters
    Maker maker = new Maker(spec, paths, directories);
    if (limits.memory() != null) {
      maker.memory(limits.memory());
    }
    if (limits.tasks() != null) {
      maker.tasks(limits.tasks());
    }
    if (limits.cpu() != null) {
      maker.cpu(limits.cpu());
    }
    return new JailGroup(spec.name(), directories);
  }

  /** Takes a process in, with all that it starts from then on. */
  public void join(int pid) throws LinuxException {
    for (String directory : directories) {
      ControlGroups.write(directory + "/cgroup.procs", Integer.toString(pid));
    }
  }

  /** Removes the group of a jail; one that still has processes stays. */
  public static void remove(String jail, JailPaths paths) throws LinuxException {
    ControlGroups.remove(paths.controlGroup(jail));
  }

  /** Processes of it were killed because it has taken more memory than it may. */
  public boolean ranOutOfMemory() throws LinuxException {
    for (String directory : directories) {
      // memory.events of v2 and memory.oom_control of v1 have the same line.
      for (String file : List.of("/memory.events", "/memory.oom_control")) {
        byte[] bytes = HostFiles.readOrNull(directory + file);
        String text = bytes == null ? "" : "\n" + new String(bytes, StandardCharsets.US_ASCII);
        int at = text.indexOf("\noom_kill ");
        if (at >= 0 && text.charAt(at + "\noom_kill ".length()) != '0') {
          return true;
        }
      }
    }
    return false;
  }

  private record Maker(JailSpec spec, JailPaths paths, List<String> directories) {
    void memory(Located<Long> limit) throws BrigException, LinuxException {
      String value = Long.toString(limit.value());
      Hierarchy tree = tree("memory", "limits.memory", limit);
      String directory = make(tree, "memory", limit);
      if (tree.unified()) {
        ControlGroups.write(directory + "/memory.max", value);
        writeIfThere(directory + "/memory.swap.max", "0");
      } else {
        ControlGroups.write(directory + "/memory.limit_in_bytes", value);
        writeIfThere(directory + "/memory.memsw.limit_in_bytes", value); // memory and swap
      }
    }

    void tasks(Located<Long> limit) throws BrigException, LinuxException {
      String directory = make(tree("pids", "limits.tasks", limit), "pids", limit);
      ControlGroups.write(directory + "/pids.max", Long.toString(limit.value()));
    }

    void cpu(Located<Long> limit) throws BrigException, LinuxException {
      Hierarchy tree = tree("cpu", "limits.cpu", limit);
      String directory = make(tree, "cpu", limit);
      String quota = Long.toString(limit.value() * PERCENT_MICROS);
      if (tree.unified()) {
        ControlGroups.write(directory + "/cpu.max", quota + " " + PERIOD_MICROS);
      } else {
        ControlGroups.write(directory + "/cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
        ControlGroups.write(directory + "/cpu.cfs_quota_us", quota);
      }
    }

    private Hierarchy tree(String controller, String key, Located<Long> limit)
        throws BrigException, LinuxException {
      Hierarchy tree = ControlGroups.with(controller);
      if (tree == null) {
        throw BrigException.refused(
            Problem.of("cannot hold jail " + spec.name() + " to its " + key)
                .answered("this host has no control group with the controller '" + controller + "'")
                .remedy(
                    "Mount it (cgroups(7); in a container its runtime must), or leave "
                        + key
                        + " out.")
                .at(limit.at()));
      }
      return tree;
    }

    private String make(Hierarchy tree, String controller, Located<Long> limit)
        throws BrigException {
      String group = paths.controlGroup(spec.name());
      try {
        String directory = ControlGroups.make(tree, controller, group);
        if (!directories.contains(directory)) {
          directories.add(directory);
        }
        return directory;
      } catch (LinuxException e) {
        throw BrigException.refused(
            e.problem("cannot make the control group " + tree.point() + "/" + group)
                .remedy("In a container it may be read-only; leave the limit out there.")
                .at(limit.at()));
      }
    }

    private static void writeIfThere(String file, String value) throws LinuxException {
      if (Stat.of(file) != null) {
        ControlGroups.write(file, value);
      }
    }
  }
}
