package brig.audit.rules;

import brig.audit.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Private keys in the textual forms of RFC 7468, OpenSSH, OpenPGP and PuTTY. The line that a key
 * begins with must be followed by one: programs and documents hold the line alone.
 */
final class PemKeys {
  private static final String BEGIN = "-----BEGIN ";

  /** The shortest keys in use are 64 characters of base64 on one line. */
  private static final int LINE_AT_LEAST = 40;

  private static final int HEADERS = 20;

  /** OpenSSH's own form, base64 of its beginning, where the key is not encrypted (PROTOCOL.key). */
  private static final String PLAIN_OPENSSH = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";

  private PemKeys() {}

  static SecretKinds.@Nullable Kind of(String name, String text) {
    if (text.startsWith("PuTTY-User-Key-File-")) {
      return text.contains("\nEncryption: none")
          ? new SecretKinds.Kind("a private key (PuTTY)", Severity.HIGH)
          : new SecretKinds.Kind("an encrypted private key (PuTTY)", Severity.MEDIUM);
    }
    for (int at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at + 1)) {
      int end = text.indexOf("-----", at + BEGIN.length());
      if (end < 0) {
        return null;
      }
      String label = text.substring(at + BEGIN.length(), end);
      boolean atLineStart = at == 0 || "\n\"'".indexOf(text.charAt(at - 1)) >= 0;
      if (atLineStart && isPrivate(label) && isFollowedByAKey(text, end + 5)) {
        return kind(name, label, text.substring(end + 5, Math.min(text.length(), end + 300)));
      }
    }
    return null;
  }

  private static boolean isPrivate(String label) {
    return label.endsWith("PRIVATE KEY") || label.equals("PGP PRIVATE KEY BLOCK");
  }

  /** Headers and a blank line may come first; in JSON a line ends in a backslash and an n. */
  private static boolean isFollowedByAKey(String text, int from) {
    String after = text.substring(from, Math.min(text.length(), from + 2000));
    for (String line : after.replace("\\r", "").replace("\\n", "\n").split("\n", HEADERS)) {
      String content = line.strip();
      if (!content.isEmpty() && content.indexOf(": ") < 0) {
        return startsWithBase64(content);
      }
    }
    return false;
  }

  private static boolean startsWithBase64(String line) {
    int count = 0;
    while (count < line.length() && isBase64(line.charAt(count))) {
      count++;
    }
    return count >= LINE_AT_LEAST;
  }

  private static boolean isBase64(char c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || c == '+' || c == '/' || c == '=');
  }

  private static SecretKinds.Kind kind(String name, String label, String after) {
    boolean openSsh = label.startsWith("OPENSSH");
    boolean encrypted =
        label.startsWith("ENCRYPTED")
            || after.contains("Proc-Type: 4,ENCRYPTED")
            || (openSsh && !after.contains(PLAIN_OPENSSH));
    String what =
        name.startsWith("ssh_host_")
            ? "private key of this host for SSH"
            : "private key (" + label + ")";
    return encrypted
        ? new SecretKinds.Kind("an encrypted " + what, Severity.MEDIUM)
        : new SecretKinds.Kind("a " + what, Severity.HIGH);
  }
}
