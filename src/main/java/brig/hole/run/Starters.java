package brig.hole.run;

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
    threads = Executors.newFixedThreadPool(COUNT, factory);
  }

  void execute(Runnable start) {
    threads.execute(start);
  }
}
