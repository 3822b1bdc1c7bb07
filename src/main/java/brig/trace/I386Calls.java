package brig.trace;

import java.util.HashMap;
import java.util.Map;

/**
 * Numbers that 32-bit x86 programs use, by the names of the 64-bit calls that do the same
 * (asm/unistd_32.h). Left out: socketcall(2), whose arguments lie in memory, and fanotify_mark(2),
 * whose mask takes two registers.
 */
final class I386Calls {
  /** AUDIT_ARCH_I386 of linux/audit.h. */
  static final int ARCH = 0x40000003;

  private static final String TABLE =
      """
      open 5 creat 8 link 9 unlink 10 execve 11 chdir 12 mknod 14 chmod 15 lchown 16 stat 18
      mount 21 utime 30 access 33 rename 38 mkdir 39 rmdir 40 acct 51 umount2 52 chroot 61
      symlink 83 lstat 84 readlink 85 uselib 86 swapon 87 truncate 92 statfs 99 stat 106 lstat 107
      swapoff 115 fchdir 133 getdents 141 chown 182 truncate 193 stat 195 lstat 196 lchown 198
      chown 212 pivot_root 217 getdents64 220 setxattr 226 lsetxattr 227 getxattr 229 lgetxattr 230
      listxattr 232 llistxattr 233 removexattr 235 lremovexattr 236 statfs 268 utimes 271
      inotify_add_watch 292 openat 295 mkdirat 296 mknodat 297 fchownat 298 futimesat 299
      newfstatat 300 unlinkat 301 renameat 302 linkat 303 symlinkat 304 readlinkat 305 fchmodat 306
      faccessat 307 unshare 310 utimensat 320 name_to_handle_at 341 open_by_handle_at 342 setns 346
      renameat2 353 execveat 358 bind 361 connect 362 sendto 369 statx 383 utimensat 412
      io_uring_setup 425 open_tree 428 move_mount 429 fspick 433 openat2 437 faccessat2 439
      mount_setattr 442 fchmodat2 452
      """;

  private I386Calls() {}

  static Map<Integer, String> names() {
    Map<Integer, String> names = new HashMap<>();
    String[] words = TABLE.strip().split("\\s+", -1);
    for (int i = 0; i < words.length; i += 2) {
      names.put(Integer.valueOf(words[i + 1]), words[i]);
    }
    return names;
  }
}
