package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.OwnThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Copies files by a few threads. Work is handed out in portions of files of one directory, so that
 * its descriptor serves them all; large files are portions of their own and come first, so that no
 * thread is left with one at the end.
 */
final class CopyCrew {
  private static final int MOST_THREADS = 4;
  private static final long LARGE = 1 << 20;
  private static final int PORTION_FILES = 48;

  /** Below this a further thread costs more than it brings. */
  private static final int FEW_FILES = 24;

  private final Fd root;
  private final FileCopier copier;
  private final Progress progress;
  private final AtomicInteger nextPortion = new AtomicInteger();
  private final AtomicInteger filesDone = new AtomicInteger();
  private final AtomicLong bytesDone = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private int allFiles;
  private long allBytes;

  /** What is made beside the files by the thread that called. */
  @FunctionalInterface
  interface Rest {
    void make(List<Change> changes) throws LinuxException;
  }

  private static final class Portion {
    final List<Change.CopyFile> files = new ArrayList<>();
    long bytes;

    void add(Change.CopyFile file) {
      files.add(file);
      bytes += file.stat().size();
    }
  }

  CopyCrew(Fd root, FileCopier copier, Progress progress) {
    this.root = root;
    this.copier = copier;
    this.progress = progress;
  }

  /** Returns when all is there; the first failure of any thread ends all. */
  void copy(List<Change.CopyFile> files, List<Change> rest, Rest maker) throws IOException {
    allFiles = files.size();
    for (Change.CopyFile file : files) {
      allBytes += file.stat().size();
    }
    List<Portion> portions = portions(files);
    List<Thread> threads = new ArrayList<>();
    int wanted =
        files.size() < FEW_FILES
            ? 1
            : Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    for (int i = 1; i < wanted; i++) {
      threads.add(Thread.ofPlatform().name("copy-" + i).start(() -> work(portions, false)));
    }
    try {
      maker.make(rest);
    } catch (LinuxException | RuntimeException e) {
      failure.compareAndSet(null, e);
    }
    work(portions, true);
    for (Thread thread : threads) {
      OwnThread.join(thread);
    }
    report();
  }

  private void report() throws IOException {
    Throwable thrown = failure.get();
    if (thrown instanceof IOException e) {
      throw e;
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  private static List<Portion> portions(List<Change.CopyFile> files) {
    List<Portion> portions = new ArrayList<>();
    Map<String, Portion> open = new HashMap<>();
    for (Change.CopyFile file : files) {
      boolean large = file.stat().size() >= LARGE;
      String parent = file.path().substring(0, file.path().lastIndexOf('/'));
      Portion portion = large ? null : open.get(parent);
      if (portion == null) {
        portion = new Portion();
        portions.add(portion);
        if (!large) {
          open.put(parent, portion);
        }
      }
      portion.add(file);
      if (!large && (portion.files.size() == PORTION_FILES || portion.bytes >= LARGE)) {
        open.remove(parent);
      }
    }
    portions.sort((a, b) -> Long.compare(b.bytes, a.bytes));
    return portions;
  }

  private void work(List<Portion> portions, boolean tells) {
    try (ParentDirectory parent = new ParentDirectory(root)) {
      int next = nextPortion.getAndIncrement();
      while (next < portions.size() && failure.get() == null) {
        for (Change.CopyFile file : portions.get(next).files) {
          copier.copy(file, parent.of(file.path()), ParentDirectory.name(file.path()));
          int files = filesDone.incrementAndGet();
          long bytes = bytesDone.addAndGet(file.stat().size());
          if (tells) {
            progress.written(files, allFiles, bytes, allBytes);
          }
        }
        next = nextPortion.getAndIncrement();
      }
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }
}
