package brig.linux;

/** The binding as a whole. */
public final class Binding {
  private Binding() {}

  /**
   * Makes native calls possible, and links what reads and writes structs, on threads of their own:
   * the second takes longer than reading the arguments and the jailfile does, and so does the first
   * where a downcall must be linked; machines have two processors. Whoever calls first waits for
   * it.
   */
  public static void loadInBackground() {
    start("binding", () -> ProcessKernel.geteuid());
    start("structs", Scratch::use);
  }

  private static void start(String name, Runnable task) {
    Thread loader =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (RuntimeException | LinkageError e) {
                // The first real call meets the same and tells the person.
              }
            },
            name);
    loader.setDaemon(true);
    loader.start();
  }
}
