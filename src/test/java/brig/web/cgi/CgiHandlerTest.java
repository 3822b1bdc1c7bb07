package brig.web.cgi;

import static org.assertj.core.api.Assertions.assertThat;

import brig.launch.Walls;
import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import brig.launch.child.Children;
import brig.linux.LinuxException;
import brig.linux.OwnThread;
import brig.linux.PacketSocket;
import brig.spec.JailSpec;
import brig.web.config.Action;
import brig.web.limits.Gate;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in a jail that holds a static shell and nothing else. */
@Tag("root")
class CgiHandlerTest {
  private static final int UID = 61234;
  private static final int OWNER = 61235;

  @TempDir Path jail;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private Children children;

  @BeforeEach
  void populate() throws Exception {
    Files.setPosixFilePermissions(jail, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(jail.resolve("bin"));
    Files.createDirectories(jail.resolve("cgi-bin/sub"));
    Files.createDirectories(jail.resolve("work"));
    Files.setPosixFilePermissions(
        jail.resolve("work"), PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.copy(Path.of("/bin/busybox"), jail.resolve("bin/busybox"));
    for (String name : List.of("sh", "cat", "sleep", "id", "env", "setsid", "dd", "head")) {
      Files.createSymbolicLink(jail.resolve("bin/" + name), Path.of("busybox"));
    }
    children = Children.open("cgi-test-" + ProcessHandle.current().pid());
  }

  @AfterEach
  void end() throws Exception {
    threads.shutdownNow();
    children.close();
  }

  private Path script(String name, String... lines) throws Exception {
    Path file = jail.resolve("cgi-bin/" + name);
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private static CgiPlace place(boolean asOwner, long millis, ChildLimits limits) {
    return new CgiPlace(
        "/cgi-bin/",
        "/cgi-bin",
        false,
        List.of(),
        new Identity.As(UID, UID, List.of()),
        asOwner,
        1000,
        8,
        millis,
        limits,
        new Action.Reach(
            List.of(), List.of(), new JailSpec.SeccompPolicy(true, List.of(), List.of())),
        List.of("/work"),
        Map.of("PATH", "/bin", "SITE", "one"));
  }

  private PlainServer server(CgiPlace place) throws Exception {
    PacketSocket[] pair = PacketSocket.pair();
    Walls walls = Walls.build(CgiJail.of(place, jail.toString()));
    ProgramDesk served =
        new ProgramDesk(
            List.of(place), jail.toString(), List.of(walls), pair[0], children, errors::add);
    Thread desk =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (served;
                      walls) {
                    served.serve();
                  } catch (Exception e) {
                    errors.add(e.toString());
                  }
                });
    CgiSettings settings =
        new CgiSettings(
            0,
            "/cgi-bin/",
            () -> jail.resolve("cgi-bin").toString(),
            false,
            () -> "/htdocs",
            place.millis());
    CgiHandler handler =
        new CgiHandler(
            settings,
            new Scripts(() -> jail.resolve("cgi-bin").toString(), false),
            new Programs(pair[1]),
            new Gate(8, 8, 10_000, threads),
            threads,
            errors::add);
    return new PlainServer(handler) {
      @Override
      public void close() throws IOException {
        super.close();
        try {
          served.stop();
        } catch (LinuxException e) {
          throw new IOException(e);
        }
        OwnThread.join(desk);
      }
    };
  }

  private PlainServer server() throws Exception {
    return server(place(false, 20_000, ChildLimits.NONE));
  }

  @Test
  void aProgramAnswersAndIsToldWhatTheRequestSays() throws Exception {
    script(
        "a", "echo Content-Type: text/plain", "echo", "env", "id -u", "id -g", "echo args:$#:$1");
    try (PlainServer server = server()) {
      String answer = server.get("/cgi-bin/a/rest%20of?one");
      assertThat(answer)
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("\nSCRIPT_NAME=/cgi-bin/a\n")
          .contains("\nPATH_INFO=/rest of\n")
          .contains("\nPATH_TRANSLATED=/htdocs/rest of\n")
          .contains("\nQUERY_STRING=one\n")
          .contains("\nREQUEST_URI=/cgi-bin/a/rest%20of?one\n")
          .contains("\nSITE=one\n")
          .contains("\nPATH=/bin\n")
          .contains("\nHTTP_HOST=a\n")
          .endsWith("\n" + UID + "\n" + UID + "\nargs:1:one\n")
          .doesNotContain("JAVA");
      assertThat(errors).isEmpty();
    }
  }

  @Test
  void aBodyGoesToTheProgramWhateverItsFraming() throws Exception {
    script("count", "echo Status: 201 Made", "echo", "echo length:$CONTENT_LENGTH", "cat");
    String body = "x".repeat(300_000);
    try (PlainServer server = server()) {
      String head = "POST /cgi-bin/count HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
      assertThat(server.say(head + "Content-Length: 300000\r\n\r\n" + body))
          .startsWith("HTTP/1.1 201 ")
          .endsWith("length:300000\n" + body);
      assertThat(server.say(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
          .endsWith("length:3\nabc");
      assertThat(
              server.say(
                  head + "Transfer-Encoding: chunked\r\n\r\n493e0\r\n" + body + "\r\n0\r\n\r\n"))
          .contains("length:\n")
          .contains(body);
    }
  }

  @Test
  void itsWordsAreSentAsTheyComeAndTheRestOfTheTreeGoesWithIt() throws Exception {
    script(
        "slow",
        "echo Content-Type: text/plain",
        "echo",
        "echo first",
        "setsid sleep 1000 >/dev/null 2>&1 </dev/null &",
        "read -r line",
        "echo got $line");
    Files.createDirectories(jail.resolve("dev"));
    Files.createFile(jail.resolve("dev/null"));
    Files.setPosixFilePermissions(
        jail.resolve("dev/null"), PosixFilePermissions.fromString("rw-rw-rw-"));
    try (PlainServer server = server();
        Socket client = server.connect()) {
      PlainServer.send(
          client,
          "POST /cgi-bin/slow HTTP/1.1\r\n"
              + "Host: a\r\n"
              + "Connection: close\r\n"
              + "Content-Length: 70000\r\n\r\n"
              + "word\n"
              + "x".repeat(66_000));
      assertThat(PlainServer.until(client, "first\n")).startsWith("HTTP/1.1 200 ");
      assertThat(PlainServer.until(client, "got word\n")).isNotNull();
    }
    assertThat(sleepers()).isZero();
  }

  /** Processes of the programs' user. */
  private static long sleepers() throws Exception {
    long end = System.nanoTime() + 10_000_000_000L;
    long count;
    do {
      count = ProcessHandle.allProcesses().filter(process -> owner(process.pid()) == UID).count();
      if (count > 0) {
        Thread.sleep(50);
      }
    } while (count > 0 && System.nanoTime() < end);
    return count;
  }

  private static int owner(long pid) {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/" + pid), "unix:uid");
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void oneThatRunsTooLongIsKilledAndToldAsLate() throws Exception {
    script("hang", "sleep 1000");
    script("half", "echo Content-Type: text/plain", "echo", "echo half", "sleep 1000");
    try (PlainServer server = server(place(false, 1500, ChildLimits.NONE))) {
      assertThat(server.get("/cgi-bin/hang")).startsWith("HTTP/1.1 504 ");
      assertThat(errors).containsExactly("cgi /cgi-bin/hang: /cgi-bin/hang ran too long");
      String half = server.get("/cgi-bin/half");
      assertThat(half).contains("half").doesNotContain("\r\n0\r\n");
      assertThat(errors).hasSize(2);
    }
    assertThat(sleepers()).isZero();
  }

  @Test
  void aHeaderGoesOutAlthoughTheBodyTakesItsTime() throws Exception {
    script("wait", "echo Content-Type: text/plain", "echo", "sleep 1000");
    try (PlainServer server = server()) {
      try (Socket client = server.connect()) {
        PlainServer.send(client, "GET /cgi-bin/wait HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(PlainServer.until(client, "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
      }
    }
    assertThat(sleepers()).isZero();
  }

  @Test
  void aClientThatGoesAwayTakesItsProgramWithIt() throws Exception {
    script("talk", "echo Content-Type: text/plain", "echo", "while :; do echo word; done");
    try (PlainServer server = server()) {
      try (Socket client = server.connect()) {
        PlainServer.send(client, "GET /cgi-bin/talk HTTP/1.1\r\nHost: a\r\n\r\n");
        PlainServer.until(client, "word");
      }
      assertThat(sleepers()).isZero();
    }
  }

  @Test
  void whatIsNoAnswerIsABadGatewayAndTheReasonIsLogged() throws Exception {
    script("bad", "echo oh no >&2; echo hello there");
    script("none", "exit 3");
    script("killed", "kill -9 $$");
    script("inject", "echo 'Content-Type: text/plain'; printf 'X: a\\rSet-Cookie: b\\n\\n'");
    try (PlainServer server = server()) {
      for (String name : List.of("bad", "none", "killed", "inject")) {
        assertThat(server.get("/cgi-bin/" + name)).as(name).startsWith("HTTP/1.1 502 ");
      }
      assertThat(errors)
          .containsExactlyInAnyOrder(
              "cgi /cgi-bin/bad: oh no",
              "cgi /cgi-bin/bad: a line of its header is not 'Name: value'",
              "cgi /cgi-bin/none: it answered nothing",
              "cgi /cgi-bin/killed: /cgi-bin/killed was killed by SIGKILL",
              "cgi /cgi-bin/inject: a control character in the header X");
    }
  }

  @Test
  void aWholeResponseIsReadAndFramedAnew() throws Exception {
    script(
        "nph-a",
        "printf 'HTTP/1.1 203 Mine\\r\\nX-A: b\\r\\nConnection: keep-alive\\r\\n\\r\\nbody'");
    try (PlainServer server = server()) {
      assertThat(server.get("/cgi-bin/nph-a"))
          .startsWith("HTTP/1.1 203 ")
          .contains("X-A: b\r\n", "Connection: close\r\n")
          .endsWith("\r\n\r\nbody");
    }
  }

  @Test
  void aLocalRedirectIsFollowedHere() throws Exception {
    script("from", "echo Location: /cgi-bin/to?x=1", "echo");
    script("to", "echo Content-Type: text/plain", "echo", "echo $REQUEST_METHOD $QUERY_STRING");
    script("round", "echo Location: /cgi-bin/round", "echo");
    try (PlainServer server = server()) {
      assertThat(server.get("/cgi-bin/from")).startsWith("HTTP/1.1 200 ").endsWith("GET x=1\n");
      assertThat(server.get("/cgi-bin/round")).startsWith("HTTP/1.1 502 ");
    }
  }

  @Test
  void whatIsNoProgramOrMayNotRunIsRefused() throws Exception {
    Path plain = script("plain");
    Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rw-r--r--"));
    Path setId = script("setid");
    new ProcessBuilder("chmod", "u+s", setId.toString()).start().waitFor();
    Files.createSymbolicLink(jail.resolve("cgi-bin/link"), Path.of("../bin/busybox"));
    try (PlainServer server = server()) {
      assertThat(server.get("/cgi-bin/plain")).startsWith("HTTP/1.1 403 ");
      assertThat(server.get("/cgi-bin/setid")).startsWith("HTTP/1.1 403 ");
      assertThat(server.get("/cgi-bin/link")).startsWith("HTTP/1.1 404 ");
      assertThat(server.get("/cgi-bin/absent")).startsWith("HTTP/1.1 404 ");
      assertThat(server.get("/cgi-bin/")).startsWith("HTTP/1.1 404 ");
      assertThat(server.get("/cgi-bin/sub")).startsWith("HTTP/1.1 404 ");
      assertThat(errors)
          .containsExactly(
              "cgi /cgi-bin/plain: /cgi-bin/plain may be executed by nobody",
              "cgi /cgi-bin/setid: /cgi-bin/setid is set-id");
    }
  }

  @Test
  void oneRunsAsItsOwnerWhereThatWasAskedForAndNobodyElseCouldHaveWrittenIt() throws Exception {
    Path mine = script("mine", "echo Content-Type: text/plain", "echo", "id -u");
    Path open = script("open", "echo");
    Path root = script("root", "echo");
    Path other = Files.copy(root, jail.resolve("cgi-bin/sub/other"));
    for (Path path : List.of(jail.resolve("cgi-bin"), mine, open, other)) {
      Files.setAttribute(path, "unix:uid", OWNER);
      Files.setAttribute(path, "unix:gid", OWNER);
    }
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));
    try (PlainServer server = server(place(true, 20_000, ChildLimits.NONE))) {
      assertThat(server.get("/cgi-bin/mine")).endsWith("\r\n\r\n" + OWNER + "\n");
      for (String name : List.of("open", "root", "sub/other")) {
        assertThat(server.get("/cgi-bin/" + name)).as(name).startsWith("HTTP/1.1 403 ");
      }
      assertThat(errors)
          .containsExactly(
              "cgi /cgi-bin/open: /cgi-bin/open may be written by others than its owner",
              "cgi /cgi-bin/root: /cgi-bin/root has the owner 0, below least_uid",
              "cgi /cgi-bin/sub/other: /cgi-bin/sub/other lies in a directory of another owner");
    }
  }

  @Test
  void aProgramHasItsLimits() throws Exception {
    script("burn", "echo Content-Type: text/plain", "echo", "while :; do :; done");
    script("limits", "echo Content-Type: text/plain", "echo", "ulimit -n");
    try (PlainServer server = server(place(false, 60_000, new ChildLimits(1, -1, -1, 77, -1)))) {
      assertThat(server.get("/cgi-bin/limits")).endsWith("\r\n\r\n77\n");
      assertThat(server.get("/cgi-bin/burn")).startsWith("HTTP/1.1 200 ");
    }
    assertThat(sleepers()).isZero();
  }
}
