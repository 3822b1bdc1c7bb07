package brig.hole.run;

import brig.launch.child.Children;
import brig.linux.LinuxException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * Threads that start children, each of which stands still until its child has become its program.
 * They live as long as the listener: a child dies with the thread that started it.
 */
final class Starters {
  private static final int COUNT = 4;

  private final ExecutorService threads;

  Starters() {
    ThreadFactory factory = Thread.ofPlatform().daemon(true).name("starter-", 1).factory();
    threads = Executors.newFixedThreadPool(COUNT, work -> factory.newThread(() -> begin(work)));
  }

  private static void begin(Runnable work) {
    try {
      Children.becomeStarter();
    } catch (LinuxException e) {
      throw new IllegalStateException(e);
    }
    work.run();
  }

  void execute(Runnable start) {
    threads.execute(start);
  }
}
