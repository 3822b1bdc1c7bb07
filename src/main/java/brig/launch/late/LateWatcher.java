package brig.launch.late;

import java.util.List;

/** Hears what happens to the processes of a late jail, on the tracing thread. */
public interface LateWatcher {
  /**
   * A process is in the jail: all of its threads are.
   *
   * @param program the path of its program
   * @param at what it was about to do
   * @param replaced directories of the host that it had open; the numbers lead to the jail's root
   */
  record Entered(int pid, String program, String at, List<String> replaced) {
    public Entered {
      replaced = List.copyOf(replaced);
    }
  }

  /** Called before it goes on. */
  void entered(Entered process);

  /**
   * A process could not be taken in, or would have run outside as the service's user, and is
   * killed.
   */
  void killed(int pid, String program, String why);

  /** Something to be known; a sentence without its full stop, in lower case. */
  void noted(String text);
}
