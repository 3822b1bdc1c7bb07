package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of a file's content, as 64 hexadecimal digits.
 *
 * <p>By the host's libcrypto where there is one: Brig runs without the JVM's second compiler, and
 * the JDK's own digest, which is fast by that compiler only, takes many times as long ({@code
 * bench/hash} prints both). Without libcrypto it is the JDK's, with the same answer.
 */
public final class Sha256 {
  /** SHA256_CTX of openssl/sha.h takes 112 bytes, the same in OpenSSL 1.1 and 3. */
  private static final int CONTEXT = 128;

  private static final int DIGEST = 32;
  private static final int CHUNK = 64 * 1024;
  private static final int EINTR = -Errno.EINTR.number();
  private static final String DIGITS = "0123456789abcdef";

  private Sha256() {}

  /** The three functions of openssl/sha.h; null where the host lacks the library. */
  private record Library(MemorySegment init, MemorySegment update, MemorySegment finish) {
    static final @Nullable Library FOUND = find("libcrypto.so.3");

    static @Nullable Library find(String name) {
      try {
        SymbolLookup symbols = SymbolLookup.libraryLookup(name, Arena.global());
        Optional<MemorySegment> init = symbols.find("SHA256_Init");
        Optional<MemorySegment> update = symbols.find("SHA256_Update");
        Optional<MemorySegment> finish = symbols.find("SHA256_Final");
        return init.isPresent() && update.isPresent() && finish.isPresent()
            ? new Library(init.get(), update.get(), finish.get())
            : null;
      } catch (IllegalArgumentException absent) {
        return null;
      }
    }
  }

  /** Loads the library, so that the first file need not wait for it. */
  public static void prepare() {
    of(new byte[0]);
  }

  public static String of(byte[] content) {
    Library library = Library.FOUND;
    if (library == null) {
      return hex(java().digest(content));
    }
    try (Scratch memory = Scratch.take()) {
      MemorySegment context = memory.bytes(CONTEXT);
      MemorySegment chunk = memory.bytes(Math.min(CHUNK, Math.max(1, content.length)));
      check(call(library.init(), context.address(), 0, 0));
      for (int at = 0; at < content.length; at += CHUNK) {
        int count = Math.min(CHUNK, content.length - at);
        MemorySegment.copy(content, at, chunk, ValueLayout.JAVA_BYTE, 0, count);
        check(call(library.update(), context.address(), chunk.address(), count));
      }
      return finish(library, memory, context);
    }
  }

  /** Of all that is in a file, from its beginning, wherever its position is. */
  public static String of(Fd file) throws LinuxException {
    return ofFirst(file, Long.MAX_VALUE);
  }

  /** The same of its first bytes: a file that somebody writes to for ever has an end so. */
  public static String ofFirst(Fd file, long most) throws LinuxException {
    Library library = Library.FOUND;
    return library == null ? ofByJava(file, most) : ofByLibrary(file, library, most);
  }

  private static String ofByLibrary(Fd file, Library library, long most) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment context = memory.bytes(CONTEXT);
      long chunk = memory.bytes(CHUNK).address();
      check(call(library.init(), context.address(), 0, 0));
      long position = 0;
      while (true) {
        long wanted = Math.min(CHUNK, most - position);
        long count = wanted == 0 ? 0 : Kernel.pread64(file.number(), chunk, wanted, position);
        if (count == EINTR) {
          continue;
        }
        if (LinuxException.check(count, "read", file.path()) == 0) {
          return finish(library, memory, context);
        }
        check(call(library.update(), context.address(), chunk, count));
        position += count;
      }
    }
  }

  static String ofByJava(Fd file, long most) throws LinuxException {
    MessageDigest digest = java();
    byte[] chunk = new byte[CHUNK];
    long position = 0;
    int count = file.read(0, chunk, 0, (int) Math.min(CHUNK, most));
    while (count > 0) {
      digest.update(chunk, 0, count);
      position += count;
      count = file.read(position, chunk, 0, (int) Math.min(CHUNK, most - position));
    }
    return hex(digest.digest());
  }

  private static MessageDigest java() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static int call(MemorySegment function, long a, long b, long c) {
    return Native.callInt(function, a, b, c, 0, 0, 0, 0);
  }

  /** All three answer 1. */
  private static void check(int answer) {
    if (answer != 1) {
      throw new IllegalStateException("libcrypto cannot compute a SHA-256");
    }
  }

  private static String finish(Library library, Scratch memory, MemorySegment context) {
    MemorySegment digest = memory.bytes(DIGEST);
    check(call(library.finish(), digest.address(), context.address(), 0));
    byte[] bytes = new byte[DIGEST];
    MemorySegment.copy(digest, ValueLayout.JAVA_BYTE, 0, bytes, 0, DIGEST);
    return hex(bytes);
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder(2 * bytes.length);
    for (byte b : bytes) {
      text.append(DIGITS.charAt(b >> 4 & 0xF)).append(DIGITS.charAt(b & 0xF));
    }
    return text.toString();
  }
}
