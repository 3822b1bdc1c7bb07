package brig.audit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import brig.audit.Severity;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretKindsTest {
  private static final String LINE =
      "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

  private static @Nullable String kind(String name, String content) {
    SecretKinds.Kind kind = SecretKinds.of(name, content.getBytes(StandardCharsets.ISO_8859_1));
    return kind == null ? null : kind.severity() + " " + kind.what();
  }

  private static String pem(String label, String after) {
    return "-----BEGIN " + label + "-----\n" + after + "\n-----END " + label + "-----\n";
  }

  @Test
  void keysAreKnownByTheirText() {
    assertThat(kind("x", pem("RSA PRIVATE KEY", LINE)))
        .isEqualTo("HIGH a private key (RSA PRIVATE KEY)");
    assertThat(kind("x", pem("CERTIFICATE", LINE) + pem("PRIVATE KEY", LINE))).isNotNull();
    assertThat(kind("x", pem("ENCRYPTED PRIVATE KEY", LINE))).startsWith("MEDIUM an encrypted");
    assertThat(kind("x", pem("EC PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: X\n\n" + LINE)))
        .startsWith("MEDIUM an encrypted");
    assertThat(kind("ssh_host_ed25519_key", pem("OPENSSH PRIVATE KEY", PLAIN_SSH)))
        .isEqualTo("HIGH a private key of this host for SSH");
    assertThat(kind("id", pem("OPENSSH PRIVATE KEY", PLAIN_SSH.replace("G5vbmU", "GFlczI"))))
        .startsWith("MEDIUM an encrypted");
    assertThat(kind("x", "{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n" + LINE + "\\n\"}"))
        .startsWith("HIGH");
    assertThat(kind("x", pem("PGP PRIVATE KEY BLOCK", "Version: 2\n\n" + LINE))).startsWith("HIGH");
  }

  private static final String PLAIN_SSH =
      "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW";

  @Test
  void theWordsAloneAreNoKey() {
    assertThat(kind("README", "Begin it with\n-----BEGIN PRIVATE KEY-----\nand so on")).isNull();
    assertThat(kind("x", pem("CERTIFICATE", LINE))).isNull();
    assertThat(kind("x", pem("PUBLIC KEY", LINE))).isNull();
    assertThat(kind("lib", "\0-----BEGIN RSA PRIVATE KEY-----\n" + LINE)).as("binary").isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "anything|root:$y$j9T$abcdefgh$ijklmnop:19000:0:99999:7:::|HIGH",
        "anything|root:!*:::::::|",
        "users|ann:$apr1$abc$defghijklmn|MEDIUM",
        ".htpasswd|ann:rl0uE6r1Ss1Nk|MEDIUM",
        ".pgpass|db:5432:app:app:hunter2|HIGH",
        ".pgpass|# nothing|",
        ".my.cnf|password = x|HIGH",
        "my.cnf|password = x|",
        ".netrc|machine a login b password c|HIGH",
        "credentials|aws_secret_access_key = abc|HIGH",
        "config|    client-key-data: QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w|HIGH",
        ".git-credentials|https://ann:secret@example.org|HIGH",
        "wg0.conf|PrivateKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|HIGH",
        ".env|DB_PASSWORD=hunter2|MEDIUM",
        ".env|DB_PASSWORD=|",
        "nginx.conf|server { listen 80; }|",
        "passwd|root:x:0:0:root:/root:/bin/false|",
        "config.json|{\"auths\":{\"r\":{\"auth\":\"YTpiYWJiYWJi\"}}}|HIGH"
      })
  void credentialsAreKnownByContentAndWhereThatDoesNotSufficeByName(
      String name, String content, @Nullable String severity) {
    SecretKinds.Kind kind = SecretKinds.of(name, content.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(kind == null ? null : kind.severity())
        .isEqualTo(severity == null ? null : Severity.valueOf(severity));
  }

  @Test
  void aJavaKeyStoreCountsOnlyWithAKeyInIt() {
    byte[] head = {(byte) 0xFE, (byte) 0xED, (byte) 0xFE, (byte) 0xED, 0, 0, 0, 2, 0, 0, 0, 1};
    byte[] key = java.util.Arrays.copyOf(head, 64);
    key[15] = 1;
    assertThat(SecretKinds.of("a.jks", key)).isNotNull();
    key[15] = 2;
    assertThat(SecretKinds.of("cacerts", key)).isNull();
  }

  @Test
  void aPkcs12FileCountsOnlyWithAKeyBag() {
    byte[] store = new byte[64];
    byte[] begin = {0x30, (byte) 0x82, 1, 0, 2, 1, 3};
    System.arraycopy(begin, 0, store, 0, begin.length);
    assertThat(SecretKinds.of("trust.p12", store)).isNull();
    byte[] bag = {0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 0x0C, 0x0A, 1, 2};
    System.arraycopy(bag, 0, store, 30, bag.length);
    assertThat(SecretKinds.of("key.p12", store)).isNotNull();
  }
}
