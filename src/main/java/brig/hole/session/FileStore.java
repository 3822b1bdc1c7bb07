package brig.hole.session;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in one file: all of them in memory, and a log of what was committed.
 *
 * <p>One thread writes. It takes the commits that wait, decides each against what is stored,
 * appends those that hold in one write, and when they are on the disk it changes the memory and
 * answers. So nobody sees or is told what a power cut could take back. When the log is several
 * times as long as what lives in it, it is written anew beside the old one and renamed over it. A
 * write that failed leaves a file of which nobody knows what is on the disk: that one is not used
 * again, the next commit begins with a new one.
 */
public final class FileStore implements SessionStore {
  private static final int MODE = 0600;
  private static final long ALWAYS_ENOUGH = 1 << 20;
  private static final int BATCH = 256;

  private final String path;
  private final InstantSource clock;
  private final Fd lock;
  private final Map<String, Row> rows = new ConcurrentHashMap<>();
  private final BlockingQueue<Commit> waiting = new LinkedBlockingQueue<>();
  private final Thread writer;
  private final @Nullable Problem notice;

  /** Set by the writer before it looks at what waits for the last time. */
  private volatile boolean ended;

  // The writer's alone once it runs.
  private @Nullable Fd log;
  private long length;
  private long live;

  /** A commit that waits; no changes: the store is to be closed. */
  private record Commit(List<RowChange> changes, CompletableFuture<Boolean> answer) {}

  private FileStore(
      String path, InstantSource clock, Fd lock, Map<String, Row> rows, @Nullable Problem notice) {
    this.path = path;
    this.clock = clock;
    this.lock = lock;
    this.rows.putAll(rows);
    this.notice = notice;
    this.writer = Thread.ofPlatform().name("sessions").daemon(true).unstarted(this::write);
  }

  /**
   * Opens the file, or makes it; the directory must be there. One process at a time.
   *
   * @param clock what expiry goes by
   */
  public static FileStore open(String path, InstantSource clock) throws BrigException {
    try {
      Fd lock = HostFiles.lock(path + ".lock");
      if (lock == null) {
        throw BrigException.refused(
            Problem.of("cannot open the sessions in " + path)
                .answered("another process keeps them")
                .remedy("Two listeners need a file each, or share sessions in PostgreSQL."));
      }
      try {
        byte[] file = HostFiles.readOrNull(path);
        Map<String, Row> rows = new HashMap<>();
        int whole = file == null ? 0 : replay(path, file, rows);
        FileStore store = new FileStore(path, clock, lock, rows, lostTail(path, file, whole));
        store.begin();
        store.writer.start();
        return store;
      } catch (LinuxException | BrigException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot open the sessions in " + path));
    }
  }

  private static int replay(String path, byte[] file, Map<String, Row> rows) throws BrigException {
    int magic = Math.min(file.length, RowLog.MAGIC.length);
    if (!Arrays.equals(file, 0, magic, RowLog.MAGIC, 0, magic)) {
      throw BrigException.refused(
          Problem.of("cannot open the sessions in " + path)
              .answered("it is not a file of sessions")
              .remedy("Name another file, or move this one away: everybody must log in again."));
    }
    return RowLog.replay(file, rows);
  }

  private static @Nullable Problem lostTail(String path, byte @Nullable [] file, int whole) {
    return file == null || file.length <= whole
        ? null
        : Problem.of(
            "the last "
                + (file.length - whole)
                + " bytes of "
                + path
                + " were no whole record and are gone: a write that was cut off before anybody was"
                + " told of it, or a damaged disk");
  }

  /** What was found when the file was opened and a person may want to know; null: nothing. */
  public @Nullable Problem notice() {
    return notice;
  }

  @Override
  public Found find(String key) {
    long now = clock.millis();
    Row row = rows.get(key);
    return new Found(row != null && row.expires() > now ? row : null, now);
  }

  @Override
  public List<Row> withPrefix(String prefix) {
    long now = clock.millis();
    List<Row> found = new ArrayList<>();
    for (Row row : rows.values()) {
      if (row.expires() > now && row.key().startsWith(prefix)) {
        found.add(row);
      }
    }
    return found;
  }

  @Override
  public List<Row> ofOwner(String owner) {
    long now = clock.millis();
    List<Row> found = new ArrayList<>();
    for (Row row : rows.values()) {
      if (row.expires() > now && row.owner().equals(owner)) {
        found.add(row);
      }
    }
    return found;
  }

  @Override
  public boolean commit(List<RowChange> changes) throws BrigException {
    if (changes.isEmpty()) {
      return true;
    }
    Commit commit = new Commit(List.copyOf(changes), new CompletableFuture<>());
    waiting.add(commit);
    if (ended) {
      commit.answer.completeExceptionally(closed());
    }
    try {
      // Not get(): a caller who is interrupted must still learn whether this happened.
      return commit.answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof BrigException refused) {
        throw new BrigException(refused.exitCode(), refused.problems());
      }
      throw e;
    }
  }

  private BrigException closed() {
    return BrigException.refused(
        Problem.of("cannot store a session in " + path).answered("the listener is ending"));
  }

  @Override
  public int sweep() throws BrigException {
    long now = clock.millis();
    int gone = 0;
    for (Row row : rows.values()) {
      // One by one: a row that is used again meanwhile stays.
      if (row.expires() <= now && commit(List.of(new RowChange.Remove(row.key(), row.version())))) {
        gone++;
      }
    }
    return gone;
  }

  /** Ends when everything that waits is stored. */
  @Override
  public void close() {
    waiting.add(new Commit(List.of(), new CompletableFuture<>()));
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    lock.close();
  }

  private void write() {
    List<Commit> batch = new ArrayList<>();
    boolean open = true;
    while (open) {
      batch.clear();
      try {
        batch.add(waiting.take());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e); // nobody has this thread
      }
      waiting.drainTo(batch, BATCH);
      open = batch.stream().noneMatch(commit -> commit.changes.isEmpty());
      serve(batch);
    }
    if (log != null) {
      log.close();
    }
    ended = true;
    for (Commit late : waiting) {
      late.answer.completeExceptionally(closed());
    }
  }

  private void serve(List<Commit> batch) {
    Map<String, @Nullable Row> ahead = new HashMap<>();
    List<RowChange> stored = new ArrayList<>();
    List<Commit> holding = new ArrayList<>();
    for (Commit commit : batch) {
      if (commit.changes.stream().allMatch(change -> holds(change, ahead))) {
        holding.add(commit);
        for (RowChange change : commit.changes) {
          RowChange after = after(change);
          ahead.put(change.key(), after instanceof RowChange.Put(Row row) ? row : null);
          stored.add(after);
        }
      } else {
        commit.answer.complete(false);
      }
    }
    try {
      append(stored);
    } catch (LinuxException | RuntimeException e) {
      giveUpFile();
      BrigException refused =
          BrigException.refused(
              e instanceof LinuxException linux
                  ? linux.problem("cannot store a session in " + path)
                  : Problem.of("cannot store a session in " + path).answered(e.toString()));
      holding.forEach(commit -> commit.answer.completeExceptionally(refused));
      return;
    }
    holding.forEach(commit -> commit.answer.complete(true));
    if (length > ALWAYS_ENOUGH && length > 4 * live) {
      try {
        begin();
      } catch (LinuxException e) {
        giveUpFile(); // nothing is lost: the next commit tries again, and tells what it meets
      }
    }
  }

  private void giveUpFile() {
    if (log != null) {
      log.close();
      log = null;
    }
  }

  private boolean holds(RowChange change, Map<String, @Nullable Row> ahead) {
    Row row = ahead.containsKey(change.key()) ? ahead.get(change.key()) : rows.get(change.key());
    if (row != null && row.expires() <= clock.millis() && change.expected() == 0) {
      return true; // it has expired: as good as absent
    }
    return (row == null ? 0 : row.version()) == change.expected();
  }

  private static RowChange after(RowChange change) {
    return switch (change) {
      case RowChange.Put(Row row) -> new RowChange.Put(row.next());
      case RowChange.Remove remove -> remove;
    };
  }

  private void append(List<RowChange> changes) throws LinuxException {
    if (changes.isEmpty()) {
      return;
    }
    byte[] record = RowLog.record(changes);
    Fd file = log != null ? log : begin();
    file.write(record);
    file.syncData();
    length += record.length;
    for (RowChange change : changes) {
      switch (change) {
        case RowChange.Put(Row row) -> live += size(row) - size(rows.put(row.key(), row));
        case RowChange.Remove(String key, long _) -> live -= size(rows.remove(key));
      }
    }
  }

  private static long size(@Nullable Row row) {
    return row == null ? 0 : 64 + row.key().length() + row.owner().length() + row.body().length;
  }

  /** Writes what lives into a new file, which takes the old one's place. */
  private Fd begin() throws LinuxException {
    String next = path + ".new";
    Fd file = Fd.open(next, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC | Fd.O_NOFOLLOW, MODE);
    try {
      file.write(RowLog.MAGIC);
      long written = RowLog.MAGIC.length;
      long bytes = 0;
      for (Row row : rows.values()) {
        byte[] record = RowLog.record(List.of(new RowChange.Put(row)));
        file.write(record);
        written += record.length;
        bytes += size(row);
      }
      file.sync();
      HostFiles.rename(next, path);
      giveUpFile();
      try (Fd directory = Fd.open(directory(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        directory.sync();
      }
      log = file;
      length = written;
      live = bytes;
      return file;
    } catch (LinuxException e) {
      file.close();
      throw e;
    }
  }

  private String directory() {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash);
  }
}
