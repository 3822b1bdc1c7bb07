package brig.plan;

import org.jspecify.annotations.Nullable;

/** A {@link FileStat} as nine numbers, for those who look at thousands of files. */
public final class PackedStat {
  public static final int WORDS = 9;

  /** As in {@code st_mode}; -1 where there is nothing. */
  public static final int MODE = 0;

  public static final int OWNER = 1;
  public static final int SIZE = 2;
  public static final int DEVICE = 3;
  public static final int INODE = 4;
  public static final int LINKS = 5;
  public static final int SPECIAL = 6;
  public static final int MODIFIED = 7;
  public static final int CHANGED = 8;
  public static final long ABSENT = -1;

  private PackedStat() {}

  /** Writes it to {@code into[at]} and the eight that follow. */
  public static void pack(@Nullable FileStat stat, long[] into, int at) {
    if (stat == null) {
      into[at] = ABSENT;
      for (int word = 1; word < WORDS; word++) {
        into[at + word] = 0;
      }
      return;
    }
    into[at + MODE] = mode(stat.type(), stat.mode());
    into[at + OWNER] = (long) stat.uid() << 32 | (stat.gid() & 0xFFFFFFFFL);
    into[at + SIZE] = stat.size();
    into[at + DEVICE] = stat.device();
    into[at + INODE] = stat.inode();
    into[at + LINKS] = stat.links();
    into[at + SPECIAL] = stat.special();
    into[at + MODIFIED] = stat.modifiedNanos();
    into[at + CHANGED] = stat.changedNanos();
  }

  /** Type and mode as in {@code st_mode} (inode(7)), which is what is kept at {@link #MODE}. */
  private static long mode(FileStat.Type type, int mode) {
    return mode
        | switch (type) {
          case FILE -> 0x8000;
          case DIRECTORY -> 0x4000;
          case LINK -> 0xA000;
          case CHARACTER_DEVICE -> 0x2000;
          case BLOCK_DEVICE -> 0x6000;
          case FIFO -> 0x1000;
          case SOCKET -> 0xC000;
        };
  }

  static FileStat.Type type(long mode) {
    return switch ((int) mode & 0xF000) {
      case 0x8000 -> FileStat.Type.FILE;
      case 0x4000 -> FileStat.Type.DIRECTORY;
      case 0xA000 -> FileStat.Type.LINK;
      case 0x2000 -> FileStat.Type.CHARACTER_DEVICE;
      case 0x6000 -> FileStat.Type.BLOCK_DEVICE;
      case 0x1000 -> FileStat.Type.FIFO;
      default -> FileStat.Type.SOCKET;
    };
  }

  static @Nullable FileStat unpack(long[] from, int at) {
    long mode = from[at];
    return mode == ABSENT
        ? null
        : new FileStat(
            type(mode),
            (int) mode & 07777,
            (int) (from[at + OWNER] >>> 32),
            (int) from[at + OWNER],
            from[at + SIZE],
            from[at + DEVICE],
            from[at + INODE],
            (int) from[at + LINKS],
            from[at + SPECIAL],
            from[at + MODIFIED],
            from[at + CHANGED]);
  }
}
