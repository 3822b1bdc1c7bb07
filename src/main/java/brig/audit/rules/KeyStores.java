package brig.audit.rules;

import brig.audit.Severity;
import org.jspecify.annotations.Nullable;

/** Binary files that hold keys: Java's key stores, PKCS #12, Kerberos. */
final class KeyStores {
  private static final int JKS = 0xFEEDFEED;
  private static final int JCEKS = 0xCECECECE;
  private static final int PRIVATE_KEY = 1;
  private static final int CERTIFICATE = 2;

  /** pkcs8ShroudedKeyBag and, but for the last byte, keyBag: RFC 7292, appendix D. */
  private static final byte[] KEY_BAG = {
    0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01
  };

  private KeyStores() {}

  static SecretKinds.@Nullable Kind of(String name, byte[] head) {
    int magic = word(head, 0);
    if ((magic == JKS || magic == JCEKS) && holdsKey(head)) {
      return new SecretKinds.Kind("a private key (Java key store)", Severity.MEDIUM);
    }
    if (isPkcs12(head) && (find(head, 1) || find(head, 2))) {
      return new SecretKinds.Kind("a private key (PKCS #12)", Severity.MEDIUM);
    }
    if (name.endsWith(".keytab") && head.length > 2 && head[0] == 5 && head[1] <= 2) {
      return new SecretKinds.Kind("Kerberos keys (keytab)", Severity.HIGH);
    }
    return null;
  }

  private static int word(byte[] b, int at) {
    return at < 0 || at + 4 > b.length
        ? 0
        : b[at] << 24 | (b[at + 1] & 0xFF) << 16 | (b[at + 2] & 0xFF) << 8 | (b[at + 3] & 0xFF);
  }

  private static int half(byte[] b, int at) {
    return word(b, at) >>> 16;
  }

  /** Entries are read until one is a key: stores of authorities hold certificates only. */
  private static boolean holdsKey(byte[] b) {
    int version = word(b, 4);
    int count = word(b, 8);
    int at = 12;
    for (int i = 0; i < count && at > 0 && at + 4 <= b.length; i++) {
      int tag = word(b, at);
      if (tag == PRIVATE_KEY || tag != CERTIFICATE) {
        return true;
      }
      at += 4;
      at += 2 + half(b, at) + 8; // alias, time
      at += version == 2 ? 2 + half(b, at) : 0; // kind of certificate
      at += 4 + Math.max(0, word(b, at));
    }
    return false;
  }

  /** A DER sequence that begins with version 3. */
  private static boolean isPkcs12(byte[] b) {
    if (b.length < 32 || b[0] != 0x30) {
      return false;
    }
    int length = b[1] & 0xFF;
    int at = length < 0x80 ? 2 : 2 + (length & 0x7F);
    return at + 3 <= b.length && b[at] == 2 && b[at + 1] == 1 && b[at + 2] == 3;
  }

  private static boolean find(byte[] b, int last) {
    for (int i = 0; i + KEY_BAG.length < b.length; i++) {
      int k = 0;
      while (k < KEY_BAG.length && b[i + k] == KEY_BAG[k]) {
        k++;
      }
      if (k == KEY_BAG.length && b[i + k] == last) {
        return true;
      }
    }
    return false;
  }
}
