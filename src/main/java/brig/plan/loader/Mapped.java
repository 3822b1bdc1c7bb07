package brig.plan.loader;

import brig.elf.Dynamic;
import brig.elf.ElfFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file in a process's list of mapped objects. Compared by identity. */
final class Mapped {
  private static final Dynamic NONE =
      new Dynamic(null, List.of(), List.of(), List.of(), null, null, 0, 0);

  private final String name;
  private final DiskFile file;
  private final ElfFile elf;
  private final @Nullable Mapped loader;
  private final Answer answer;

  /**
   * @param name the name that it was first asked for
   * @param elf what {@code file} holds
   * @param loader the object that first asked for it: its DT_RPATH counts; null for the program
   */
  Mapped(String name, DiskFile file, ElfFile elf, @Nullable Mapped loader, Answer answer) {
    this.name = name;
    this.file = file;
    this.elf = elf;
    this.loader = loader;
    this.answer = answer;
  }

  String name() {
    return name;
  }

  DiskFile file() {
    return file;
  }

  ElfFile elf() {
    return elf;
  }

  @Nullable Mapped loader() {
    return loader;
  }

  String reason() {
    return answer.reason();
  }

  List<String> variants() {
    return answer.variants();
  }

  Dynamic dynamic() {
    Dynamic dynamic = elf.dynamic();
    return dynamic == null ? NONE : dynamic;
  }

  boolean is(int machine, boolean wide) {
    return elf.machine() == machine && elf.wide() == wide;
  }
}
