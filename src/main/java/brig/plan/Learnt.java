package brig.plan;

import brig.elf.AbiTag;
import brig.elf.DlopenRequest;
import brig.elf.Dynamic;
import brig.elf.ElfException;
import brig.elf.ElfFile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan learnt from a path beyond its stat, brought to one number: when a file changed and
 * the same would be learnt from it, the plan would come out the same. 64 bits without a secret are
 * enough: who can write to a file of the host can as well write into it what the plan reads.
 */
final class Learnt {
  /** What it is, by its first bytes. */
  static final int HEAD = 1;

  /** What the loader reads of it. */
  static final int ELF = 2;

  /** All of its content. */
  static final int TEXT = 4;

  /** The names in a directory. */
  static final int NAMES = 8;

  /** Where a link points. */
  static final int TARGET = 16;

  /** Bytes here and there: nothing is known of a change. */
  static final int BYTES = 32;

  private static final long SEED = 0x627269676C726E74L;

  private Learnt() {}

  /** What would be learnt from a path now; the parts in any order come to the same. */
  static long of(Host host, String path, int kinds) throws IOException {
    long print = 0;
    if ((kinds & HEAD) != 0) {
      print ^= head(host.head(path));
    }
    if ((kinds & ELF) != 0) {
      print ^= elf(host, path);
    }
    if ((kinds & TEXT) != 0) {
      print ^= text(host.read(path));
    }
    if ((kinds & NAMES) != 0) {
      print ^= names(host.list(path));
    }
    if ((kinds & TARGET) != 0) {
      print ^= target(host.readLink(path));
    }
    return print;
  }

  /** An ELF file's identity, a script's first line; all else is one, private keys excepted. */
  static long head(byte[] head) {
    long print = mix(SEED, HEAD);
    if (FileLook.isElf(head)) {
      return bytes(mix(print, 1), head, head.length);
    }
    if (FileLook.isScript(head)) {
      int end = 0;
      while (end < head.length && head[end] != '\n') {
        end++;
      }
      return bytes(mix(print, 2), head, end);
    }
    return mix(print, FileLook.isPrivateKey(head) ? 3 : 4);
  }

  private static long elf(Host host, String path) throws IOException {
    try {
      return elf(host.elf(path), null);
    } catch (ElfException e) {
      return elf(null, e);
    }
  }

  static long elf(@Nullable ElfFile file, @Nullable ElfException failure) {
    long print = mix(SEED, ELF);
    if (failure != null) {
      return text(print, String.valueOf(failure.getMessage()));
    }
    if (file == null) {
      return print;
    }
    print = mix(print, (file.wide() ? 1 : 0) | (file.bigEndian() ? 2 : 0));
    print = mix(print, (long) file.machine() << 32 | file.type());
    print = text(print, file.interpreter());
    print = dynamic(print, file.dynamic());
    AbiTag tag = file.abiTag();
    if (tag != null) {
      print = mix(mix(print, (long) tag.system() << 32 | tag.major()), tag.minor());
      print = mix(print, tag.patch());
    }
    for (DlopenRequest request : file.dlopen()) {
      print = texts(print, request.sonames());
      print = text(text(print, request.feature()), request.priority());
      print = text(print, request.description());
    }
    return print;
  }

  private static long dynamic(long seed, @Nullable Dynamic dynamic) {
    if (dynamic == null) {
      return mix(seed, 0);
    }
    long print = texts(text(seed, dynamic.soname()), dynamic.needed());
    print = texts(texts(print, dynamic.filters()), dynamic.auxiliaries());
    print = text(text(print, dynamic.rpath()), dynamic.runpath());
    return mix(mix(print, dynamic.flags()), dynamic.flags1());
  }

  static long text(byte[] content) {
    return bytes(mix(SEED, TEXT), content, content.length);
  }

  static long names(List<String> names) {
    return texts(mix(SEED, NAMES), names);
  }

  static long target(String target) {
    return text(mix(SEED, TARGET), target);
  }

  private static long texts(long seed, List<String> texts) {
    long print = mix(seed, texts.size());
    for (String text : texts) {
      print = text(print, text);
    }
    return print;
  }

  private static long text(long seed, @Nullable String text) {
    if (text == null) {
      return mix(seed, -1);
    }
    long print = mix(seed, text.length());
    for (int i = 0; i < text.length(); i++) {
      print = print * 0x100000001B3L ^ text.charAt(i);
    }
    return mix(print, 0);
  }

  private static long bytes(long seed, byte[] bytes, int length) {
    long print = mix(seed, length);
    for (int i = 0; i < length; i++) {
      print = print * 0x100000001B3L ^ (bytes[i] & 0xFF);
    }
    return mix(print, 0);
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long seed, long value) {
    long z = seed * 0x9E3779B97F4A7C15L + value + 1;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
