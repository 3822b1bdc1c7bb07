package brig.hole.log;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which calls run just now, for the listener that comes after this one was killed: a file of slots,
 * each {@code ID JOB PID START} padded with blanks, in memory that outlives the process. For the
 * loop's thread alone.
 */
public final class RunningFile implements AutoCloseable {
  private static final int SLOT = 128;

  private final Fd file;
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final List<String> ids = new ArrayList<>();

  private RunningFile(Fd file) {
    this.file = file;
  }

  /**
   * A call that was not ended.
   *
   * @param pid of the step that ran; 0: none did yet
   * @param startTime as {@link ProcessStatus#startTime}; 0: it was not noted
   */
  public record Interrupted(String call, String job, int pid, long startTime) {}

  /** What an earlier listener left, and the file made empty. */
  public static List<Interrupted> takeLeft(String path) throws LinuxException {
    byte[] bytes = HostFiles.readOrNull(path);
    List<Interrupted> left = new ArrayList<>();
    for (int at = 0; bytes != null && at + SLOT <= bytes.length; at += SLOT) {
      String text = new String(bytes, at, SLOT, StandardCharsets.US_ASCII).strip();
      String[] words = text.split(" ", -1);
      if (words.length == 4) {
        left.add(
            new Interrupted(
                words[0], words[1], Integer.parseInt(words[2]), Long.parseLong(words[3])));
      }
    }
    HostFiles.delete(path);
    return left;
  }

  public static RunningFile open(String path) throws LinuxException {
    return new RunningFile(
        Fd.open(path, Fd.O_RDWR | Fd.O_CREAT | Fd.O_TRUNC | Fd.O_NOFOLLOW, 0600));
  }

  /** A call begins; returns its slot. */
  public int begin(String call, String job) {
    Integer slot = free.poll();
    if (slot == null) {
      slot = ids.size();
      ids.add("");
    }
    ids.set(slot, call + " " + job);
    put(slot, ids.get(slot) + " 0 0");
    return slot;
  }

  /** A step of it runs, which nothing but its number would lead to after a SIGKILL. */
  public void step(int slot, int pid) {
    long start = 0;
    try {
      ProcessStatus status = ProcessStatus.of(pid);
      start = status == null ? 0 : status.startTime();
    } catch (LinuxException e) {
      // gone already
    }
    put(slot, ids.get(slot) + " " + pid + " " + start);
  }

  public void end(int slot) {
    if (slot >= 0) {
      put(slot, "");
      free.push(slot);
    }
  }

  private void put(int slot, String text) {
    byte[] bytes = new byte[SLOT];
    Arrays.fill(bytes, (byte) ' ');
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, bytes, 0, Math.min(ascii.length, SLOT));
    try {
      Stream.writeAt(file, (long) slot * SLOT, bytes);
    } catch (LinuxException e) {
      // The call goes on; were the listener killed now, this one would not be told as interrupted.
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
