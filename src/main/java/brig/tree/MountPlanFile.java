package brig.tree;

import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.plan.FileStat;
import brig.report.BrigException;
import brig.report.Problem;
import brig.tree.MountPlan.Mount;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link MountPlan} as it is kept beside a generation, so that a start needs no plan. */
public final class MountPlanFile {
  private static final long MAGIC = 0x62_72_69_67_6d_6e_74_31L; // brigmnt1
  private static final int DIRECTORY = 'd';
  private static final int LINK = 'l';
  private static final int FILE = 'f';
  private static final int DEVICE = 'n';
  private static final int FIFO = 'p';
  private static final int POINT = 'm';
  private static final int MOST = 1 << 24;

  private MountPlanFile() {}

  /** Of a generation; null when it is one of a jail that is copied. */
  public static @Nullable MountPlan read(String generation) throws IOException, BrigException {
    byte[] bytes = HostFiles.readOrNull(generation + "/" + MountPlan.FILE);
    if (bytes == null) {
      return null;
    }
    try {
      return decode(bytes);
    } catch (IOException | IllegalArgumentException e) {
      throw BrigException.refused(
          Problem.of("cannot make sense of " + generation + "/" + MountPlan.FILE)
              .remedy("It is not what Brig writes. Build the jail again: brig build --again."));
    }
  }

  static byte[] encode(MountPlan plan) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(MAGIC);
    out.writeInt(plan.made().size());
    for (Change change : plan.made()) {
      write(change, out);
    }
    out.writeInt(plan.mounts().size());
    for (Mount mount : plan.mounts()) {
      out.writeBoolean(mount.directory());
      out.writeLong(mount.device());
      out.writeLong(mount.inode());
      write(mount.path(), out);
      write(mount.source(), out);
    }
    return bytes.toByteArray();
  }

  // Not a switch over the types: that would be linked at run time, at every build.
  private static void write(Change change, DataOutputStream out) throws IOException {
    if (change instanceof Change.MakeDirectory d) {
      head(DIRECTORY, d.path(), d.mode(), d.uid(), d.gid(), out);
    } else if (change instanceof Change.MakeLink l) {
      head(LINK, l.path(), 0777, 0, 0, out);
      write(l.target(), out);
    } else if (change instanceof Change.WriteFile w) {
      head(FILE, w.path(), w.mode(), w.uid(), w.gid(), out);
      write(w.content(), out);
    } else if (change instanceof Change.MakeDevice d) {
      head(DEVICE, d.path(), d.mode(), d.major(), d.minor(), out);
      out.writeBoolean(d.block());
    } else if (change instanceof Change.MakeFifo f) {
      head(FIFO, f.path(), f.mode(), f.uid(), f.gid(), out);
    } else if (change instanceof Change.MakeMountPoint m) {
      head(POINT, m.path(), 0, 0, 0, out);
      out.writeBoolean(m.directory());
    } else {
      throw new IllegalArgumentException("is copied, or mounted: " + change.path());
    }
  }

  private static void head(int kind, String path, int mode, int a, int b, DataOutputStream out)
      throws IOException {
    out.writeByte(kind);
    write(path, out);
    out.writeInt(mode);
    out.writeInt(a);
    out.writeInt(b);
  }

  private static void write(String text, DataOutputStream out) throws IOException {
    write(FileNames.encode(text), out);
  }

  private static void write(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static MountPlan decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readLong() != MAGIC) {
      throw new IOException("not a plan of mounts");
    }
    int changes = count(in);
    List<Change> made = new ArrayList<>(Math.min(changes, bytes.length));
    for (int i = 0; i < changes; i++) {
      made.add(change(in));
    }
    int count = count(in);
    List<Mount> mounts = new ArrayList<>(Math.min(count, bytes.length));
    for (int i = 0; i < count; i++) {
      boolean directory = in.readBoolean();
      long device = in.readLong();
      long inode = in.readLong();
      mounts.add(new Mount(path(in), path(in), device, inode, directory));
    }
    if (in.read() >= 0) {
      throw new IOException("something follows its end");
    }
    return new MountPlan(made, mounts);
  }

  private static Change change(DataInputStream in) throws IOException {
    int kind = in.readByte();
    String path = path(in);
    int mode = in.readInt();
    int a = in.readInt();
    int b = in.readInt();
    return switch (kind) {
      case DIRECTORY -> new Change.MakeDirectory(path, mode, a, b);
      case LINK -> new Change.MakeLink(path, text(in));
      case FILE -> new Change.WriteFile(path, bytes(in), mode, a, b);
      case DEVICE -> new Change.MakeDevice(path, in.readBoolean(), a, b, mode);
      case FIFO -> new Change.MakeFifo(path, fifo(mode, a, b), mode, a, b);
      case POINT -> new Change.MakeMountPoint(path, in.readBoolean());
      default -> throw new IOException("kind " + kind + " is not known");
    };
  }

  private static FileStat fifo(int mode, int uid, int gid) {
    return new FileStat(FileStat.Type.FIFO, mode, uid, gid, 0, 0, 0, 1, 0, 0, 0);
  }

  private static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MOST) {
      throw new IOException("a count is out of range");
    }
    return count;
  }

  private static String path(DataInputStream in) throws IOException {
    String path = text(in);
    if (!ManifestEntry.isNormal(path)) {
      throw new IOException("not an absolute, normal path: " + path);
    }
    return path;
  }

  private static String text(DataInputStream in) throws IOException {
    return FileNames.decode(bytes(in));
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    int length = count(in);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new IOException("it ends too early");
    }
    return bytes;
  }
}
