package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * crypt_r(3) of the host's libcrypt, for the kinds of hashes that it alone computes: yescrypt, what
 * Debian and Fedora keep passwords as. The library is found at the first use, which must come
 * before a process goes into a jail.
 */
public final class Crypt {
  /** libxcrypt's: with the old interface of glibc, without it, and for musl's own none. */
  private static final String[] LIBRARIES = {"libcrypt.so.1", "libcrypt.so.2"};

  /** struct crypt_data: 32,768 bytes in libxcrypt, 131,232 in glibc before 2.38. */
  private static final int DATA_SIZE = 256 * 1024;

  private static final int LONGEST = 512; // CRYPT_OUTPUT_SIZE is 384

  /** The least cost, so that it is known in a moment. */
  private static final String TRIAL = "$y$j75$brig$";

  private static final Optional<MemorySegment> CRYPT_R = find();
  private static final boolean KNOWS_YESCRYPT = tried();

  private Crypt() {}

  private static Optional<MemorySegment> find() {
    for (String library : LIBRARIES) {
      try {
        Optional<MemorySegment> found =
            SymbolLookup.libraryLookup(library, Arena.global()).find("crypt_r");
        if (found.isPresent()) {
          return found;
        }
      } catch (IllegalArgumentException e) {
        // this host has not that one
      }
    }
    return Optional.empty();
  }

  private static boolean tried() {
    String hash = hash("brig", TRIAL);
    return hash != null && hash.startsWith(TRIAL) && hash.length() > TRIAL.length();
  }

  /** Whether this host's library computes yescrypt. */
  public static boolean knowsYescrypt() {
    return KNOWS_YESCRYPT;
  }

  /**
   * The hash of a password; takes as long as the setting says.
   *
   * @param setting the kind, its cost and the salt; a whole hash will do
   * @return null when the library does not know the kind, or is not there
   */
  public static @Nullable String hash(String password, String setting) {
    if (CRYPT_R.isEmpty() || password.indexOf('\0') >= 0 || setting.indexOf('\0') >= 0) {
      return null;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment phrase = arena.allocateFrom(password, StandardCharsets.UTF_8);
      MemorySegment data = arena.allocate(DATA_SIZE, 16);
      MemorySegment kind = arena.allocateFrom(setting, StandardCharsets.UTF_8);
      long result =
          Native.callWord(CRYPT_R.get(), phrase.address(), kind.address(), data.address());
      String hash =
          result == 0
              ? "*0"
              : MemorySegment.ofAddress(result)
                  .reinterpret(LONGEST)
                  .getString(0, StandardCharsets.ISO_8859_1);
      phrase.fill((byte) 0);
      data.fill((byte) 0);
      // A failure token of crypt(3): no hash begins like that.
      return hash.startsWith("*") ? null : hash;
    }
  }
}
