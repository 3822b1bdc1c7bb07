package brig.launch;

import brig.report.BrigException;

/**
 * A JVM of its own that tells a child's pid while the child stands at the gate, and lets it stand.
 */
final class AtTheGate {
  private AtTheGate() {}

  public static void main(String[] arguments) throws BrigException {
    Launcher.spawn(
        Becoming.order(arguments[0]),
        pid -> {
          System.out.println(pid);
          try {
            Thread.sleep(600_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
