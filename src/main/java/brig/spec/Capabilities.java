package brig.spec;

import brig.report.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Capability names (capabilities(7)), and those that would undo the jail. */
final class Capabilities {
  /** In the kernel's order (linux/capability.h). */
  static final List<String> NAMES =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_DAC_READ_SEARCH",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETPCAP",
          "CAP_LINUX_IMMUTABLE",
          "CAP_NET_BIND_SERVICE",
          "CAP_NET_BROADCAST",
          "CAP_NET_ADMIN",
          "CAP_NET_RAW",
          "CAP_IPC_LOCK",
          "CAP_IPC_OWNER",
          "CAP_SYS_MODULE",
          "CAP_SYS_RAWIO",
          "CAP_SYS_CHROOT",
          "CAP_SYS_PTRACE",
          "CAP_SYS_PACCT",
          "CAP_SYS_ADMIN",
          "CAP_SYS_BOOT",
          "CAP_SYS_NICE",
          "CAP_SYS_RESOURCE",
          "CAP_SYS_TIME",
          "CAP_SYS_TTY_CONFIG",
          "CAP_MKNOD",
          "CAP_LEASE",
          "CAP_AUDIT_WRITE",
          "CAP_AUDIT_CONTROL",
          "CAP_SETFCAP",
          "CAP_MAC_OVERRIDE",
          "CAP_MAC_ADMIN",
          "CAP_SYSLOG",
          "CAP_WAKE_ALARM",
          "CAP_BLOCK_SUSPEND",
          "CAP_AUDIT_READ",
          "CAP_PERFMON",
          "CAP_BPF",
          "CAP_CHECKPOINT_RESTORE");

  /** Each is a way out of a chroot, or a way into the kernel. */
  private static final Map<String, String> DEFEAT_THE_JAIL =
      Map.ofEntries(
          Map.entry("CAP_SYS_ADMIN", "with it a process mounts what it likes and leaves"),
          Map.entry("CAP_SYS_CHROOT", "with it a process leaves the jail by a second chroot"),
          Map.entry("CAP_SYS_PTRACE", "with it a process takes over one that is outside"),
          Map.entry(
              "CAP_DAC_READ_SEARCH", "with it a process opens any file of the host by its number"),
          Map.entry("CAP_SYS_MODULE", "with it a process puts code into the kernel"),
          Map.entry("CAP_SYS_RAWIO", "with it a process reads and writes memory and disks"),
          Map.entry("CAP_MKNOD", "with it a process makes the node of a disk and reads it"),
          Map.entry("CAP_BPF", "with it a process puts programs into the kernel"),
          Map.entry("CAP_PERFMON", "with it a process watches the whole host"),
          Map.entry("CAP_SYS_BOOT", "with it a process starts another kernel"),
          Map.entry("CAP_SYSLOG", "with it a process reads the kernel's addresses"),
          Map.entry("CAP_SETFCAP", "with it a process gives capabilities to files of the host"),
          Map.entry("CAP_LINUX_IMMUTABLE", "with it a process takes the jail's seals off"),
          Map.entry("CAP_MAC_ADMIN", "with it a process changes the host's policy"),
          Map.entry("CAP_MAC_OVERRIDE", "with it a process stands above the host's policy"),
          Map.entry("CAP_CHECKPOINT_RESTORE", "with it a process follows links into others"),
          Map.entry("CAP_AUDIT_CONTROL", "with it a process turns the host's audit off"));

  private Capabilities() {}

  /** Those that no jail has. */
  static Set<String> refused() {
    return DEFEAT_THE_JAIL.keySet();
  }

  /** The names in full and upper case; what is unknown or must not be is reported. */
  static List<Located<String>> check(List<Located<String>> written, Mistakes mistakes) {
    List<Located<String>> names = new ArrayList<>(written.size());
    for (Located<String> word : written) {
      String name = word.value().toUpperCase(java.util.Locale.ROOT);
      if (!name.startsWith("CAP_")) {
        name = "CAP_" + name;
      }
      String defeat = DEFEAT_THE_JAIL.get(name);
      if (!NAMES.contains(name)) {
        String nearest = NearestWord.to(name, NAMES);
        mistakes.add(
            Problem.of("there is no capability \"" + word.value() + "\"")
                .remedy(nearest == null ? "See capabilities(7)." : "Did you mean " + nearest + "?")
                .at(word.at()));
      } else if (defeat != null) {
        mistakes.add(
            word.at(), name + " would defeat the jail: " + defeat, "Leave it out; no jail has it.");
      } else {
        names.add(new Located<>(name, word.at()));
      }
    }
    return names;
  }
}
