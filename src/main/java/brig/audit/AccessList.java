package brig.audit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A POSIX access control list: acl(5), as linux/posix_acl_xattr.h stores it. */
public final class AccessList {
  static final String ATTRIBUTE = "system.posix_acl_access";
  private static final int VERSION = 2;
  private static final int USER = 0x02;
  private static final int GROUP_OBJ = 0x04;
  private static final int GROUP = 0x08;
  private static final int MASK = 0x10;

  private record Line(int tag, int rights, int id) {}

  private final List<Line> lines;

  private AccessList(List<Line> lines) {
    this.lines = lines;
  }

  /** Null when the bytes are not one. */
  static @Nullable AccessList read(byte[] bytes) {
    if (bytes.length < 4 || number(bytes, 0, 4) != VERSION || (bytes.length - 4) % 8 != 0) {
      return null;
    }
    List<Line> lines = new ArrayList<>();
    for (int at = 4; at < bytes.length; at += 8) {
      lines.add(new Line(number(bytes, at, 2), number(bytes, at + 2, 2), number(bytes, at + 4, 4)));
    }
    return new AccessList(lines);
  }

  private static int number(byte[] bytes, int at, int size) {
    int value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (bytes[at + i] & 0xFF);
    }
    return value;
  }

  /** The check of acl(5), "ACCESS CHECK ALGORITHM", for who is not the owner. */
  boolean grants(int right, Service who, int owningGroup, int others) {
    int mask = 7;
    for (Line line : lines) {
      mask = line.tag == MASK ? line.rights : mask;
    }
    for (Line line : lines) {
      if (line.tag == USER && line.id == who.uid()) {
        return (line.rights & mask & right) != 0;
      }
    }
    boolean member = false;
    for (Line line : lines) {
      boolean mine =
          (line.tag == GROUP_OBJ && who.isIn(owningGroup))
              || (line.tag == GROUP && who.isIn(line.id));
      member |= mine;
      if (mine && (line.rights & mask & right) != 0) {
        return true;
      }
    }
    return !member && (others & right) != 0;
  }
}
