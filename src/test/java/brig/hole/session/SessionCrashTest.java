package brig.hole.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that logs people in and out is killed, again and again, in the middle of it. */
class SessionCrashTest {
  private static final int ROUNDS = 6;
  private static final SessionLimits MANY =
      new SessionLimits(
          SessionLimits.USUAL.idle(),
          SessionLimits.USUAL.absolute(),
          SessionLimits.USUAL.rotate(),
          SessionLimits.USUAL.form(),
          1_000_000,
          false,
          1_000_000,
          5,
          SessionLimits.USUAL.longestWait());

  @TempDir Path directory;

  @Test
  void killedAtAnyMomentNoSessionThatWasAcknowledgedIsLostAndNoneThatEndedComesBack()
      throws Exception {
    Random random = new Random(1999);
    List<Token> live = new ArrayList<>();
    List<Token> ended = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      killAfter(20 + random.nextInt(400), live, ended);
      try (FileStore store = FileStore.open(path(), InstantSource.system())) {
        SessionBook book = new SessionBook(store, MANY);
        for (Token token : live) {
          Session session = book.resume(token);
          assertThat(session).isNotNull();
          assertThat(session.held()).containsKey("filler");
        }
        for (Token token : ended) {
          assertThat(book.resume(token)).isNull();
        }
      }
    }
    assertThat(live.size()).isGreaterThan(ROUNDS * 5);
    assertThat(ended.size()).isGreaterThan(ROUNDS * 5);
  }

  private String path() {
    return directory + "/sessions";
  }

  private void killAfter(int lines, List<Token> live, List<Token> ended)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                path())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII))) {
      String line;
      int seen = 0;
      while ((line = in.readLine()) != null) {
        if (line.length() == 44) { // the last one may be half a line
          Token token = Token.read(line.substring(1));
          if (line.charAt(0) == '+') {
            live.add(token);
          } else if (line.charAt(0) == '?') {
            live.remove(token); // about to end: neither is wrong
          } else {
            ended.add(token);
          }
        }
        if (++seen == lines) {
          process.toHandle().destroyForcibly(); // leaves what it wrote to be read
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Tells of each session when it is stored, before it ends one, and when that one has ended. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] args) throws Exception {
      FileStore store = FileStore.open(args[0], InstantSource.system());
      SessionBook book = new SessionBook(store, MANY);
      for (int i = 0; i < 4; i++) {
        String account = "account" + i;
        Thread.ofPlatform().start(() -> work(book, account));
      }
    }

    private static void work(SessionBook book, String account) {
      try {
        while (true) {
          Token kept = begin(book, account);
          tell('+', kept);
          Token short1 = begin(book, account);
          SessionBook.Opened rotated = book.rotate(short1);
          tell('-', short1);
          if (rotated == null) {
            throw new IllegalStateException();
          }
          tell('+', rotated.token());
          tell('?', rotated.token());
          book.logOut(rotated.token());
          tell('-', rotated.token());
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private static Token begin(SessionBook book, String account) throws Exception {
      // A visitor's values go along into the session: large, so that the log is often written anew.
      Token visitor = Token.fresh();
      book.hold(visitor, Map.of("filler", List.of("x".repeat(2000))));
      SessionBook.Opened opened = (SessionBook.Opened) book.logIn(visitor, account, "");
      if (opened == null) {
        throw new IllegalStateException();
      }
      return opened.token();
    }

    private static void tell(char what, Token token) {
      byte[] line = (what + token.text() + "\n").getBytes(US_ASCII);
      System.out.write(line, 0, line.length);
      System.out.flush();
    }
  }
}
