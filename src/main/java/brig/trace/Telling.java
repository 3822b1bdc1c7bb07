package brig.trace;

import brig.linux.SyscallNames;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a follower hears of the calls, and what it hears once only. */
final class Telling {
  private static final List<String> TURNS =
      List.of(
          "accept",
          "accept4",
          "epoll_wait",
          "epoll_pwait",
          "epoll_pwait2",
          "recvfrom",
          "recvmsg",
          "sendto",
          "sendmsg",
          "writev",
          "sendfile");

  private final Follower follower;
  private final Places places;
  private final Set<Integer> foreignPrograms = new HashSet<>();
  private final BitSet madeBefore = new BitSet();
  private final BitSet turns = new BitSet();

  Telling(Follower follower, Places places) {
    this.follower = follower;
    this.places = places;
    for (String call : TURNS) {
      Integer number = SyscallNames.current().number(call);
      if (number != null) {
        turns.set(number);
      }
    }
  }

  /** A call has come to its end. */
  void returned(Tracee tracee, PendingCall pending, long result) {
    if (result >= 0) {
      switch (pending.shape().name()) {
        case "chroot", "pivot_root", "setns", "unshare", "rename", "renameat", "renameat2" ->
            places.rootsMayHaveChanged();
        case "io_uring_setup" ->
            follower.noted(
                tracee.program
                    + " (process "
                    + tracee.pid
                    + ") uses io_uring: files that it opens that"
                    + " way are not seen");
        default -> {}
      }
    }
    boolean endOfList = pending.access() == Access.LIST && result == 0;
    boolean bare = pending.shape().special() == CallShape.Special.BARE;
    if (!endOfList && !bare) {
      follower.called(pending.ended(tracee, tracee.program, result));
    }
  }

  /** A call begins; the first of its number is told. */
  void made(Tracee tracee, int number) {
    if (turns.get(number)) {
      follower.turned(tracee.tid);
    }
    if (madeBefore.get(number)) {
      return;
    }
    madeBefore.set(number);
    String name = SyscallNames.current().name(number);
    if (name != null) {
      follower.first(name, tracee.program);
    }
  }

  void foreign(Tracee tracee) {
    if (foreignPrograms.add(tracee.pid)) {
      follower.noted(
          tracee.program
              + " (process "
              + tracee.pid
              + ") makes calls of another architecture, which are not decoded");
    }
  }

  /** The process is gone, or runs another program. */
  void forget(int pid) {
    foreignPrograms.remove(pid);
  }
}
