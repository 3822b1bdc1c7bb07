package brig.spec;

import brig.report.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code [seccomp]}. */
final class SeccompReader {
  private static final Map<String, Boolean> PROFILES = new LinkedHashMap<>();
  private static final Map<String, Boolean> MODES = new LinkedHashMap<>();

  static {
    PROFILES.put("default", true);
    PROFILES.put("none", false);
    PROFILES.put("learned", true);
    MODES.put("enforce", true);
    MODES.put("log", false);
  }

  private final Section seccomp;
  private final Mistakes mistakes;

  SeccompReader(Section seccomp, Mistakes mistakes) {
    this.seccomp = seccomp;
    this.mistakes = mistakes;
  }

  JailSpec.SeccompPolicy read() {
    boolean enabled = profile();
    seccomp.choice("mode", MODES, true);
    List<Located<String>> allow = calls("allow");
    List<Located<String>> deny = calls("deny");
    for (Located<String> call : deny) {
      for (Located<String> other : allow) {
        if (other.value().equals(call.value())) {
          mistakes.add(
              call.at(),
              "\"" + call.value() + "\" is both in 'allow' and in 'deny'",
              "It is allowed at line " + other.at().line() + "; leave one out.");
        }
      }
    }
    if (!enabled && !(allow.isEmpty() && deny.isEmpty())) {
      mistakes.add(
          seccomp.positionOf("profile"),
          "'allow' and 'deny' have no meaning with profile = \"none\"",
          "Leave profile out, and the default filter is changed by them.");
    }
    return new JailSpec.SeccompPolicy(enabled, allow, deny);
  }

  private boolean profile() {
    Located<String> text = seccomp.textIf("profile");
    if (text != null && text.value().startsWith("/")) {
      NotYet.checkValue("seccomp", "profile", text, mistakes);
      return true;
    }
    return seccomp.choice("profile", PROFILES, true);
  }

  private List<Located<String>> calls(String key) {
    List<Located<String>> calls = seccomp.distinct(key);
    for (Located<String> call : calls) {
      if (!isName(call.value())) {
        mistakes.add(
            Problem.of("\"" + call.value() + "\" is no name of a system call")
                .remedy("Write it as syscalls(2) does: \"io_uring_setup\".")
                .at(call.at()));
      }
    }
    return calls;
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
