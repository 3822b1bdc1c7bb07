package brig.cli.web;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.testing.Gcc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** examples/git as docs/serve.md tells: real git against git-http-backend in a jail of Brig's. */
@Tag("service")
@Tag("root")
class GitServedTest {
  private static final String BARE = "/repositories/work.git";

  @Test
  void cloneAndPushGoThroughAJailThatHoldsGitAndNothingElse() throws Exception {
    try (Installation machine = new Installation()) {
      Path home = machine.home();
      machine.jailfile("git", Files.readString(Path.of("examples/git/git.toml")));
      Result built = machine.brig("build", "git");
      assertThat(built.status()).as(built.output()).isZero();
      Path jail = home.resolve("srv/jail");
      Files.createDirectories(jail.getParent());
      Path tree = Path.of(machine.paths().jail("git")).resolve("current/root").toRealPath();
      Gcc.run(List.of("cp", "-a", tree.toString(), jail.toString()), Map.of());
      Files.createDirectories(jail.resolve("site"));
      Gcc.run(List.of("git", "init", "-q", "--bare", "-b", "main", jail + BARE), Map.of());
      Gcc.run(List.of("chown", "-R", "nobody:nogroup", jail + BARE), Map.of());
      String users = Gcc.run(List.of("htpasswd", "-nbB", "ann", "secret"), Map.of());
      Files.writeString(home.resolve("srv/users"), users);
      Path file = home.resolve("srv/serve.toml");
      Files.copy(Path.of("examples/git/serve.toml"), file);

      Process server = machine.startBrig("serve", file.toString());
      try {
        Installation.readUntil(server, ", jail ");
        pushAndClone(machine, jail);
      } finally {
        Installation.signal(server, "TERM");
        assertThat(server.waitFor()).isZero();
      }
    }
  }

  private static void pushAndClone(Installation machine, Path jail) throws Exception {
    Path mine = machine.home().resolve("mine");
    String open = "http://127.0.0.1:8080/git/work.git";
    String closed = "http://ann:secret@127.0.0.1:8080/members/work.git";
    assertThat(git(machine, "clone", "-q", open, mine.toString()).output())
        .contains("empty repository");
    byte[] large = new byte[3_000_000];
    new Random(6).nextBytes(large);
    Files.write(mine.resolve("large"), large);
    Files.writeString(mine.resolve("text"), "one\n");
    works(git(machine, "-C", mine.toString(), "add", "."));
    works(git(machine, "-C", mine.toString(), "commit", "-q", "-m", "first"));
    // Over http.postBuffer, so that its length is not said beforehand.
    works(git(machine, "-C", mine.toString(), "push", "-q", closed, "HEAD:main"));
    Result refused = git(machine, "-C", mine.toString(), "push", open, "HEAD:other");
    assertThat(refused.status()).isNotZero();
    assertThat(refused.output()).contains("403");
    Result stranger = git(machine, "push", closed.replace("ann:secret", "ann:wrong"), "HEAD:other");
    assertThat(stranger.status()).isNotZero();

    Path theirs = machine.home().resolve("theirs");
    works(git(machine, "clone", "-q", open, theirs.toString()));
    assertThat(Files.readAllBytes(theirs.resolve("large"))).isEqualTo(large);
    Files.writeString(theirs.resolve("text"), "two\n");
    works(git(machine, "-C", theirs.toString(), "commit", "-q", "-a", "-m", "second"));
    works(git(machine, "-C", theirs.toString(), "push", "-q", closed, "HEAD:main"));
    works(git(machine, "-C", mine.toString(), "pull", "-q", open, "main"));
    assertThat(mine.resolve("text")).hasContent("two\n");
    works(git(machine, "-C", mine.toString(), "fsck", "--strict"));
    works(machine.run(List.of("git", "-c", "safe.directory=*", "-C", jail + BARE, "fsck")));
  }

  private static void works(Result result) {
    assertThat(result.status()).as(result.output()).isZero();
  }

  private static Result git(Installation machine, String... arguments) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                "env",
                "HOME=" + machine.home(),
                "GIT_CONFIG_NOSYSTEM=1",
                "GIT_TERMINAL_PROMPT=0",
                "git",
                "-c",
                "user.name=Ann",
                "-c",
                "user.email=ann@example.org"));
    line.addAll(List.of(arguments));
    return machine.run(line);
  }
}
