package brig.spec;

import brig.report.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code [seccomp]}, and what other files say as a jailfile does. */
public final class SeccompReader {
  private static final Map<String, Boolean> PROFILES = new LinkedHashMap<>();
  private static final Map<String, Boolean> LOG_ONLY = new LinkedHashMap<>();

  static {
    PROFILES.put("default", true);
    PROFILES.put("none", false);
    PROFILES.put("learned", true);
    LOG_ONLY.put("enforce", false);
    LOG_ONLY.put("log", true);
  }

  private final Section seccomp;
  private final Mistakes mistakes;

  public SeccompReader(Section seccomp, Mistakes mistakes) {
    this.seccomp = seccomp;
    this.mistakes = mistakes;
  }

  /** The policy; mistakes are told. */
  public JailSpec.SeccompPolicy read() {
    Located<String> text = seccomp.textIf("profile");
    boolean path = text != null && text.value().startsWith("/");
    boolean enabled = path || seccomp.choice("profile", PROFILES, true);
    JailSpec.Profile profile = profile(text);
    boolean logOnly = seccomp.choice("mode", LOG_ONLY, false);
    if (logOnly && profile instanceof JailSpec.Profile.None) {
      mistakes.add(
          seccomp.positionOf("mode"),
          "mode = \"log\" in [seccomp] has no meaning without a profile of the service's own",
          "The default filter is always enforced. Add profile = \"learned\" or a path, or leave"
              + " mode out.");
    }
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
    return new JailSpec.SeccompPolicy(enabled, allow, deny, profile, logOnly);
  }

  private JailSpec.Profile profile(@Nullable Located<String> text) {
    if (text == null) {
      return new JailSpec.Profile.None();
    }
    if (text.value().startsWith("/")) {
      new PathRules(mistakes).check(text);
      return new JailSpec.Profile.Listed(text);
    }
    return text.value().equals("learned")
        ? new JailSpec.Profile.Learned(text.at())
        : new JailSpec.Profile.None();
  }

  /** The names of an array, each once. */
  List<Located<String>> calls(String key) {
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

  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
