package brig.web.auth;

import static org.assertj.core.api.Assertions.assertThat;

import brig.report.Problem;
import brig.testing.Gcc;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UsersTest {
  // Made by other programs: htpasswd of Apache, argon2(1), mkpasswd(1), htdigest.
  private static final String BCRYPT =
      "$2y$05$E89xQJFdC.faFoySfvAMyuWkeuRBi0G6WVWtNpuh4/AB5FZntB1qS"; // password

  private static final String YESCRYPT =
      "$y$j9T$abcdefgh12345678$0ANCMF7WZ8cl31YNa3Ma4rFpLHAG0qGjtsV4k0H1xw6"; // password

  private final List<Problem> problems = new ArrayList<>();

  private Users read(String text) {
    return Objects.requireNonNull(readOrNull(text));
  }

  private @Nullable Users readOrNull(String text) {
    return Users.read("users", "here", text.getBytes(StandardCharsets.UTF_8), problems);
  }

  private List<String> wrong(String text) {
    problems.clear();
    assertThat(readOrNull(text)).isNull();
    return problems.stream().map(Problem::text).toList();
  }

  @Tag("service")
  @Test
  void whatHtpasswdWritesIsRead() throws Exception {
    for (String option : List.of("-nbB", "-nbm", "-nb2", "-nb5")) {
      String line = Gcc.run(List.of("htpasswd", option, "ann", "Gr\u00fc\u00dfe x:y"), Map.of());
      Users users = read(line);
      assertThat(users.knows("ann", "Gr\u00fc\u00dfe x:y")).as(option).isTrue();
      assertThat(users.knows("ann", "Gr\u00fc\u00dfe x:z")).as(option).isFalse();
      assertThat(users.knows("bob", "Gr\u00fc\u00dfe x:y")).as(option).isFalse();
    }
  }

  @Test
  void everyKindOfHashIsChecked() {
    Map<String, String> hashes =
        Map.of(
            "bcrypt", BCRYPT,
            "apr1", "$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00",
            "sha512",
                "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
            "yescrypt", YESCRYPT,
            "sha256", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5");
    assertThat(read("a:" + hashes.get("bcrypt")).knows("a", "password")).isTrue();
    assertThat(read("a:" + YESCRYPT).knows("a", "password")).isTrue();
    assertThat(read("a:" + hashes.get("apr1")).knows("a", "password")).isTrue();
    assertThat(read("a:" + hashes.get("sha512")).knows("a", "Hello world!")).isTrue();
    assertThat(read("a:" + hashes.get("sha256")).knows("a", "Hello world!")).isTrue();
    for (String hash : hashes.values()) {
      assertThat(read("a:" + hash).knows("a", "Password")).isFalse();
    }
  }

  @Test
  void argon2IsChecked() {
    String hash =
        com.password4j.Argon2Function.getInstance(4096, 2, 1, 32, com.password4j.types.Argon2.ID)
            .hash("secret")
            .getResult();
    assertThat(hash).startsWith("$argon2id$v=19$m=4096,t=2,p=1$");
    assertThat(read("a:" + hash).knows("a", "secret")).isTrue();
    assertThat(read("a:" + hash).knows("a", "secre")).isFalse();
  }

  @Test
  void linesOfAnotherRealmCountForNothing() {
    String digest = "8d286ab11caeb6d7ce5d5d9a3d1a2e22";
    Users users = read("# comment\n\nann:here:" + BCRYPT + "\r\nbob:there:" + digest + "\n");
    assertThat(users.knows("ann", "password")).isTrue();
    assertThat(users.knows("bob", "x")).isFalse();
  }

  @Test
  void aDigestIsReadAndCalledWeak() throws Exception {
    byte[] ha1 =
        java.security.MessageDigest.getInstance("MD5")
            .digest("ann:here:secret".getBytes(StandardCharsets.UTF_8));
    Users users = read("ann:here:" + java.util.HexFormat.of().formatHex(ha1));
    assertThat(users.knows("ann", "secret")).isTrue();
    assertThat(users.warnings())
        .singleElement()
        .extracting(Problem::text)
        .isEqualTo(
            "the password of ann is kept as htdigest does, in one round. Who gets hold of the file"
                + " finds it out: write it anew with htpasswd -B. (users:1:1)");
    assertThat(read("a:$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00").warnings()).hasSize(1);
  }

  @Test
  void whatIsNoSafeHashIsRefusedWithItsLine() {
    assertThat(wrong("ann:" + BCRYPT + "\nbob:secret\n"))
        .containsExactly(
            "the password of bob cannot be checked. It is no hash of a kind that is read here."
                + " Write a new one with htpasswd -B, which makes a hash of bcrypt. (users:2:1)");
    assertThat(wrong("a:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=").getFirst()).contains("SHA-1");
    assertThat(wrong("a:rqXexS6ZhobKA").getFirst()).contains("eight characters");
    assertThat(wrong("a:$y$j9T$abc$def").getFirst()).contains("cut off");
    assertThat(wrong("a:" + YESCRYPT.replace("$j9T$", "$jBT$")).getFirst()).contains("32 MiB");
    assertThat(wrong("a:" + YESCRYPT.replace("$y$", "$gy$")).getFirst()).contains("gost");
    assertThat(wrong("a:!").getFirst()).contains("locked");
    assertThat(wrong("a:$6$abc").getFirst()).contains("cut off");
    assertThat(wrong("a:" + BCRYPT.replace("$05$", "$20$")).getFirst()).contains("cost");
    assertThat(wrong("a:$argon2id$v=19$m=1048576,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2g").getFirst())
        .contains("12 MiB");
    assertThat(wrong("nocolon").getFirst()).contains("is not 'name:hash'");
    assertThat(wrong("a:" + BCRYPT + "\na:" + BCRYPT).getFirst()).contains("twice");
    assertThat(wrong("\n# nobody\n").getFirst()).startsWith("nobody can log in: users has no user");
  }
}
