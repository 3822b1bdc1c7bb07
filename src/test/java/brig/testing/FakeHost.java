package brig.testing;

import brig.elf.ByteSource;
import brig.plan.FileStat;
import brig.plan.Host;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A host made of files of a test. Links lead within it wherever they point. What it lacks it may
 * take from this machine; /dev is always this machine's, for a test cannot make devices.
 */
public final class FakeHost implements Host {
  private final Path root;
  private final HostTree own;
  private final HostTree machine = HostTree.ofThisMachine();
  private final boolean overThisMachine;

  private FakeHost(Path root, boolean overThisMachine) {
    this.root = root;
    this.own = new HostTree(root, machine.machine());
    this.overThisMachine = overThisMachine;
  }

  /** Nothing but accounts: root, www-data (33), nobody, and a person. */
  public static FakeHost bare(Path root) {
    FakeHost host = new FakeHost(root, false);
    host.file(
        "/etc/passwd",
        """
        root:x:0:0:root:/root:/bin/bash
        www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
        ann:x:1000:1000:Ann,,,:/home/ann:/bin/bash
        """);
    host.file("/etc/group", "root:x:0:\nwww-data:x:33:ann\nmail:x:8:\nann:x:1000:\n");
    host.file("/etc/shadow", "root:$y$secret:1::::::\n");
    return host;
  }

  /** This machine with some files put over it. */
  public static FakeHost overThisMachine(Path root) {
    return new FakeHost(root, true);
  }

  public FakeHost file(String path, String content) {
    own.file(path, content);
    return this;
  }

  public FakeHost program(String path, String content) {
    own.file(path, content.getBytes(StandardCharsets.ISO_8859_1));
    if (!root.resolve(path.substring(1)).toFile().setExecutable(true, false)) {
      throw new IllegalStateException(path);
    }
    return this;
  }

  public FakeHost link(String path, String target) {
    own.link(path, target);
    return this;
  }

  public FakeHost directory(String path) {
    try {
      Files.createDirectories(root.resolve(path.substring(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Where a file of this host really is. */
  public Path real(String path) {
    return root.resolve(path.substring(1));
  }

  private boolean isOwn(String path) throws IOException {
    return !path.startsWith("/dev/") && own.lstat(path) != null;
  }

  private HostTree holder(String path) throws IOException {
    if (path.equals("/dev") || path.startsWith("/dev/")) {
      return machine;
    }
    return isOwn(path) || !overThisMachine ? own : machine;
  }

  /** The path with every link before the last name followed; null when one leads nowhere. */
  private @Nullable String resolve(String path, boolean followLast, int links) throws IOException {
    String at = "";
    List<String> names = new ArrayList<>(List.of(path.split("/", -1)));
    names.removeIf(String::isEmpty);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.equals(".") || name.equals("..")) {
        FileStat stat = at.isEmpty() ? null : holder(at).lstat(at);
        if (stat != null && stat.type() != FileStat.Type.DIRECTORY) {
          return null;
        }
        at = name.equals(".") ? at : at.substring(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      String next = at + "/" + name;
      FileStat stat = holder(next).lstat(next);
      boolean last = i == names.size() - 1;
      if (stat != null && stat.type() == FileStat.Type.LINK && (!last || followLast)) {
        if (links > 40) {
          throw new IOException("ELOOP (Too many levels of symbolic links)");
        }
        String target = holder(next).readLink(next);
        String rest = String.join("/", names.subList(i + 1, names.size()));
        String to = (target.startsWith("/") ? target : at + "/" + target) + "/" + rest;
        return resolve(to, followLast, links + 1);
      }
      at = next;
    }
    return at.isEmpty() ? "/" : at;
  }

  private String existing(String path, boolean followLast) throws IOException {
    String real = resolve(path, followLast, 0);
    if (real == null) {
      throw new FileNotFoundException(path);
    }
    return real;
  }

  @Override
  public @Nullable FileStat lstat(String path) throws IOException {
    String real = resolve(path, false, 0);
    FileStat stat = real == null ? null : holder(real).lstat(real);
    return stat == null ? null : withNumbers(stat);
  }

  /** The JDK gives a device's numbers as makedev(3) mixes them. */
  private static FileStat withNumbers(FileStat stat) {
    long mixed = stat.special();
    long major = (mixed >> 8 & 0xFFF) | (mixed >> 32 & ~0xFFFL);
    long minor = (mixed & 0xFF) | (mixed >> 12 & ~0xFFL);
    return new FileStat(
        stat.type(),
        stat.mode(),
        stat.uid(),
        stat.gid(),
        stat.size(),
        stat.device(),
        stat.inode(),
        stat.links(),
        major << 32 | minor,
        stat.modifiedNanos(),
        stat.changedNanos());
  }

  @Override
  public String readLink(String path) throws IOException {
    String real = existing(path, false);
    return holder(real).readLink(real);
  }

  @Override
  public List<String> list(String path) throws IOException {
    String real = existing(path, true);
    TreeSet<String> names = new TreeSet<>();
    if (isOwn(real)) {
      names.addAll(own.list(real));
    }
    if (overThisMachine || real.startsWith("/dev")) {
      FileStat stat = machine.lstat(real);
      if (stat != null && stat.type() == FileStat.Type.DIRECTORY) {
        names.addAll(machine.list(real));
      }
    }
    return List.copyOf(names);
  }

  @Override
  public ByteSource open(String path) throws IOException {
    String real = existing(path, true);
    return holder(real).open(real);
  }

  @Override
  public String machine() {
    return machine.machine();
  }
}
