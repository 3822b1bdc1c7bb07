package brig.tree;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Ext4;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.HostProgram;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.List;

/** Makes the file of a jail's own file system: whole, or not at all. */
final class NewVolume {
  private static final long BLOCK = 4096;

  /** Of one more mebibyte a little is lost to the tables of inodes. */
  private static final double YIELD = 0.95;

  private final JailPaths paths;
  private final String jail;
  private final OwnVolume wanted;

  NewVolume(JailPaths paths, String jail, OwnVolume wanted) {
    this.paths = paths;
    this.jail = jail;
    this.wanted = wanted;
  }

  /**
   * Makes it; the caller holds the lock.
   *
   * @param need what will be written to it first
   * @throws BrigException when it would be too small, and how large it must be
   */
  void make(Need need) throws BrigException, LinuxException {
    String name = jail + ".ext4";
    String unfinished = name + JailDirectory.UNFINISHED;
    try (Fd images = Fd.open(paths.images(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      Names.unlink(images, unfinished);
      try {
        try (Fd file = Names.create(images, unfinished, 0600)) {
          reserve(file);
          file.finish();
        }
        format(paths.images() + "/" + unfinished);
        refuseTooSmall(paths.images() + "/" + unfinished, need);
        Names.rename(images, unfinished, name);
      } catch (BrigException | LinuxException | RuntimeException | Error e) {
        Names.unlink(images, unfinished);
        throw e;
      }
    }
  }

  private void reserve(Fd file) throws BrigException, LinuxException {
    try {
      Ext4.reserve(file, wanted.sizeBytes());
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOSPC && e.errno() != Errno.EFBIG && e.errno() != Errno.EDQUOT) {
        throw e;
      }
      throw BrigException.refused(
          e.problem(
                  "cannot make a file system of "
                      + JailVolume.size(wanted.sizeBytes())
                      + " in "
                      + paths.images())
              .remedy("All of its room is taken at once. Make room there, or ask for less.")
              .at(wanted.at()));
    }
  }

  /**
   * No blocks for root alone, since root fills none; inodes for small files; the smallest journal;
   * and the layout that can grow without end (meta_bg) in place of reserved room for that.
   */
  private void format(String file) throws BrigException, LinuxException {
    String program = HostProgram.find("mkfs.ext4");
    if (program == null) {
      throw BrigException.refused(
          Problem.of("cannot make a file system for jail " + jail)
              .answered("the host has no mkfs.ext4")
              .remedy("Install it (Debian: apt-get install e2fsprogs).")
              .at(wanted.at()));
    }
    List<String> argv =
        List.of(
            program,
            "-q",
            "-F",
            "-m",
            "0",
            "-b",
            Long.toString(BLOCK),
            "-I",
            "256",
            "-i",
            "8192",
            "-J",
            "size=4",
            "-e",
            "remount-ro",
            "-O",
            "^resize_inode,meta_bg",
            "-E",
            "nodiscard,lazy_itable_init=1,root_owner=0:0",
            "-L",
            "brig",
            file);
    HostProgram.Result result = HostProgram.run(argv);
    if (result.status() != 0) {
      throw BrigException.refused(
          Problem.of("cannot make a file system for jail " + jail)
              .answered(
                  "mkfs.ext4 ended with status " + result.status() + ": " + result.output().strip())
              .at(wanted.at()));
    }
  }

  private void refuseTooSmall(String file, Need need) throws BrigException, LinuxException {
    try (Fd made = Fd.open(file, Fd.O_RDONLY | Fd.O_NOFOLLOW)) {
      Superblock superblock = Superblock.read(made);
      if (superblock == null) {
        throw new LinuxException("mkfs.ext4", file, Errno.EIO);
      }
      long free = superblock.usableBytes();
      long lacking = need.bytes() - free;
      long lackingInodes = need.inodes() - superblock.freeInodes();
      if (lacking > 0 || lackingInodes > 0) {
        long more = Math.max(lacking, lackingInodes * 8192);
        throw tooSmall(need, free, wanted.sizeBytes() + (long) (more / YIELD));
      }
    }
  }

  private BrigException tooSmall(Need need, long free, long enough) {
    long rounded = ((enough >> 20) + 1) << 20;
    return BrigException.usage(
        Problem.of(
                "a file system of "
                    + JailVolume.size(wanted.sizeBytes())
                    + " is too small for jail "
                    + jail
                    + ": its files take "
                    + Bytes.text(need.bytes())
                    + ", "
                    + Bytes.text(free)
                    + " are free in it")
            .remedy(
                "Write size = \""
                    + JailVolume.size(rounded)
                    + "\" at least; a later build wants room for what changed beside the old"
                    + " files, and the service for what it writes.")
            .at(wanted.at()));
  }

  /** LIB/images: that a jail has a file system is no secret, what is in it is root's. */
  static void makeDirectory(JailPaths paths) throws BrigException, LinuxException {
    TrustedPath.check(paths.images());
    HostFiles.createDirectories(paths.lib() + "/jails", 0755);
    if (Stat.ofLink(paths.images()) == null) {
      try (Fd lib = Fd.open(paths.lib(), Fd.O_PATH | Fd.O_DIRECTORY)) {
        if (Names.mkdirIfAbsent(lib, "images", 0700)) {
          Attributes.chmodAt(lib, "images", 0711);
        }
      }
    }
  }

  /** What a list of changes takes in an empty file system, at the most. */
  record Need(long bytes, long inodes) {
    private static final long SPARE = 256 * BLOCK;
    private static final int INLINE_TARGET = 60;
    private static final long BESIDE = 1024; // a line of the manifest and of the inputs

    static Need of(List<Change> changes) {
      long blocks = 0;
      for (Change change : changes) {
        blocks +=
            switch (change) {
              case Change.CopyFile f -> blocks(f.stat().size());
              case Change.WriteFile w -> blocks(w.content().length);
              case Change.MakeDirectory _ -> 1;
              case Change.MakeMountPoint _ -> 1;
              case Change.MakeLink l -> l.target().length() < INLINE_TARGET ? 0 : 1;
              case Change.AddName _, Change.MountFile _, Change.MakeDevice _, Change.MakeFifo _ ->
                  0;
            };
      }
      long beside = blocks(changes.size() * BESIDE);
      return new Need((blocks + beside) * BLOCK + SPARE, changes.size() + 32L);
    }

    private static long blocks(long bytes) {
      return (bytes + BLOCK - 1) / BLOCK;
    }
  }
}
