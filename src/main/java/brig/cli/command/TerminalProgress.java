package brig.cli.command;

import brig.tree.Bytes;
import brig.tree.Progress;
import java.io.PrintStream;

/**
 * One line on a terminal that is written anew ten times a second at most, and cleared at the end.
 */
public final class TerminalProgress implements Progress {
  private static final long INTERVAL_NANOS = 100_000_000L;
  private static final String CLEAR = "\r\u001b[K";

  private final String jail;
  private final PrintStream err;
  private final boolean terminal;
  private long last;
  private boolean shown;

  public TerminalProgress(String jail, Context context) {
    this.jail = jail;
    this.err = context.err();
    this.terminal = context.terminal();
    this.last = System.nanoTime();
  }

  @Override
  public void waiting(String name) {
    err.println("brig: " + name + " is being built by another brig; waiting for it");
  }

  @Override
  public void planning() {
    // At once: it is what takes long when the host's disk is slow.
    if (terminal) {
      show(jail + ": planning");
    }
  }

  @Override
  public void written(int files, int allFiles, long bytes, long allBytes) {
    if (!terminal || System.nanoTime() - last < INTERVAL_NANOS) {
      return;
    }
    show(
        jail
            + ": "
            + files
            + " of "
            + allFiles
            + " files, "
            + Bytes.text(bytes)
            + " of "
            + Bytes.text(allBytes));
  }

  private void show(String text) {
    last = System.nanoTime();
    shown = true;
    err.print(CLEAR + text);
    err.flush();
  }

  @Override
  public void ended() {
    if (shown) {
      shown = false;
      err.print(CLEAR);
      err.flush();
    }
  }
}
