package brig.web.auth;

import brig.linux.Crypt;
import brig.spec.Quantities;
import org.jspecify.annotations.Nullable;

/** Reads what stands in a password's place, and says what is wrong with it. */
final class HashText {
  private static final int MOST_BCRYPT_COST = 15;
  private static final int MOST_SHA_ROUNDS = 1_000_000;

  /** The worker's heap is small, and one such computation needs this much of it. */
  private static final int MOST_ARGON_KIB = 12 * 1024;

  /** Outside of Java's heap; Debian's own passwords need half of it. */
  private static final long MOST_YESCRYPT_BYTES = 32 << 20;

  private static final String CRYPT_DIGITS =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private static final String ADVICE =
      " Write a new one with htpasswd -B, which makes a hash of bcrypt.";

  private HashText() {}

  /** A hash, or why it is none. */
  record Read(@Nullable PasswordHash hash, @Nullable String wrong) {
    static Read hash(PasswordHash hash) {
      return new Read(hash, null);
    }

    static Read wrong(String why) {
      return new Read(null, why);
    }
  }

  static Read read(String text) {
    if (text.startsWith("$2y$") || text.startsWith("$2b$") || text.startsWith("$2a$")) {
      return bcrypt(text);
    }
    if (text.startsWith("$argon2id$")
        || text.startsWith("$argon2i$")
        || text.startsWith("$argon2d$")) {
      return argon2(text);
    }
    if (text.startsWith("$5$") || text.startsWith("$6$")) {
      return sha2(text);
    }
    if (text.startsWith("$y$")) {
      return yescrypt(text);
    }
    if (text.startsWith("$apr1$")) {
      String[] parts = text.split("\\$", -1);
      boolean whole = parts.length == 4 && isCrypt(parts[2], 1, 8) && isCrypt(parts[3], 22, 22);
      return whole ? Read.hash(new PasswordHash.Apr1(text)) : Read.wrong("it is cut off.");
    }
    return Read.wrong(unknown(text));
  }

  private static String unknown(String text) {
    if (text.startsWith("$gy$") || text.startsWith("$7$")) {
      return "scrypt and gost-yescrypt are not read here." + ADVICE;
    }
    if (text.startsWith("{SHA}")) {
      return "SHA-1 without salt is found out in no time." + ADVICE;
    }
    if (text.startsWith("$1$")) {
      return "MD5 of crypt(3) is not read here." + ADVICE;
    }
    if (text.isEmpty() || text.startsWith("!") || text.startsWith("*")) {
      return "it is locked: nobody has this password. Take the line out.";
    }
    if (isCrypt(text, 13, 13)) {
      return "DES of crypt(3) looks at eight characters only." + ADVICE;
    }
    return "it is no hash of a kind that is read here." + ADVICE;
  }

  // $2y$CC$ and 53 characters: 22 of salt, 31 of hash
  private static Read bcrypt(String text) {
    boolean whole =
        text.length() == 60 && text.charAt(6) == '$' && isCrypt(text.substring(7), 53, 53);
    long cost = whole ? Quantities.digits(text.substring(4, 6)) : -1;
    if (cost < 4) {
      return Read.wrong("it is cut off." + ADVICE);
    }
    return cost > MOST_BCRYPT_COST
        ? Read.wrong("its cost is over " + MOST_BCRYPT_COST + ", seconds for each visitor.")
        : Read.hash(new PasswordHash.Bcrypt(text));
  }

  // $6$[rounds=N$]SALT$HASH
  private static Read sha2(String text) {
    String[] parts = text.split("\\$", -1);
    boolean rounds = parts.length == 5 && parts[2].startsWith("rounds=");
    int hash = text.startsWith("$6$") ? 86 : 43;
    boolean whole =
        parts.length == (rounds ? 5 : 4)
            && isCrypt(parts[parts.length - 2], 1, 16)
            && isCrypt(parts[parts.length - 1], hash, hash);
    long count = rounds ? Quantities.digits(parts[2].substring("rounds=".length())) : 5000;
    if (!whole || count < 1000) {
      return Read.wrong("it is cut off." + ADVICE);
    }
    return count > MOST_SHA_ROUNDS
        ? Read.wrong("it has over " + MOST_SHA_ROUNDS + " rounds, seconds for each visitor.")
        : Read.hash(new PasswordHash.Sha2(text));
  }

  // $y$jNr$SALT$HASH of crypt(5): N and r of scrypt, one character each
  private static Read yescrypt(String text) {
    String[] parts = text.split("\\$", -1);
    boolean whole =
        parts.length == 5
            && parts[2].length() == 3
            && parts[2].charAt(0) == 'j'
            && isCrypt(parts[2], 3, 3)
            && isCrypt(parts[3], 1, 86)
            && isCrypt(parts[4], 43, 43);
    if (!whole) {
      return Read.wrong("it is cut off, or has parameters that mkpasswd does not write." + ADVICE);
    }
    int log2 = CRYPT_DIGITS.indexOf(parts[2].charAt(1)) + 1;
    int blocks = CRYPT_DIGITS.indexOf(parts[2].charAt(2)) + 1;
    if (log2 > 30 || ((128L * blocks) << log2) > MOST_YESCRYPT_BYTES) {
      return Read.wrong("it needs over " + (MOST_YESCRYPT_BYTES >> 20) + " MiB for each visitor.");
    }
    return Crypt.knowsYescrypt()
        ? Read.hash(new PasswordHash.Yescrypt(text))
        : Read.wrong("this host's libcrypt does not compute yescrypt." + ADVICE);
  }

  // $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH
  private static Read argon2(String text) {
    String[] parts = text.split("\\$", -1);
    String[] cost = parts.length == 6 ? parts[3].split(",", -1) : new String[0];
    boolean whole =
        cost.length == 3
            && parts[2].equals("v=19")
            && cost[0].startsWith("m=")
            && cost[1].startsWith("t=")
            && cost[2].startsWith("p=")
            && isBase64(parts[4])
            && isBase64(parts[5]);
    long memory = whole ? Quantities.digits(cost[0].substring(2)) : -1;
    long passes = whole ? Quantities.digits(cost[1].substring(2)) : -1;
    long lanes = whole ? Quantities.digits(cost[2].substring(2)) : -1;
    if (memory < 8 || passes < 1 || lanes < 1 || lanes > 16) {
      return Read.wrong("it is cut off, or of another version than 19.");
    }
    return memory > MOST_ARGON_KIB || passes > 20
        ? Read.wrong("it needs over " + MOST_ARGON_KIB / 1024 + " MiB, or 20 passes.")
        : Read.hash(new PasswordHash.Argon2(text));
  }

  private static boolean isBase64(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isCryptCharacter(text.charAt(i)) && text.charAt(i) != '+') {
        return false;
      }
    }
    return text.length() >= 8 && text.length() <= 128;
  }

  private static boolean isCrypt(String text, int least, int most) {
    for (int i = 0; i < text.length(); i++) {
      if (!isCryptCharacter(text.charAt(i))) {
        return false;
      }
    }
    return text.length() >= least && text.length() <= most;
  }

  private static boolean isCryptCharacter(char c) {
    return CRYPT_DIGITS.indexOf(c) >= 0;
  }
}
