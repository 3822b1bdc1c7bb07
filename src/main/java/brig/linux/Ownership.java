package brig.linux;

/** Owner and mode of a name in an open directory. A name is one component; a link is refused. */
public final class Ownership {
  private Ownership() {}

  /** Sets both, the owner first: a change of owner may clear bits of the mode. */
  public static void set(Fd directory, String name, int uid, int gid, int mode)
      throws LinuxException {
    String full = directory.path() + "/" + name;
    try (Fd found = directory.openAt(name, Fd.O_PATH | Fd.O_NOFOLLOW, 0, Fd.RESOLVE_BENEATH);
        Scratch memory = Scratch.take()) {
      if (found.stat().isLink()) {
        throw new LinuxException("chown", full, Errno.ELOOP);
      }
      LinuxException.check(
          FileKernel.fchownat(found.number(), memory.name(""), uid, gid, Kernel.AT_EMPTY_PATH),
          "chown",
          full);
      // chmod(2) of an O_PATH descriptor goes through /proc (open(2), "O_PATH").
      LinuxException.check(
          FileKernel.fchmodat(
              Kernel.AT_FDCWD, memory.name("/proc/self/fd/" + found.number()), mode),
          "chmod",
          full);
    }
  }
}
