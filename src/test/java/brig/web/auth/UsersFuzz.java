package brig.web.auth;

import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What bench/fuzz runs: files of users, and the header by which a client says who it is. Nothing
 * may leave either; a mistake has its place in the file. No password is computed: what a hash costs
 * is bounded when it is read.
 */
public final class UsersFuzz {
  private UsersFuzz() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    List<Problem> problems = new ArrayList<>();
    Users users = Users.read("users", "here", bytes, problems);
    if (users == null && problems.isEmpty()) {
      throw new IllegalStateException("no users, and nothing wrong");
    }
    Credentials credentials = Credentials.of(new String(bytes, StandardCharsets.ISO_8859_1));
    if (credentials != null
        && (credentials.user().isEmpty() || credentials.user().indexOf(':') >= 0)) {
      throw new IllegalStateException("a user called \"" + credentials.user() + "\"");
    }
  }

  /** Writes what to begin with into a directory. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int number = 0;
    for (String seed :
        List.of(
            "a:$2y$05$E89xQJFdC.faFoySfvAMyuWkeuRBi0G6WVWtNpuh4/AB5FZntB1qS\n",
            "a:$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00\r\n# b\n\n",
            "a:$y$j9T$abcdefgh12345678$0ANCMF7WZ8cl31YNa3Ma4rFpLHAG0qGjtsV4k0H1xw6",
            "a:$5$rounds=5000$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
            "a:$argon2id$v=19$m=4096,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "a:here:8d286ab11caeb6d7ce5d5d9a3d1a2e22\nb:there:x\n",
            "Basic YW5uOnNlY3JldA==")) {
      Files.writeString(directory.resolve("seed" + number), seed);
      number++;
    }
  }
}
