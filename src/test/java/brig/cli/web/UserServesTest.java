package brig.cli.web;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.linux.Capability;
import brig.linux.Fd;
import brig.linux.ThreadStatus;
import brig.testing.Gcc;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code brig serve} by somebody who is not root. */
@Tag("root")
class UserServesTest {
  private static final String URL = "http://127.0.0.1:8080";
  private static final int USER = 61234;

  private Installation machine;
  private Path home;
  private Path site;
  private String classes;
  private @Nullable Process server;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    home = Files.createDirectory(machine.home().resolve("of-user"));
    site = Files.createDirectories(home.resolve("site"));
    Files.writeString(site.resolve("index.html"), "<h1>inside</h1>\n");
    classes = copyOfClasses();
    own();
  }

  /** Root's own directories are closed to others. */
  private String copyOfClasses() throws IOException {
    Path to = Files.createDirectory(machine.home().resolve("classes"));
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
        String name = to + "/" + entries.size() + "-" + Path.of(entry).getFileName();
        Gcc.run(List.of("cp", "-rL", entry, name), Map.of());
        entries.add(name);
      }
    }
    Gcc.run(List.of("chmod", "-R", "a+rX", to.toString()), Map.of());
    return String.join(File.pathSeparator, entries);
  }

  private void own() throws IOException {
    Gcc.run(List.of("chown", "-R", USER + ":" + USER, home.toString()), Map.of());
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

  private List<String> brig(String... arguments) {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("env", "BRIG_HOME=" + home, "setpriv", "--reuid=" + USER));
    line.addAll(List.of("--regid=" + USER, "--groups=61235", "--"));
    for (String word : Installation.virtualMachine(arguments)) {
      line.add(word.equals(System.getProperty("java.class.path")) ? classes : word);
    }
    return line;
  }

  private int serve(String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("serve"));
    line.addAll(List.of(arguments));
    Process started = machine.start(brig(line.toArray(new String[0])));
    server = started;
    String told = Installation.readUntil(started, ", jail ");
    String after = told.substring(told.lastIndexOf("worker ") + "worker ".length());
    return Integer.parseInt(after.split("[^0-9]", 2)[0]);
  }

  private String curl(String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("curl", "-sS", "-m", "20"));
    line.addAll(List.of(arguments));
    return machine.run(line).output();
  }

  @Test
  void theWorkerIsInItsJailThroughANamespaceOfUsersAndHasNothingLeft() throws Exception {
    Files.createSymbolicLink(site.resolve("out"), Path.of("/etc/passwd"));
    int worker = serve(site.toString());
    assertThat(curl("-i", URL + "/")).contains("HTTP/1.1 200", "<h1>inside</h1>");
    assertThat(curl("-i", URL + "/out")).contains("HTTP/1.1 404");
    Path proc = Path.of("/proc/" + worker);
    assertThat(Files.readSymbolicLink(proc.resolve("root"))).isEqualTo(site);
    assertThat(Files.readSymbolicLink(proc.resolve("ns/user")))
        .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/user")));
    try (var threads = Files.list(proc.resolve("task"))) {
      for (Path thread : threads.toList()) {
        int tid = Integer.parseInt(thread.getFileName().toString());
        try (Fd file = ThreadStatus.open(worker, tid)) {
          ThreadStatus status = ThreadStatus.read(file);
          assertThat(status.uids()).containsOnly(USER);
          assertThat(status.gids()).containsOnly(USER);
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
          assertThat(status.filters()).isEqualTo(2);
        }
      }
    }
    Process started = server;
    assertThat(started).isNotNull();
    Installation.signal(started, "HUP");
    Installation.readUntil(started, "reloaded: ");
    assertThat(curl(URL + "/")).contains("<h1>inside</h1>");
    Installation.signal(started, "TERM");
    assertThat(started.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(started.exitValue()).isZero();
  }

  @Test
  void programsAreInTheSameJailAndEndWithAllThatTheyStarted() throws Exception {
    Path programs = Files.createDirectories(site.resolve("cgi"));
    Files.createDirectories(site.resolve("bin"));
    Files.createDirectories(site.resolve("work"));
    Gcc.run(List.of("cp", "/usr/bin/busybox", site + "/bin/busybox"), Map.of());
    Path look = programs.resolve("look");
    Files.writeString(
        look,
        """
        #!/bin/busybox sh
        /bin/busybox printf 'Content-Type: text/plain\\n\\n'
        /bin/busybox id
        /bin/busybox ls -a /
        /bin/busybox cat /etc/passwd 2>&1
        echo $$
        echo made >/work/file && /bin/busybox cat /work/file
        echo made >/file
        /bin/busybox chmod 777 /index.html 2>&1
        /bin/busybox chroot / /bin/busybox true 2>&1
        (/bin/busybox setsid /bin/busybox sleep 61234 >/dev/null 2>&1 </dev/null &)
        exit 0
        """);
    Files.setPosixFilePermissions(look, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = home.resolve("web.toml");
    Files.writeString(
        file,
        """
        listen = ["127.0.0.1:8080"]
        root = "site"

        [[location]]
        path = "/cgi/"
        cgi = "site/cgi"
        writable = ["site/work"]
        """);
    own();
    serve(file.toString());
    String answer = curl("-i", URL + "/cgi/look");
    assertThat(answer)
        .contains("HTTP/1.1 200", "uid=" + USER + " gid=" + USER)
        .contains("\nindex.html\nwork\n", "can't open '/etc/passwd': No such file")
        .contains("\n1\nmade\n", "/index.html: Read-only file system")
        .contains("chroot: can't change root directory to '/': Operation not permitted");
    assertThat(site.resolve("file")).doesNotExist();
    assertThat(site.resolve("work/file")).hasContent("made\n");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (machine.run(List.of("pgrep", "-f", "sleep 61234")).status() == 0) {
      assertThat(System.nanoTime()).as("what it left behind has ended").isLessThan(deadline);
      Thread.sleep(50);
    }
    // A program that ends does not end the worker.
    assertThat(curl(URL + "/cgi/look")).contains("made");
    assertThat(curl(URL + "/")).contains("inside");
  }

  @Test
  void withoutAJailAProgramThatEndsLeavesTheWorkerAlone() throws Exception {
    Path programs = Files.createDirectories(site.resolve("cgi"));
    Path hello = programs.resolve("hello");
    Files.writeString(
        hello, "#!/bin/sh\necho 'Content-Type: text/plain'\necho\necho hello\n(sleep 61236 &)\n");
    Files.setPosixFilePermissions(hello, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = home.resolve("web.toml");
    Files.writeString(
        file,
        "listen = [\"127.0.0.1:8080\"]\nroot = \"site\"\n"
            + "[[location]]\npath = \"/cgi/\"\ncgi = \"site/cgi\"\n");
    own();
    int worker = serve("--no-jail", file.toString());
    for (int i = 0; i < 3; i++) {
      assertThat(curl(URL + "/cgi/hello")).isEqualTo("hello\n");
    }
    assertThat(ProcessHandle.of(worker)).isPresent();
  }

  @Test
  void whatAUserCannotDoIsSaidWithItsLine() throws Exception {
    Path file = home.resolve("web.toml");
    String good = "listen = [\"127.0.0.1:8080\"]\nroot = \"site\"\n";
    Files.writeString(file, good + "user = \"www-data\"\n");
    own();
    Result other = machine.run(brig("serve", file.toString()));
    assertThat(other.status()).isEqualTo(100);
    assertThat(other.output())
        .isEqualTo(
            "brig: nothing can run as www-data: this is user 61234, not root. Use sudo; or leave"
                + " 'user' out: all runs as who you are. ("
                + file
                + ":3:8)\n");
    Files.writeString(
        file, good + "[[location]]\npath = \"/x/\"\ncgi = \"site\"\nas_owner = true\n");
    Result owner = machine.run(brig("serve", "--check", file.toString()));
    assertThat(owner.status()).isEqualTo(100);
    assertThat(owner.output()).contains("programs cannot run as their owners: this is user 61234");
    Files.writeString(file, good.replace("8080", "80"));
    machine.run(List.of("sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=1024"));
    Result port = machine.run(brig("serve", file.toString()));
    assertThat(port.status()).isEqualTo(111);
    assertThat(port.output()).contains("A port below 1024 needs root.");
  }

  @Test
  void whereTheHostRefusesNamespacesOfUsersThatIsSaid() throws Exception {
    // Nobody makes one in a chroot (user_namespaces(7)).
    Path top = Files.createDirectory(machine.home().resolve("top"));
    List<String> line =
        new ArrayList<>(
            List.of(
                "unshare", "-m", "sh", "-c", "mount --rbind / \"$0\"; exec chroot \"$0\" \"$@\""));
    line.add(top.toString());
    line.addAll(brig("serve", site.toString()));
    Result refused = machine.run(line);
    assertThat(refused.status()).as(refused.output()).isEqualTo(111);
    assertThat(refused.output())
        .contains(
            "cannot jail the worker: this is not root, and there is no user namespace to be had"
                + " (clone3): EPERM (Operation not permitted).",
            "Use sudo: this host lets root alone make one",
            "brig serve --no-jail");
  }
}
