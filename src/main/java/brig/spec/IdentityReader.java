package brig.spec;

import brig.report.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** As whom the service runs, and with which powers. */
final class IdentityReader {
  /** Members of these can do on the host what root can. */
  private static final Map<String, String> GROUPS_LIKE_ROOT =
      Map.of(
          "root", "much on the host belongs to that group",
          "0", "much on the host belongs to that group",
          "shadow", "it may read the password hashes",
          "disk", "it may read and write the disks",
          "kmem", "it may read the kernel's memory",
          "docker", "it may start containers as root",
          "lxd", "it may start containers as root",
          "sudo", "it may become root",
          "wheel", "it may become root");

  private final Section top;
  private final Mistakes mistakes;

  IdentityReader(Section top, Mistakes mistakes) {
    this.top = top;
    this.mistakes = mistakes;
  }

  JailSpec.Identity read() {
    Located<String> user = user();
    Located<String> group = top.text("group");
    if (group != null) {
      checkGroup(group);
    }
    List<Located<String>> groups = top.distinct("groups");
    groups.forEach(this::checkGroup);
    boolean startAsRoot = top.truth("start_as_root", false);
    List<Located<String>> capabilities =
        top.withoutRepeats(
            "capabilities", Capabilities.check(top.texts("capabilities"), mistakes), name -> name);
    checkPowers(user, startAsRoot, capabilities);
    return new JailSpec.Identity(user, group, groups, startAsRoot, capabilities);
  }

  private Located<String> user() {
    Located<String> user = top.text("user");
    if (user == null) {
      if (!top.has("user")) {
        mistakes.addMissing(
            top.at(),
            "'user' is missing",
            "Name the account that the service runs as, best one of its own: user = \"www-data\".");
      }
      return new Located<>("nobody", top.at());
    }
    checkName("user", user);
    return user;
  }

  private boolean checkName(String what, Located<String> name) {
    boolean good = AccountName.isValid(name.value());
    if (!good) {
      mistakes.add(
          Problem.of("\"" + name.value() + "\" is no name of a " + what)
              .remedy("Write a name or a number as /etc/passwd has it.")
              .at(name.at()));
    }
    return good;
  }

  private void checkGroup(Located<String> group) {
    String why = GROUPS_LIKE_ROOT.get(group.value());
    if (why != null) {
      mistakes.add(
          group.at(),
          "the service must not be in the group \"" + group.value() + "\": " + why,
          "Give it a group of its own.");
    } else {
      checkName("group", group);
    }
  }

  private void checkPowers(
      Located<String> user, boolean startAsRoot, List<Located<String>> capabilities) {
    if (user.value().equals("root") || Quantities.digits(user.value()) == 0) {
      mistakes.add(
          user.at(),
          "user = \"" + user.value() + "\": a jail does not hold a service that stays root",
          startAsRoot
              ? "With start_as_root, 'user' is the account that the service drops to."
              : "Name another account. A service that must start as root and drops by itself can,"
                  + " with start_as_root = true and the capabilities that it needs.");
    }
    if (startAsRoot) {
      requireDrop(capabilities);
    } else {
      refuseDrop(capabilities);
    }
  }

  private void requireDrop(List<Located<String>> capabilities) {
    List<String> missing = new ArrayList<>(List.of("CAP_SETUID", "CAP_SETGID"));
    for (Located<String> capability : capabilities) {
      missing.remove(capability.value());
    }
    if (!missing.isEmpty()) {
      Located<String> last = capabilities.isEmpty() ? null : capabilities.getLast();
      mistakes.add(
          last == null ? top.positionOf("start_as_root") : last.at(),
          "start_as_root without "
              + String.join(" and ", missing)
              + ": the service could never give up root",
          "Add them to 'capabilities', or leave start_as_root out.");
    }
  }

  private void refuseDrop(List<Located<String>> capabilities) {
    for (Located<String> capability : capabilities) {
      @Nullable String why =
          switch (capability.value()) {
            case "CAP_SETUID" -> "the service could become any user, root among them";
            case "CAP_SETGID" -> "the service could join any group of the host";
            case "CAP_SETPCAP" -> "it is of use only to a service that starts as root";
            default -> null;
          };
      if (why != null) {
        mistakes.add(
            capability.at(),
            capability.value() + " without start_as_root: " + why,
            "Leave it out; Brig sets user and groups itself.");
      }
    }
  }
}
