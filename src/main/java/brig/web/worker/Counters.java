package brig.web.worker;

import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.Connection;

/** What is counted from the worker's start on. */
final class Counters {
  private final LongAdder requests = new LongAdder();
  private final LongAdder[] byClass = new LongAdder[6];
  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder quick = new LongAdder();

  Counters() {
    for (int i = 0; i < byClass.length; i++) {
      byClass[i] = new LongAdder();
    }
  }

  void answered(int status) {
    requests.increment();
    int group = status / 100;
    byClass[group < 1 || group > 5 ? 0 : group].increment();
  }

  void answeredQuickly() {
    answered(200);
    quick.increment();
  }

  long requests() {
    return requests.sum();
  }

  long ofClass(int hundreds) {
    return byClass[hundreds].sum();
  }

  long fromMemory() {
    return quick.sum();
  }

  long connectionsOpened() {
    return opened.sum();
  }

  long connectionsOpen() {
    return Math.max(0, opened.sum() - closed.sum());
  }

  Connection.Listener connections() {
    return new Connection.Listener() {
      @Override
      public void onOpened(Connection connection) {
        opened.increment();
      }

      @Override
      public void onClosed(Connection connection) {
        closed.increment();
      }
    };
  }
}
