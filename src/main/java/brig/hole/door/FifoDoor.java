package brig.hole.door;

import brig.hole.wire.Bytes;
import brig.hole.wire.FifoCall;
import brig.hole.wire.FifoLines;
import brig.hole.wire.WireException;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.linux.Stream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of version 1: a line {@code JOB REPLY-ID} comes through one pipe, the input and the
 * answer go through pipes that the client has made in a directory.
 */
public final class FifoDoor extends Door<FifoExchange> {
  private static final int MOST = 256;
  private static final int CHECK = Fd.RESOLVE_BENEATH | Fd.RESOLVE_NO_SYMLINKS;

  private final Fd directory;
  private Set<Integer> owners;
  private final FifoLines lines = new FifoLines();
  private final Set<String> replies = new HashSet<>();
  private final LeftWaiting left;
  private long dropped;
  private boolean released;

  /**
   * Opens the door.
   *
   * @param pipe open for reading and writing, so that it never ends; this door's from now on
   * @param directory where clients make their pipes; likewise
   * @param owners the users whose pipes are believed
   */
  public FifoDoor(
      Loop loop, Fd pipe, Fd directory, Set<Integer> owners, DoorLimits limits, Desk desk)
      throws LinuxException {
    super(loop, pipe, limits, desk, "the pipe");
    this.directory = directory;
    this.owners = Set.copyOf(owners);
    this.left = new LeftWaiting(loop, this);
  }

  @Override
  public void ready(int events) throws LinuxException {
    int count = Stream.read(entrance, buffer, 0, buffer.length);
    if (count <= 0) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
    Bytes line;
    while ((line = lines.next(bytes)) != null) {
      take(line);
    }
    while (dropped < lines.dropped()) {
      dropped++;
      desk.misbehaved(Caller.UNKNOWN, "a line of more than " + FifoCall.MAX_LINE + " bytes");
    }
  }

  private void take(Bytes line) {
    FifoCall call;
    try {
      call = FifoCall.parse(line);
    } catch (WireException e) {
      desk.misbehaved(Caller.UNKNOWN, e.error().text());
      return;
    }
    if (open.size() >= MOST || !replies.add(call.reply())) {
      desk.misbehaved(Caller.UNKNOWN, "too many calls, or two for one reply");
      return;
    }
    FifoExchange exchange = new FifoExchange(loop, call, this);
    open.add(exchange);
    exchange.begin(left.wasTold(call.reply()));
  }

  void gone(FifoExchange exchange, String reply) {
    if (open.remove(exchange)) {
      replies.remove(reply);
      closeDirectoryWhenLeft();
    }
  }

  /** The names of what lies where clients make their pipes. */
  List<String> names() throws LinuxException {
    return directory.list();
  }

  /**
   * Opens a pipe of a client's. What bears the name is looked at before it is opened: a device or a
   * file that lies there instead is never touched, and a link not followed.
   *
   * @return null: nobody holds the other end yet
   * @throws LinuxException it is not there, or is not what it must be (EPERM)
   */
  @Nullable Fd pipe(String name, int mode) throws LinuxException {
    try (Fd found = directory.openAt(name, Fd.O_PATH | Fd.O_NOFOLLOW, 0, CHECK)) {
      Stat stat = found.stat();
      if (stat.type() != Stat.S_IFIFO || stat.links() != 1 || !owners.contains(stat.uid())) {
        throw new LinuxException("open", name, Errno.EPERM);
      }
      return found.reopen(mode | Fd.O_NONBLOCK);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENXIO && mode == Fd.O_WRONLY) {
        return null;
      }
      throw e;
    }
  }

  /** Whether a call is answered by the pipes of that name. */
  boolean isBusy(String reply) {
    return replies.contains(reply);
  }

  /** The users whose pipes are believed from now on. */
  public void owners(Set<Integer> next) {
    owners = Set.copyOf(next);
  }

  /** No call is left, or none that runs: some clients may still be told of their end. */
  public void release() {
    released = true;
    closeDirectoryWhenLeft();
  }

  private void closeDirectoryWhenLeft() {
    if (released && open.isEmpty()) {
      left.close();
      directory.close();
    }
  }
}
