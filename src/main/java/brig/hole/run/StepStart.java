package brig.hole.run;

import brig.launch.child.Child;
import brig.launch.child.ChildOrder;
import brig.launch.child.Children;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the pipes of a step and starts its program, without waiting for anything. */
final class StepStart {
  /** What a pipe holds before anybody reads it (pipe(7)), half of it at least. */
  private static final int AT_ONCE = 32 * 1024;

  private final Children children;
  private final ChildOrder order;
  private final byte[] input;
  private final boolean heard;

  /**
   * Prepares it.
   *
   * @param heard its standard output is wanted
   */
  StepStart(Children children, ChildOrder order, byte[] input, boolean heard) {
    this.children = children;
    this.order = order;
    this.input = input;
    this.heard = heard;
  }

  /**
   * It runs.
   *
   * @param fed how much of its input is in the pipe already
   */
  record Started(Child child, StepRun.Pipes pipes, byte[] input, int fed) {}

  /** Does it; what fails in the child itself is told when that has ended. */
  Started run() throws LinuxException {
    Stream.@Nullable Pipe in = null;
    Stream.@Nullable Pipe out = null;
    Stream.@Nullable Pipe err = null;
    boolean begun = false;
    int fed = 0;
    try {
      if (input.length > 0) {
        in = Stream.pipe();
        Stream.dontWait(in, false);
        fed = Math.max(0, Stream.write(in.in(), input, 0, Math.min(input.length, AT_ONCE)));
        if (fed == input.length) {
          in.in().close();
        }
      }
      if (heard) {
        out = Stream.pipe();
        Stream.dontWait(out, true);
      }
      err = Stream.pipe();
      Stream.dontWait(err, true);
      Child child =
          children.begin(
              order, in == null ? null : in.out(), out == null ? null : out.in(), err.in());
      begun = true;
      Fd feed = in == null || fed == input.length ? null : in.in();
      StepRun.Pipes pipes = new StepRun.Pipes(feed, out == null ? null : out.out(), err.out());
      return new Started(child, pipes, input, fed);
    } finally {
      if (begun) {
        closeAll(
            in == null ? null : in.out(),
            out == null ? null : out.in(),
            err == null ? null : err.in());
      } else {
        for (Stream.Pipe pipe : new Stream.Pipe[] {in, out, err}) {
          if (pipe != null) {
            pipe.close();
          }
        }
      }
    }
  }

  private static void closeAll(@Nullable Fd... fds) {
    for (Fd fd : fds) {
      if (fd != null) {
        fd.close();
      }
    }
  }
}
