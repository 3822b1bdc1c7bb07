package brig.launch.child;

import java.util.concurrent.atomic.AtomicInteger;

/** Each child in a namespace of processes that begins and ends with it. */
final class Firsts implements Pens {
  private final AtomicInteger taken = new AtomicInteger();

  @Override
  public Pen take(ChildOrder order) {
    taken.incrementAndGet();
    return new FirstPen();
  }

  @Override
  public void giveBack(Pen pen) {
    taken.decrementAndGet();
  }

  @Override
  public int count() {
    return taken.get();
  }

  @Override
  public void close() {
    // the kernel has taken them away
  }
}
