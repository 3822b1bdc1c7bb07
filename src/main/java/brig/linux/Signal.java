package brig.linux;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Signals by the names of signal(7), as x86-64 and aarch64 number them. */
public final class Signal {
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGQUIT = 3;
  public static final int SIGABRT = 6;
  public static final int SIGKILL = 9;
  public static final int SIGSEGV = 11;
  public static final int SIGUSR1 = 10;
  public static final int SIGUSR2 = 12;
  public static final int SIGTERM = 15;
  public static final int SIGCHLD = 17;
  public static final int SIGCONT = 18;
  public static final int SIGWINCH = 28;
  public static final int SIGSYS = 31;

  private static final int SIGRTMIN = 34; // as glibc counts: it keeps 32 and 33 for itself
  private static final int SIGRTMAX = 64;
  private static final String[] NAMES = {
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  private Signal() {}

  /** {@code SIGTERM} of 15. */
  public static String name(int number) {
    if (number > 0 && number < NAMES.length) {
      return "SIG" + NAMES[number];
    }
    return number >= SIGRTMIN && number <= SIGRTMAX
        ? "SIGRTMIN+" + (number - SIGRTMIN)
        : "signal " + number;
  }

  /** The number of {@code TERM} or {@code SIGTERM}; null when there is none of that name. */
  public static @Nullable Integer number(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String bare = upper.startsWith("SIG") ? upper.substring(3) : upper;
    for (int i = 1; i < NAMES.length; i++) {
      if (NAMES[i].equals(bare)) {
        return i;
      }
    }
    if (bare.startsWith("RTMIN+")) {
      try {
        int number = SIGRTMIN + Integer.parseInt(bare.substring(6));
        return number >= SIGRTMIN && number <= SIGRTMAX ? number : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return null;
  }
}
