package brig.launch.late;

import brig.linux.Credentials;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.OwnThread;
import brig.linux.Stat;
import brig.linux.SyscallNames;
import brig.linux.ThreadStatus;
import brig.trace.Caught;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Logs that processes had open, outside, when they went in. Whoever is told to reopen its logs, as
 * nginx's workers are when these are rotated, asks for them by the names that they have outside,
 * and the jail has none of them. Then Brig opens the very file outside, with the rights of the
 * process's user and to append only, and hands it in.
 */
final class Logs {
  private static final int ENOENT = -Errno.ENOENT.number();
  private static final @Nullable Integer OPENAT = SyscallNames.current().number("openat");
  private static final @Nullable Integer OPEN = SyscallNames.current().number("open");
  private static final int APPEND =
      Fd.O_WRONLY | Fd.O_APPEND | Fd.O_NOFOLLOW | Fd.O_NONBLOCK | Fd.O_CLOEXEC;

  private final Set<String> known = new HashSet<>();

  void add(List<String> paths) {
    known.addAll(paths);
  }

  /** It is about to open one of them. */
  boolean isAskedFor(Caught thread) {
    return path(thread) != null;
  }

  private @Nullable String path(Caught thread) {
    int number = thread.number();
    boolean at = OPENAT != null && number == OPENAT;
    if (!at && (OPEN == null || number != OPEN)) {
      return null;
    }
    String path = thread.name(thread.argument(at ? 1 : 0));
    return path != null && known.contains(path) ? path : null;
  }

  /** Lets its call have the file after all, when the jail has none of that name. */
  void open(Caught thread, long result) throws LinuxException {
    String path = result == ENOENT ? path(thread) : null;
    if (path == null) {
      return;
    }
    ThreadStatus status;
    try (Fd file = ThreadStatus.open(thread.tid())) {
      status = ThreadStatus.read(file);
    }
    Fd log;
    try {
      log = OwnThread.run("log", () -> open(path, status));
    } catch (LinuxException e) {
      thread.after(
          tracee -> {
            tracee.answer(-e.errno().number());
            return true;
          });
      return;
    }
    boolean at = OPENAT != null && thread.number() == OPENAT;
    boolean closeAtExec = (thread.argument(at ? 2 : 1) & Fd.O_CLOEXEC) != 0;
    try (log) {
      thread.after(
          tracee -> {
            tracee.answer(
                HandedOver.to(tracee, thread.pid(), List.of(log), closeAtExec).getFirst());
            return true;
          });
    } catch (LinuxException e) {
      // No number or no memory is left for it, or its own profile forbids what it takes: the call
      // keeps the answer that it had. Whoever has ended needs none.
      return;
    }
  }

  /** As that user, so that nothing is opened that it could not open outside. */
  private static Fd open(String path, ThreadStatus status) throws LinuxException {
    Credentials.setGroups(status.groups());
    Credentials.setGid(status.gids().get(1));
    Credentials.setUid(status.uids().get(1));
    Fd log = Fd.open(path, APPEND);
    try {
      if (log.stat().type() == Stat.S_IFREG) {
        return log;
      }
    } catch (LinuxException e) {
      log.close();
      throw e;
    }
    log.close();
    throw new LinuxException("open", path, Errno.EACCES);
  }
}
