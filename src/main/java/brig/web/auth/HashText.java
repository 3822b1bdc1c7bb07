package brig.web.auth;

import org.jspecify.annotations.Nullable;

/** Reads what stands in a password's place, and says what is wrong with it. */
final class HashText {
  private static final int MOST_BCRYPT_COST = 15;
  private static final int MOST_SHA_ROUNDS = 1_000_000;

  /** The worker's heap is small, and one such computation needs this much of it. */
  private static final int MOST_ARGON_KIB = 12 * 1024;

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
    if (text.startsWith("$apr1$")) {
      String[] parts = text.split("\\$", -1);
      boolean whole = parts.length == 4 && isCrypt(parts[2], 1, 8) && isCrypt(parts[3], 22, 22);
      return whole ? Read.hash(new PasswordHash.Apr1(text)) : Read.wrong("it is cut off.");
    }
    return Read.wrong(unknown(text));
  }

  private static String unknown(String text) {
    if (text.startsWith("$y$") || text.startsWith("$gy$") || text.startsWith("$7$")) {
      return "yescrypt and scrypt are not read here." + ADVICE;
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
    int cost = whole ? number(text.substring(4, 6)) : -1;
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
    int count = rounds ? number(parts[2].substring("rounds=".length())) : 5000;
    if (!whole || count < 1000) {
      return Read.wrong("it is cut off." + ADVICE);
    }
    return count > MOST_SHA_ROUNDS
        ? Read.wrong("it has over " + MOST_SHA_ROUNDS + " rounds, seconds for each visitor.")
        : Read.hash(new PasswordHash.Sha2(text));
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
    int memory = whole ? number(cost[0].substring(2)) : -1;
    int passes = whole ? number(cost[1].substring(2)) : -1;
    int lanes = whole ? number(cost[2].substring(2)) : -1;
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
    return c == '.'
        || c == '/'
        || (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z');
  }

  private static int number(String text) {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || number > 100_000_000) {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return text.isEmpty() ? -1 : number;
  }
}
