package brig.web.auth;

import brig.linux.Crypt;
import com.password4j.Argon2Function;
import com.password4j.BcryptFunction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.apache.commons.codec.digest.Md5Crypt;
import org.apache.commons.codec.digest.Sha2Crypt;

/** What a file keeps in a password's place. All comparisons take the same time for any answer. */
sealed interface PasswordHash {
  /** Whether it is this password's. */
  boolean fits(String password);

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code $2y$}, {@code $2b$}, {@code $2a$}: htpasswd -B. */
  record Bcrypt(String hash) implements PasswordHash {
    @Override
    public boolean fits(String password) {
      return BcryptFunction.getInstanceFromHash(hash).check(password, hash);
    }
  }

  /** {@code $argon2id$} and its relatives. */
  record Argon2(String hash) implements PasswordHash {
    @Override
    public boolean fits(String password) {
      return Argon2Function.getInstanceFromHash(hash).check(password, hash);
    }
  }

  /** {@code $5$} and {@code $6$}: htpasswd -2, htpasswd -5, mkpasswd. */
  record Sha2(String hash) implements PasswordHash {
    @Override
    public boolean fits(String password) {
      byte[] bytes = password.getBytes(StandardCharsets.UTF_8); // wiped by either call
      return same(
          hash,
          hash.startsWith("$6$")
              ? Sha2Crypt.sha512Crypt(bytes, hash)
              : Sha2Crypt.sha256Crypt(bytes, hash));
    }
  }

  /** {@code $y$}: mkpasswd, chpasswd and passwd of Debian and Fedora. */
  record Yescrypt(String hash) implements PasswordHash {
    @Override
    public boolean fits(String password) {
      String computed = Crypt.hash(password, hash);
      return computed != null && same(hash, computed);
    }
  }

  /** {@code $apr1$}, htpasswd -m: a thousand rounds of MD5. Old files have them. */
  record Apr1(String hash) implements PasswordHash {
    @Override
    public boolean fits(String password) {
      return same(hash, Md5Crypt.apr1Crypt(password.getBytes(StandardCharsets.UTF_8), hash));
    }
  }

  /**
   * What htdigest writes: a digest of {@code user:realm:password}, of MD5 or SHA-256 (RFC 7616).
   */
  record Digest(String user, String realm, String hash) implements PasswordHash {
    @Override
    public boolean fits(String password) {
      String algorithm = hash.length() == 32 ? "MD5" : "SHA-256";
      byte[] text = (user + ":" + realm + ":" + password).getBytes(StandardCharsets.UTF_8);
      try {
        byte[] digest = MessageDigest.getInstance(algorithm).digest(text);
        return same(hash.toLowerCase(Locale.ROOT), java.util.HexFormat.of().formatHex(digest));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
