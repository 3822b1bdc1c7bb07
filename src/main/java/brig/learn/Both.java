package brig.learn;

import brig.linux.Pidfd;
import brig.trace.Follower;
import brig.trace.TraceEvent;

/** Two who watch one service. */
record Both(Follower first, Follower second) implements Follower {
  @Override
  public void called(TraceEvent event) {
    first.called(event);
    second.called(event);
  }

  @Override
  public void first(String call, String program) {
    first.first(call, program);
    second.first(call, program);
  }

  @Override
  public void turned(int thread) {
    first.turned(thread);
    second.turned(thread);
  }

  @Override
  public void began(int pid, String program) {
    first.began(pid, program);
    second.began(pid, program);
  }

  @Override
  public void ended(int pid, Pidfd.Ending ending) {
    first.ended(pid, ending);
    second.ended(pid, ending);
  }

  @Override
  public void noted(String text) {
    first.noted(text);
    second.noted(text);
  }
}
