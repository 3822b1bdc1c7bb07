package brig.audit.breakout;

/**
 * A disk of 64 KiB with an ext2 file system of revision 0 (linux/fs/ext2/ext2.h), read-only: one
 * directory, one file. The secret stands in the unused boot block too, for those who read the
 * device itself.
 */
final class DiskImage {
  private static final int BLOCK = 1024;
  private static final int BLOCKS = 64;
  private static final int INODES = 16;
  private static final int INODE_SIZE = 128;
  private static final int GROUP = 8192;

  private static final int SUPER = 1;
  private static final int GROUPS = 2;
  private static final int BLOCK_MAP = 3;
  private static final int INODE_MAP = 4;
  private static final int INODE_TABLE = 5;
  private static final int ROOT_DATA = 7;
  private static final int FILE_DATA = 8;
  private static final int USED_BLOCKS = 9;

  private static final int ROOT = 2;
  private static final int FILE = 12;
  private static final int MAGIC = 0xEF53;

  private DiskImage() {}

  static byte[] of(byte[] secret) {
    Struct disk = Struct.of(BLOCKS * BLOCK);
    disk.text(0, secret);
    superblock(disk, SUPER * BLOCK);
    disk.u32(GROUPS * BLOCK, BLOCK_MAP)
        .u32(GROUPS * BLOCK + 4, INODE_MAP)
        .u32(GROUPS * BLOCK + 8, INODE_TABLE)
        .u16(GROUPS * BLOCK + 12, BLOCKS - USED_BLOCKS)
        .u16(GROUPS * BLOCK + 14, INODES - FILE)
        .u16(GROUPS * BLOCK + 16, 1); // directories
    disk.u32(BLOCK_MAP * BLOCK, (1 << (USED_BLOCKS - 1)) - 1); // the map begins with block 1
    disk.u32(INODE_MAP * BLOCK, (1 << FILE) - 1);
    inode(disk, ROOT, 040755, BLOCK, 2, ROOT_DATA);
    inode(disk, FILE, 0100644, secret.length, 1, FILE_DATA);
    int at = ROOT_DATA * BLOCK;
    entry(disk, at, ROOT, 12, ".");
    entry(disk, at + 12, ROOT, 12, "..");
    entry(disk, at + 24, FILE, BLOCK - 24, Canary.SECRET);
    disk.text(FILE_DATA * BLOCK, secret);
    return disk.bytes();
  }

  private static void superblock(Struct disk, int at) {
    disk.u32(at, INODES)
        .u32(at + 4, BLOCKS)
        .u32(at + 12, BLOCKS - USED_BLOCKS)
        .u32(at + 16, INODES - FILE)
        .u32(at + 20, SUPER) // first data block
        .u32(at + 32, GROUP) // blocks, fragments and inodes per group
        .u32(at + 36, GROUP)
        .u32(at + 40, INODES)
        .u16(at + 54, 0xFFFF) // no check is ever due
        .u16(at + 56, MAGIC)
        .u16(at + 58, 1) // cleanly unmounted
        .u16(at + 60, 1); // errors: go on
  }

  private static void inode(Struct disk, int number, int mode, int size, int links, int block) {
    int at = INODE_TABLE * BLOCK + (number - 1) * INODE_SIZE;
    disk.u16(at, mode)
        .u32(at + 4, size)
        .u16(at + 26, links)
        .u32(at + 28, BLOCK / 512)
        .u32(at + 40, block);
  }

  private static void entry(Struct disk, int at, int inode, int length, String name) {
    disk.u32(at, inode).u16(at + 4, length).u16(at + 6, name.length());
    for (int i = 0; i < name.length(); i++) {
      disk.text(at + 8 + i, new byte[] {(byte) name.charAt(i)});
    }
  }
}
