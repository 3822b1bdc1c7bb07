package brig.web.worker;

import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The threads of the server. When another thread has ended an answer, the engine has the connection
 * looked at by one of them, which mostly finds that nothing has come yet: that is left to the
 * selecting thread, without a turn of another.
 */
final class WebThreads extends QueuedThreadPool {
  private static final int IDLE_MILLIS = 60_000;

  WebThreads(int most, int least) {
    super(most, least, IDLE_MILLIS);
    setName("web");
    setReservedThreads(0);
  }

  @Override
  public void execute(Runnable job) {
    if (!(job instanceof QuickConnection connection) || !connection.hasLeftToWait()) {
      super.execute(job);
    }
  }
}
