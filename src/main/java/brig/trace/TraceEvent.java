package brig.trace;

import brig.linux.Errno;
import org.jspecify.annotations.Nullable;

/**
 * One system call that named a path or an address, when it had returned.
 *
 * @param pid of the process, as the tracer sees it
 * @param thread of the caller; the pid for a process's first thread
 * @param program the file that the process executes, as the tracer sees it
 * @param call the call's name
 * @param asked the path as the process gave it; empty where it gave a descriptor instead, or where
 *     its address led nowhere
 * @param path the same, absolute as the tracer sees it, links not followed; null for an address
 *     that is no path, and where none could be read. Only {@code //}, {@code /./}, and {@code ..}
 *     directly below the root are taken out: where {@code ..} leads depends on links
 * @param root the root directory of the process, as the tracer sees it, when it is not {@code /}
 * @param second the second path of rename, link and their like, absolute; the target of symlink and
 *     the source of mount as they were given
 * @param address the address of a socket that has no path: {@code 127.0.0.1:80}, {@code [::1]:80},
 *     {@code @name} for an abstract one, or {@code family N}
 * @param protocol of the socket that was bound or connected to such an address, as the kernel names
 *     it: {@code TCP}, {@code UDPv6}; null for other calls, and where it could not be asked
 * @param result as the kernel gives it: a negated errno from -4095 to -1 when the call failed
 */
public record TraceEvent(
    int pid,
    int thread,
    String program,
    String call,
    Access access,
    String asked,
    @Nullable String path,
    @Nullable String root,
    @Nullable String second,
    @Nullable String address,
    @Nullable String protocol,
    long result) {

  public boolean failed() {
    return result < 0 && result > -4096;
  }

  /** Why it failed; null when it did not. A call that the kernel will restart counts as EINTR. */
  public @Nullable Errno error() {
    if (!failed()) {
      return null;
    }
    // ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK: only tracers see these.
    boolean restart = result <= -512 && result >= -516;
    return restart ? Errno.EINTR : Errno.of((int) -result);
  }
}
