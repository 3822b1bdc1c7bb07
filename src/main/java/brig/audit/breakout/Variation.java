package brig.audit.breakout;

/** What a launcher may forget, B27 to B29. A jail of Brig's is launched as ever. */
enum Variation {
  NONE,
  /** The working directory stays where the launcher was. */
  WITHOUT_CHDIR,
  /** A directory of the host is open in the launcher. */
  DIRECTORY_OPEN,
  /** The launcher was started on a terminal; the puppet finds it at {@link #TERMINAL}. */
  ON_A_TERMINAL;

  static final int TERMINAL = 5;
}
