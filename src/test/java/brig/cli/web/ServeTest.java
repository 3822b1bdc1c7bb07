package brig.cli.web;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.linux.Capability;
import brig.linux.Fd;
import brig.linux.ThreadStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class ServeTest {
  private static final String URL = "http://127.0.0.1:8080";

  private Installation machine;
  private Path site;
  private @Nullable Process server;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    site = Files.createDirectories(machine.home().resolve("srv/site"));
    Files.writeString(site.resolve("index.html"), "<h1>inside</h1>\n");
  }

  @AfterEach
  void endAll() throws Exception {
    Process started = server;
    if (started != null) {
      started.descendants().forEach(ProcessHandle::destroyForcibly);
      started.destroyForcibly().waitFor();
    }
    machine.close();
  }

  /** Starts it and waits until it serves; the worker's pid. */
  private int serve(String... arguments) throws Exception {
    List<String> line = new java.util.ArrayList<>(List.of("serve"));
    line.addAll(List.of(arguments));
    Process started = machine.startBrig(line.toArray(new String[0]));
    server = started;
    return worker(Installation.readUntil(started, ", jail "));
  }

  private static int worker(String told) {
    String after = told.substring(told.lastIndexOf("worker ") + "worker ".length());
    return Integer.parseInt(after.split("[^0-9]", 2)[0]);
  }

  private String curl(String... arguments) throws Exception {
    List<String> line = new java.util.ArrayList<>(List.of("curl", "-sS", "-m", "20"));
    line.addAll(List.of(arguments));
    return machine.run(line).output();
  }

  @Test
  void aDirectoryIsServedFromAWorkerOfWhichEveryThreadIsConfined() throws Exception {
    int worker = serve(site.toString());
    assertThat(curl("-i", URL + "/"))
        .contains("HTTP/1.1 200", "<h1>inside</h1>", "X-Content-Type-Options: nosniff");

    Path proc = Path.of("/proc/" + worker);
    assertThat(Files.isSameFile(proc.resolve("root"), site)).isTrue();
    assertThat(Files.readSymbolicLink(proc.resolve("root"))).isEqualTo(site);
    try (var names = Files.list(proc.resolve("root"))) {
      assertThat(names.map(p -> p.getFileName().toString())).containsExactly("index.html");
    }
    try (var threads = Files.list(proc.resolve("task"))) {
      for (Path thread : threads.toList()) {
        int tid = Integer.parseInt(thread.getFileName().toString());
        try (Fd file = ThreadStatus.open(worker, tid)) {
          ThreadStatus status = ThreadStatus.read(file);
          assertThat(status.uids()).doesNotContain(0);
          assertThat(status.gids()).doesNotContain(0);
          assertThat(status.groups()).isEmpty();
          assertThat(
                  Capability.names(
                      status.effective()
                          | status.permitted()
                          | status.inheritable()
                          | status.bounding()
                          | status.ambient()))
              .isEqualTo(Capability.names(0));
          assertThat(status.noNewPrivileges()).isTrue();
          assertThat(status.seccomp()).isEqualTo(2);
        }
      }
    }
  }

  @Test
  void filesAnswerAsHttpWantsIt() throws Exception {
    Files.writeString(site.resolve("text.txt"), "0123456789");
    Files.write(site.resolve("large.bin"), new byte[3_000_000]);
    Files.createDirectories(site.resolve("sub"));
    Files.writeString(site.resolve(".secret"), "no");
    Files.createSymbolicLink(site.resolve("out"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(site.resolve("up"), Path.of("../../outside"));
    Files.createSymbolicLink(site.resolve("same"), Path.of("text.txt"));
    Files.writeString(machine.home().resolve("srv/outside"), "outside");
    Files.writeString(site.resolve("text.txt.gz"), "not really compressed");
    serve(site.toString());

    assertThat(curl("-i", "-r", "2-4", URL + "/text.txt"))
        .contains("HTTP/1.1 206", "Content-Range: bytes 2-4/10", "\r\n\r\n234");
    assertThat(curl("-i", "-r", "20-", URL + "/text.txt"))
        .contains("HTTP/1.1 416", "Content-Range: bytes */10");
    assertThat(curl("-r", "0-0,9-9", URL + "/text.txt"))
        .contains("Content-Range: bytes 0-0/10", "Content-Range: bytes 9-9/10");
    String head = curl("-I", URL + "/text.txt");
    String etag = head.lines().filter(l -> l.startsWith("ETag: ")).findFirst().orElseThrow();
    assertThat(curl("-i", "-H", "If-None-Match: " + etag.substring(6).strip(), URL + "/text.txt"))
        .contains("HTTP/1.1 304");
    assertThat(curl("-i", "-H", "If-Match: \"other\"", URL + "/text.txt")).contains("HTTP/1.1 412");
    assertThat(curl("-i", "-H", "Accept-Encoding: gzip", URL + "/text.txt"))
        .contains("Content-Encoding: gzip", "not really compressed", "Vary: Accept-Encoding");
    assertThat(curl("-i", "-H", "Accept-Encoding: gzip;q=0", URL + "/text.txt"))
        .doesNotContain("Content-Encoding")
        .contains("0123456789");
    assertThat(curl("-o", "/dev/null", "-w", "%{size_download}", URL + "/large.bin"))
        .isEqualTo("3000000");
    assertThat(curl("-i", URL + "/sub")).contains("HTTP/1.1 301", "Location: /sub/");
    assertThat(curl("-i", URL + "/sub/")).contains("HTTP/1.1 403");
    assertThat(curl("-i", URL + "/.secret")).contains("HTTP/1.1 404");
    assertThat(curl("-i", URL + "/out")).contains("HTTP/1.1 404");
    assertThat(curl("-i", URL + "/up")).contains("HTTP/1.1 404");
    assertThat(curl("-i", URL + "/same")).contains("HTTP/1.1 200", "0123456789");
    assertThat(curl("-i", "-X", "POST", "-d", "x", URL + "/text.txt"))
        .contains("HTTP/1.1 405", "Allow: GET, HEAD");
    assertThat(curl("-i", "--path-as-is", URL + "/../../etc/passwd")).contains("HTTP/1.1 400");
    assertThat(curl("-i", URL + "/%2e%2e/%2e%2e/etc/passwd")).doesNotContain("root:");
  }

  @Test
  void aKilledWorkerIsReplacedAndBadConfigurationsChangeNothing() throws Exception {
    Path file = machine.home().resolve("web.toml");
    String good = "listen = [\"127.0.0.1:8080\"]\nroot = \"srv/site\"\n";
    Files.writeString(file, good);
    int first = serve(file.toString());
    Process started = server;
    assertThat(started).isNotNull();
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    int second = worker(Installation.readUntil(started, " serves"));
    assertThat(second).isNotEqualTo(first);
    assertThat(curl(URL + "/")).contains("<h1>inside</h1>");

    Files.writeString(file, good + "lisden = 3\n");
    Result refused = machine.brig("reload", file.toString());
    assertThat(refused.status()).isEqualTo(100);
    assertThat(refused.output())
        .contains("unknown key 'lisden'. Did you mean 'listen'? (" + file + ":3:1)");
    assertThat(ProcessHandle.of(second)).isPresent();

    Files.createDirectories(machine.home().resolve("srv/other"));
    Files.writeString(machine.home().resolve("srv/other/index.html"), "the other");
    Files.writeString(file, good.replace("srv/site", "srv/other"));
    Result reloaded = machine.brig("reload", file.toString());
    assertThat(reloaded.output()).isEqualTo(file + ": reloaded\n");
    // A connection may still fall to the worker that finishes.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    String answer = curl(URL + "/");
    while (!answer.equals("the other") && System.nanoTime() < deadline) {
      answer = curl(URL + "/");
    }
    assertThat(answer).isEqualTo("the other");

    Installation.signal(started, "TERM");
    assertThat(started.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(started.exitValue()).isZero();
  }

  @Test
  void sitesTlsLogsErrorPagesAndStatusAreWhatTheConfigurationSays() throws Exception {
    Path home = machine.home();
    assertThat(
            machine
                .run(
                    List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost",
                        "-keyout",
                        home + "/key.pem",
                        "-out",
                        home + "/cert.pem"))
                .status())
        .isZero();
    Files.createDirectories(home.resolve("srv/second/pages"));
    Files.writeString(home.resolve("srv/second/index.html"), "second");
    Files.writeString(home.resolve("srv/site/404.html"), "my own page");
    Path file = home.resolve("web.toml");
    Files.writeString(
        file,
        """
        listen = ["127.0.0.1:8080"]
        listen_tls = ["127.0.0.1:8443"]
        status = "127.0.0.1:8081"
        root = "srv/site"
        chroot_dir = "srv"
        error_pages = { 404 = "/404.html" }
        headers = { X-Frame-Options = "", X-Mine = "yes" }
        tls = { certificate = "cert.pem", key = "key.pem" }

        [log]
        access = "access.log"

        [[rewrite]]
        from = "/old/*"
        to = "/new/*"
        redirect = 301

        [[location]]
        path = "/pages/"
        root = "srv/second/pages"

        [[site]]
        names = ["second.example"]
        root = "srv/second"
        listing = true
        """);
    int worker = serve(file.toString());
    assertThat(Files.isSameFile(Path.of("/proc/" + worker + "/root"), home.resolve("srv")))
        .isTrue();
    assertThat(curl("-i", URL + "/none"))
        .contains("HTTP/1.1 404", "my own page", "X-Mine: yes")
        .doesNotContain("X-Frame-Options");
    assertThat(curl("-i", URL + "/old/a?b=c")).contains("HTTP/1.1 301", "Location: /new/a?b=c");
    assertThat(curl("-H", "Host: second.example:8080", URL + "/")).isEqualTo("second");
    assertThat(curl("-H", "Host: second.example", URL + "/pages/")).contains("Index of /pages/");
    String secure = "https://localhost:8443/";
    String[] trust = {"--cacert", home + "/cert.pem", "-w", " %{http_version}"};
    assertThat(curl(trust[0], trust[1], trust[2], trust[3], secure))
        .isEqualTo("<h1>inside</h1>\n 2");
    assertThat(
            curl("--http1.1", "--tls-max", "1.2", trust[0], trust[1], trust[2], trust[3], secure))
        .isEqualTo("<h1>inside</h1>\n 1.1");
    assertThat(curl("http://127.0.0.1:8081/metrics")).contains("brig_web_requests_total");
    assertThat(curl("http://127.0.0.1:8081/status")).contains("\"worker\":" + worker);

    Path log = home.resolve("access.log");
    await(() -> Files.readString(log).contains("\"GET /none HTTP/1.1\" 404 "));
    Files.move(log, home.resolve("access.log.1"));
    Process started = server;
    assertThat(started).isNotNull();
    Installation.signal(started, "USR1");
    await(() -> Files.exists(log));
    curl("-A", "two\"\nlines", URL + "/later");
    curl(URL + "/later");
    await(() -> Files.readString(log).contains("\"GET /later HTTP/1.1\" 404 "));
    assertThat(machine.run(List.of("cat", log.toString())).output()).doesNotContain("\nlines");

    Result explained =
        machine.brig("serve", "--explain", "http://second.example/pages/x", file + "");
    assertThat(explained.output())
        .contains("site: second.example (" + file + ":22:3)")
        .contains("in the jail: /second/pages/x");
  }

  @Test
  void whatGoesWrongIsToldAndHarmsNobody() throws Exception {
    Path home = machine.home();
    Path many = Files.createDirectories(site.resolve("many"));
    for (int i = 0; i <= 10_000; i++) {
      Files.createFile(many.resolve("f" + i));
    }
    Path odd = Files.createDirectories(site.resolve("odd"));
    machine.run(
        List.of(
            "sh",
            "-c",
            "cd \"$0\" && touch 'a b&<c>' 100% \"$(printf 'bad\\377')\" \"$(printf 'new\\nline')\"",
            odd.toString()));
    Path file = home.resolve("web.toml");
    String good =
        "listen = [\"127.0.0.1:8080\"]\nroot = \"srv/site\"\nlisting = true\n"
            + "pid_file = \"web.pid\"\n[log]\nerror = \"error.log\"\naccess = ";
    Files.writeString(file, good + "\"access.log\"\n");
    int worker = serve(file.toString());

    assertThat(curl(URL + "/many/")).contains(">f0<", "<p>The first 10000 names; there are more.");
    assertThat(curl(URL + "/odd/"))
        .contains("<a href=\"/odd/a%20b&amp;%3Cc%3E\">a b&amp;&lt;c&gt;</a>")
        .doesNotContain("100", "bad", "new");

    Path bad = home.resolve("bad.toml");
    Files.writeString(
        bad,
        "listen = [\"127.0.0.1:1\"]\nroot = \"srv/none\"\nuser = \"no-such-user\"\n"
            + "mime_types = \"none\"\n");
    assertThat(machine.brig("serve", "--check", bad.toString()).output())
        .isEqualTo(
            "brig: cannot read the types %s/none: ENOENT (No such file or directory). (%s:4:14)\n"
                    .formatted(home, bad)
                + "brig: cannot use the jail %s/srv/none: ENOENT (No such file or directory). (%s:2:8)\n"
                    .formatted(home, bad)
                + "brig: there is no account no-such-user on this host. Name one: user ="
                + " \"www-data\". (%s:3:8)\n".formatted(bad));

    Files.createDirectories(site.resolve("cgi"));
    Files.writeString(
        bad,
        "listen = [\"127.0.0.1:1\"]\nroot = \"srv/site\"\n[[location]]\npath = \"/cgi/\"\n"
            + "cgi = \"srv/site/cgi\"\nuser = \"61237\"\n");
    Files.setPosixFilePermissions(site, PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(machine.brig("serve", bad.toString()).output())
        .isEqualTo(
            "brig: cannot start programs of location /cgi/ (chdir): EACCES (Permission denied).\n");
    Files.setPosixFilePermissions(site, PosixFilePermissions.fromString("rwxr-xr-x"));

    // A second one does not take away what is the first one's.
    Result second = machine.brig("serve", file.toString());
    assertThat(second.status()).isEqualTo(111);
    assertThat(second.output())
        .isEqualTo(
            "brig: cannot listen at 127.0.0.1:8080: EADDRINUSE (Address already in use). Something"
                + " listens there already; ss -ltnp tells what. ("
                + file
                + ":1:11)\n");
    assertThat(home.resolve("web.pid")).exists();

    Files.writeString(file, good + "\"/dev/full\"\n");
    assertThat(machine.brig("reload", file.toString()).output()).endsWith(": reloaded\n");
    for (int i = 0; i < 3; i++) {
      curl(URL + "/");
    }
    String lost = "the access log cannot be written, and lines are lost: ENOSPC";
    await(
        () ->
            curl(URL + "/").contains("inside")
                && Files.readString(home.resolve("error.log")).contains(lost));
    assertThat(Files.readString(home.resolve("error.log")).split(lost, -1)).hasSize(2);

    // Without its jail no other worker starts, and with it one does.
    Path gone = home.resolve("gone");
    Files.move(home.resolve("srv"), gone);
    Process parent = server;
    assertThat(parent).isNotNull();
    parent.children().forEach(ProcessHandle::destroyForcibly);
    Installation.readUntil(parent, "cannot use the jail " + site + ": ENOENT");
    Files.move(gone, home.resolve("srv"));
    assertThat(worker(Installation.readUntil(parent, " serves"))).isNotEqualTo(worker);
    assertThat(curl(URL + "/")).contains("inside");
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
