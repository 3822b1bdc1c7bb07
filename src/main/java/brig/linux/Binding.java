package brig.linux;

/** The binding as a whole. */
public final class Binding {
  private Binding() {}

  /**
   * Links the one downcall on a thread of its own: it takes as long as reading the arguments and
   * the jailfile does, and machines have two processors. Whoever calls first waits for it.
   */
  public static void loadInBackground() {
    Thread loader =
        new Thread(
            () -> {
              try {
                Stat.of("/");
              } catch (LinuxException | RuntimeException | LinkageError e) {
                // The first real call meets the same and tells the person.
              }
            },
            "binding");
    loader.setDaemon(true);
    loader.start();
  }
}
