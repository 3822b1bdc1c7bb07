package brig.audit.rules;

import brig.audit.Severity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What kind of secret a file is, by its first bytes and, where those do not suffice, its name. */
final class SecretKinds {
  /** What it is, with its article. */
  record Kind(String what, Severity severity) {}

  /**
   * A secret in text.
   *
   * @param name what the file must be called, in lower case
   * @param content what must be found in it
   */
  private record Form(Kind kind, Predicate<String> name, Pattern content) {}

  private static final List<Form> FORMS =
      List.of(
          form(
              "password hashes (shadow)",
              Severity.HIGH,
              SecretKinds::any,
              "(?m)^[^:\\s]{1,64}+:(?:\\$[0-9a-z]{1,4}\\$[^:\\s]{8,}+|_?[./0-9A-Za-z]{13,20}+)"
                  + ":[0-9]*+:[0-9]*+:[0-9]*+:[0-9]*+:"),
          form(
              "passwords of web users (htpasswd)",
              Severity.MEDIUM,
              SecretKinds::any,
              "(?m)\\A(?:#[^\\n"
                  + "]*+\\n"
                  + "|\\s*+\\n"
                  + ")*+[^:\\s#]{1,64}+:(?:\\$apr1\\$|\\$2[aby]\\$|\\{SHA\\})"),
          form(
              "passwords of web users (htpasswd)",
              Severity.MEDIUM,
              n -> n.contains("htpasswd") || n.contains("htdigest"),
              "(?m)^[^:\\s#]{1,64}+:[^\\n]{8,}+"),
          form(
              "PostgreSQL passwords (pgpass)",
              Severity.HIGH,
              n -> n.endsWith("pgpass") || n.equals("pgpass.conf"),
              "(?m)^[^:#\\n]++:[^:\\n]++:[^:\\n]++:[^:\\n]++:[^\\n]++$"),
          form(
              "a MySQL password",
              Severity.HIGH,
              n -> n.equals(".my.cnf") || n.equals("debian.cnf"),
              "(?mi)^\\s*+password\\s*+=\\s*+\\S"),
          form(
              "passwords for other hosts (netrc)",
              Severity.HIGH,
              n -> n.equals(".netrc") || n.equals("_netrc") || n.equals(".authinfo"),
              "(?mi)\\bpassword\\s++\\S"),
          form(
              "credentials of Amazon Web Services",
              Severity.HIGH,
              SecretKinds::any,
              "(?mi)^\\s*+aws_secret_access_key\\s*+=\\s*+\\S"),
          form(
              "a key of a Kubernetes cluster",
              Severity.HIGH,
              SecretKinds::any,
              "(?m)^\\s*+(?:client-key-data|token)\\s*+:\\s*+[A-Za-z0-9+/=._-]{40,}+\\s*+$"),
          form(
              "passwords of container registries",
              Severity.HIGH,
              n -> n.equals("config.json") || n.equals(".dockercfg"),
              "\"auth\"\\s*+:\\s*+\"[A-Za-z0-9+/=]{8,}+\""),
          form(
              "passwords for git",
              Severity.HIGH,
              n -> n.endsWith("git-credentials"),
              "(?m)^https?+://[^:@/\\s]++:[^@/\\s]++@"),
          form(
              "a token of a package registry",
              Severity.HIGH,
              n -> n.equals(".npmrc") || n.equals(".pypirc"),
              "(?mi)^(?:[^\\n=]*+_authtoken|password)\\s*+[=:]\\s*+\\S"),
          form(
              "a WireGuard key",
              Severity.HIGH,
              SecretKinds::any,
              "(?m)^PrivateKey\\s*+=\\s*+[A-Za-z0-9+/]{43}=\\s*+$"),
          form(
              "a private key of GnuPG",
              Severity.HIGH,
              n -> n.endsWith(".key"),
              "\\A(?:[A-Za-z-]++:[^\\n"
                  + "]*+\\n"
                  + "){0,20}[^\\n"
                  + "]{0,10}\\((?:\\d++:)?(?:protected-|shadowed-)?private-key"),
          form(
              "passwords in variables of an environment",
              Severity.MEDIUM,
              n -> n.equals(".env") || n.startsWith(".env."),
              "(?mi)^\\s*+(?:export\\s++)?[a-z0-9_]*?(?:password|passwd|secret|token|api_?key)"
                  + "[a-z0-9_]*+\\s*+=\\s*+[\"']?[^\\s\"'#]"));

  private SecretKinds() {}

  private static boolean any(String name) {
    return true;
  }

  private static Form form(String what, Severity severity, Predicate<String> name, String content) {
    return new Form(new Kind(what, severity), name, Pattern.compile(content));
  }

  /** Null when it is none that is known. */
  static @Nullable Kind of(String name, byte[] head) {
    Kind store = KeyStores.of(name, head);
    if (store != null) {
      return store;
    }
    return isBinary(head) ? null : inText(name, head);
  }

  /** The same of any piece of a text. */
  static @Nullable Kind inText(String name, byte[] piece) {
    String text = new String(piece, StandardCharsets.ISO_8859_1);
    Kind key = PemKeys.of(name, text);
    if (key != null) {
      return key;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    for (Form form : FORMS) {
      if (form.name().test(lower) && form.content().matcher(text).find()) {
        return form.kind();
      }
    }
    return null;
  }

  static boolean isBinary(byte[] head) {
    for (int i = 0; i < Math.min(head.length, 4096); i++) {
      if (head[i] == 0) {
        return true;
      }
    }
    return false;
  }
}
