package brig.trace;

import brig.linux.Architecture;
import brig.linux.SyscallNames;
import brig.trace.CallShape.Special;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls that name a path or an address, by the numbers of one architecture. */
public final class TracedCalls {
  /**
   * A call in each line: its name, what it wants, then where: {@code d=} directory descriptor,
   * {@code p=} path, {@code D=} and {@code P=} those of a second path, {@code f=} flags; then what
   * is special. The order of arguments is that of each man page.
   */
  private static final String TABLE =
      """
      open read p=0 f=1 open
      openat read d=0 p=1 f=2 open
      openat2 read d=0 p=1 f=2 open_how
      creat write p=0
      open_by_handle_at read d=0 f=2 result
      uselib read p=0
      getdents list d=0 descriptor
      getdents64 list d=0 descriptor
      execve execute p=0
      execveat execute d=0 p=1 f=4
      stat look p=0
      lstat look p=0
      newfstatat look d=0 p=1 f=3
      statx look d=0 p=1 f=2
      access look p=0
      faccessat look d=0 p=1
      faccessat2 look d=0 p=1 f=3
      readlink look p=0
      readlinkat look d=0 p=1
      statfs look p=0
      getxattr look p=0
      lgetxattr look p=0
      getxattrat look d=0 p=1 f=2
      listxattr look p=0
      llistxattr look p=0
      listxattrat look d=0 p=1 f=2
      name_to_handle_at look d=0 p=1 f=4
      file_getattr look d=0 p=1 f=4
      mkdir change p=0
      mkdirat change d=0 p=1
      mknod change p=0
      mknodat change d=0 p=1
      rmdir change p=0
      unlink change p=0
      unlinkat change d=0 p=1
      rename change p=0 P=1
      renameat change d=0 p=1 D=2 P=3
      renameat2 change d=0 p=1 D=2 P=3
      link change p=0 P=1
      linkat change d=0 p=1 D=2 P=3 f=4
      symlink change p=1 P=0 text
      symlinkat change d=1 p=2 P=0 text
      truncate change p=0
      chmod change p=0
      fchmodat change d=0 p=1
      fchmodat2 change d=0 p=1 f=3
      chown change p=0
      lchown change p=0
      fchownat change d=0 p=1 f=4
      utime change p=0
      utimes change p=0
      futimesat change d=0 p=1
      utimensat change d=0 p=1 f=3
      setxattr change p=0
      lsetxattr change p=0
      setxattrat change d=0 p=1 f=2
      removexattr change p=0
      lremovexattr change p=0
      removexattrat change d=0 p=1 f=2
      file_setattr change d=0 p=1 f=4
      acct write p=0
      swapon read p=0
      swapoff look p=0
      chdir enter p=0
      fchdir enter d=0 descriptor
      chroot root p=0
      pivot_root root p=0 P=1
      mount mount p=1 P=0 text
      umount2 mount p=0
      open_tree mount d=0 p=1 f=2
      open_tree_attr mount d=0 p=1 f=2
      move_mount mount d=0 p=1 D=2 P=3
      mount_setattr mount d=0 p=1 f=2
      fspick mount d=0 p=1 f=2
      inotify_add_watch watch p=1
      fanotify_mark watch d=3 p=4
      connect connect d=0 p=1 f=2 address
      bind bind d=0 p=1 f=2 address
      sendto send d=0 p=4 f=5 address
      io_uring_setup unseen bare
      setns enter bare
      unshare enter bare
      """;

  private static final List<CallShape> SHAPES = parse();

  static final CallShape EXECVE = shape("execve");

  private final @Nullable CallShape[] byNumber;

  private TracedCalls(Map<Integer, CallShape> byNumber) {
    int last = 0;
    for (int number : byNumber.keySet()) {
      last = Math.max(last, number);
    }
    this.byNumber = new @Nullable CallShape[last + 1];
    for (Map.Entry<Integer, CallShape> call : byNumber.entrySet()) {
      this.byNumber[call.getKey()] = call.getValue();
    }
  }

  /** As 64-bit programs of this architecture number them. */
  public static TracedCalls of(Architecture architecture) {
    SyscallNames names = SyscallNames.of(architecture);
    Map<Integer, CallShape> calls = new HashMap<>();
    for (CallShape shape : SHAPES) {
      Integer number = names.number(shape.name());
      if (number != null) {
        calls.put(number, shape);
      }
    }
    return new TracedCalls(calls);
  }

  /** As 32-bit x86 programs number them; the register arguments are the same. */
  static TracedCalls i386() {
    Map<Integer, CallShape> calls = new HashMap<>();
    for (Map.Entry<Integer, String> call : I386Calls.names().entrySet()) {
      calls.put(call.getKey(), shape(call.getValue()));
    }
    return new TracedCalls(calls);
  }

  private static CallShape shape(String name) {
    for (CallShape shape : SHAPES) {
      if (shape.name().equals(name)) {
        return shape;
      }
    }
    throw new IllegalArgumentException("not a traced call: " + name);
  }

  @Nullable CallShape shape(int number) {
    return number >= 0 && number < byNumber.length ? byNumber[number] : null;
  }

  /** The names of all calls that are traced on some architecture. */
  public static Collection<String> names() {
    List<String> names = new ArrayList<>();
    for (CallShape shape : SHAPES) {
      names.add(shape.name());
    }
    return names;
  }

  private static List<CallShape> parse() {
    List<CallShape> shapes = new ArrayList<>();
    for (String line : TABLE.split("\n", -1)) {
      if (!line.isEmpty()) {
        shapes.add(parse(line.split(" ", -1)));
      }
    }
    return List.copyOf(shapes);
  }

  private static CallShape parse(String[] words) {
    Special special = Special.NONE;
    int[] at = {-1, -1, -1, -1, -1};
    for (int i = 2; i < words.length; i++) {
      int which = words[i].length() == 3 ? "dpDPf".indexOf(words[i].charAt(0)) : -1;
      if (which >= 0) {
        at[which] = words[i].charAt(2) - '0';
      } else {
        special = Special.valueOf(words[i].toUpperCase(Locale.ROOT));
      }
    }
    Access access = Access.valueOf(words[1].toUpperCase(Locale.ROOT));
    return new CallShape(words[0], access, at[0], at[1], at[2], at[3], at[4], special);
  }
}
