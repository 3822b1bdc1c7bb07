package brig.plan.loader;

import brig.elf.ElfFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a process has mapped, and the names by which the loader knows them again: every
 * name that they were asked for by, their sonames, their paths, and the files themselves.
 */
final class Namespace {
  /** A record's own methods are slow in a JVM that has just started. */
  private record Identity(long device, long inode) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Identity i && i.inode == inode && i.device == device;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(inode * 31 + device);
    }
  }

  private final @Nullable Namespace below;
  private final Search search;
  private final Mapped program;
  private final Map<String, Mapped> byName = new HashMap<>();
  private final Map<Identity, Mapped> byFile = new HashMap<>();
  private final Map<String, Answer> failures = new HashMap<>();
  private @Nullable Mapped interpreter;

  private Namespace(@Nullable Namespace below, Search search, Mapped program) {
    this.below = below;
    this.search = search;
    this.program = program;
    this.interpreter = below == null ? null : below.interpreter;
  }

  static Namespace of(Search search, Mapped program) {
    Namespace namespace = new Namespace(null, search, program);
    namespace.add(program);
    return namespace;
  }

  /** A process that has all of this one's objects and maps more, without changing this one. */
  Namespace over() {
    return new Namespace(this, search, program);
  }

  /** The loader is there before anything is looked for. */
  void setInterpreter(Mapped loader) {
    interpreter = loader;
    add(loader);
  }

  @Nullable Mapped interpreter() {
    return interpreter;
  }

  /** A name as it stands in a file, made into the name that is looked for. */
  String written(String name, Mapped asking) throws IOException {
    return name.indexOf('$') < 0 ? name : search.written(name, asking, program);
  }

  /** What is mapped for a name that an object asks for; null where the loader fails. */
  @Nullable Mapped load(String name, Mapped asking) throws IOException {
    if (interpreter != null && search.isItself(name)) {
      return interpreter;
    }
    Mapped known = known(name);
    if (known != null) {
      return known;
    }
    Answer answer = search.find(name, asking, program);
    DiskFile file = answer.file();
    ElfFile elf = file == null ? null : file.elf();
    if (file == null || elf == null) {
      failures.put(name, answer);
      return null;
    }
    return map(name, file, elf, asking, answer);
  }

  /** Maps a file that was found, or knows it again. */
  Mapped map(String name, DiskFile file, ElfFile elf, Mapped asking, Answer answer) {
    Mapped same = knownFile(new Identity(file.device(), file.inode()));
    if (same != null) {
      byName.putIfAbsent(name, same);
      return same;
    }
    Mapped mapped = new Mapped(name, file, elf, asking, answer);
    add(mapped);
    return mapped;
  }

  /** Why a name was not found. */
  Answer failure(String name) {
    return failures.getOrDefault(name, Answer.nowhere());
  }

  private void add(Mapped mapped) {
    byName.putIfAbsent(mapped.name(), mapped);
    byName.putIfAbsent(mapped.file().path(), mapped);
    String soname = mapped.dynamic().soname();
    if (soname != null) {
      byName.putIfAbsent(soname, mapped);
    }
    byFile.putIfAbsent(new Identity(mapped.file().device(), mapped.file().inode()), mapped);
  }

  private @Nullable Mapped known(String name) {
    Mapped mapped = below == null ? null : below.known(name);
    return mapped == null ? byName.get(name) : mapped;
  }

  private @Nullable Mapped knownFile(Identity identity) {
    Mapped mapped = below == null ? null : below.knownFile(identity);
    return mapped == null ? byFile.get(identity) : mapped;
  }

  /** What an object asks for, in the loader's order. */
  static List<String> wants(Mapped object) {
    if (object.dynamic().filters().isEmpty() && object.dynamic().auxiliaries().isEmpty()) {
      return object.dynamic().needed();
    }
    List<String> names = new ArrayList<>(object.dynamic().filters());
    names.addAll(object.dynamic().auxiliaries());
    names.addAll(object.dynamic().needed());
    return names;
  }
}
