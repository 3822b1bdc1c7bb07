package brig.learn;

import brig.linux.LinuxException;
import brig.linux.Pidfd;
import org.jspecify.annotations.Nullable;

/** A service under the tracer; it dies with that, however it ends. */
interface Traced extends AutoCloseable {
  /** Of the process that stands for it. */
  int pid() throws LinuxException;

  /** How it ended; null: it runs. */
  Pidfd.@Nullable Ending ending() throws LinuxException;

  /** It, or a process that it started, takes connections. */
  boolean listens() throws LinuxException;

  /** Asks it to end, and waits for it, unless it has no ear for the signal. */
  void stop(int signal, long millis) throws LinuxException;

  /** Whoever is left is killed. */
  @Override
  void close() throws LinuxException;
}
