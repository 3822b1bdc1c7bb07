package brig.cli.learn;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.linux.ProcessStatus;
import brig.linux.SyscallNames;
import brig.testing.Gcc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Services of the test's own, of which no rule of the planner can know anything. */
@Tag("service")
class LearnOwnServiceTest {
  private static final String URL = "http://127.0.0.1:8080/";

  private Installation machine;
  private Path site;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    site = Files.createDirectory(machine.home().resolve("site"));
    readable(site);
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
    assertThat(running("learned-svc")).as("left running").isEmpty();
  }

  private static void readable(Path path) throws IOException {
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private Path file(String name, String text) throws IOException {
    Path file = site.resolve(name);
    Files.createDirectories(file.getParent());
    for (Path up = file.getParent(); !up.equals(site); up = up.getParent()) {
      readable(up);
    }
    Files.writeString(file, text);
    readable(file);
    return file;
  }

  /** A server whose answer is 200 when {@code body} sets {@code ok}. */
  private void service(String body) throws IOException {
    String source =
        """
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <netinet/in.h>
        #include <pwd.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <unistd.h>
        #define SITE "%s"
        static int readable(const char *p) { int f = open(p, O_RDONLY); if (f >= 0) close(f); return f >= 0; }
        int main(int argc, char **argv) {
          char path[4096]; (void) path; (void) readable;
          int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
          setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
          struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(8080)};
          if (bind(s, (void *) &a, sizeof a) || listen(s, 9)) { perror("bind"); return 1; }
          for (;;) {
            int c = accept(s, 0, 0), ok = 0;
            char in[4096]; if (read(c, in, sizeof in) < 0) continue;
            %s
            const char *r = ok ? "HTTP/1.0 200 OK\\r\\n\\r\\nyes\\n" : "HTTP/1.0 500 No\\r\\n\\r\\nno\\n";
            if (write(c, r, strlen(r)) < 0) return 2;
            close(c);
          }
        }
        """
            .formatted(site, body);
    Gcc.compile(site.resolve("learned-svc"), source);
    machine.jailfile(
        "own", "command = [\"" + site.resolve("learned-svc") + "\"]\nuser = \"www-data\"\n");
  }

  private Result learn(String... more) throws Exception {
    return machine.brig(
        Stream.concat(Stream.of("learn", "own", "--probe", URL), Stream.of(more))
            .toArray(String[]::new));
  }

  private String lock() throws IOException {
    Path lock = Path.of(machine.paths().etc(), "own.lock.toml");
    return Files.exists(lock) ? Files.readString(lock) : "";
  }

  private void assertASecondLearnAddsNothing() throws Exception {
    String before = lock();
    Result again = learn();
    assertThat(again.status()).as(again.output()).isZero();
    assertThat(again.output()).contains("after 1 round", "Nothing was added");
    assertThat(lock()).isEqualTo(before);
  }

  @Test
  void aPluginWhoseNameIsComputedIsLearnedWithItsEvidenceAndTheJailRuns() throws Exception {
    Gcc.library(site.resolve("plugins/geo.so"), "int geo(void) { return 42; }");
    readable(site.resolve("plugins"));
    service(
        """
        snprintf(path, sizeof path, "%s/plugins/%s.so", SITE, "geo");
        ok = dlopen(path, RTLD_NOW) != 0;
        """);
    Result learned = learn();
    assertThat(learned.output())
        .contains(
            "own: does what was asked of it, in its jail",
            site + "/plugins/geo.so  asked for by " + site + "/learned-svc (openat)");
    assertThat(learned.status()).isZero();
    assertThat(lock())
        .contains(
            "[[run]]\nnumber = 1\nwhere = \"jail\"\nprobe = \"" + URL + "\"\n",
            "[[path]]\npath = \""
                + site
                + "/plugins/geo.so\"\nby = \""
                + site
                + "/learned-svc\"\ncall = \"openat\"\nrun = 1\n");
    assertThat(machine.brig("why", "own", site + "/plugins/geo.so").output())
        .contains(
            "own.lock.toml:", "learned: " + site + "/learned-svc asked for it (openat, run 1)");
    assertASecondLearnAddsNothing();

    // A lock file that changes is noticed like a jailfile that does.
    assertThat(machine.brig("build", "own").output()).contains("nothing changed");
    Files.delete(Path.of(machine.paths().etc(), "own.lock.toml"));
    assertThat(machine.brig("build", "own").output()).doesNotContain("nothing changed");
    assertThat(machine.brig("why", "own", site + "/plugins/geo.so").output())
        .contains("is not in the jail");
  }

  @Test
  void case7_aListedDirectoryIsComparedWithTheHosts() throws Exception {
    file("conf.d/a.conf", "a");
    file("conf.d/b.conf", "b");
    service(
        """
        DIR *d = opendir(SITE "/conf.d"); struct dirent *e;
        while (d && (e = readdir(d))) {
          snprintf(path, sizeof path, "%s/conf.d/%s", SITE, e->d_name);
          if (e->d_name[0] != '.') ok += readable(path);
        }
        if (d) closedir(d);
        ok = ok == 2;
        """);
    Result learned = learn();
    assertThat(learned.status()).as(learned.output()).isZero();
    assertThat(learned.output())
        .contains(
            site + "/conf.d/b.conf  in " + site + "/conf.d, which " + site + "/learned-svc lists");
    assertASecondLearnAddsNothing();
  }

  @Test
  void case8_anAccountThatPasswdLacksIsLearnedFromTheServicesWords() throws Exception {
    service("ok = getpwnam(\"games\") != 0; if (!ok) fprintf(stderr, \"bad user name games\\n\");");
    Result learned = learn();
    assertThat(learned.status()).as(learned.output()).isZero();
    assertThat(learned.output()).contains("the user games  named in what " + site);
    assertThat(lock()).contains("[[user]]\nname = \"games\"\n", "call = \"output\"");
    assertASecondLearnAddsNothing();
  }

  @Test
  void aSearchIsPassedOverAndAWishIsNot() throws Exception {
    file("first/data", "1");
    file("second/data", "2");
    file("wanted", "w");
    service(
        """
        ok = readable(SITE "/first/data") || readable(SITE "/second/data");
        ok = ok && readable(SITE "/wanted");
        """);
    machine.jailfile(
        "own",
        Files.readString(Path.of(machine.paths().jailfile("own")))
            + "[files]\ninclude = [\""
            + site.resolve("second")
            + "\"]\n");
    Result learned = learn();
    assertThat(learned.status()).as(learned.output()).isZero();
    assertThat(learned.output())
        .contains("Passed over", site + "/first/data")
        .contains(site + "/wanted  asked for");
    assertThat(lock()).contains(site + "/wanted").doesNotContain("/first/data");
    assertASecondLearnAddsNothing();
  }

  /** A server asks for what its clients name: that is no search for a better place. */
  @Test
  void aDocumentIsWantedThoughAnotherOfItsNameIsFoundForTheNextRequest() throws Exception {
    file("first/data", "1");
    file("second/data", "2");
    service(
        "ok = 1; readable(strstr(in, \"first\") ? SITE \"/first/data\" : SITE \"/second/data\");");
    machine.jailfile(
        "own",
        Files.readString(Path.of(machine.paths().jailfile("own")))
            + "[files]\ninclude = [\""
            + site.resolve("second")
            + "\"]\n");
    Result learned =
        learn("--", "/bin/sh", "-c", "curl -s " + URL + "first && curl -s " + URL + "second");
    assertThat(learned.status()).as(learned.output()).isZero();
    assertThat(learned.output()).contains(site + "/first/data  asked for by");
  }

  @Test
  void aDirectoryToWriteToIsMadeAndNothingOfTheHostIsTouched() throws Exception {
    Path data = Files.createDirectory(site.resolve("data"));
    readable(data);
    Files.writeString(data.resolve("hosts-own"), "x");
    service(
        """
        int f = open(SITE "/data/made", O_WRONLY | O_CREAT, 0600);
        ok = f >= 0; if (ok) close(f);
        """);
    Result learned = learn();
    assertThat(learned.status()).as(learned.output()).isZero();
    assertThat(lock()).contains("[[temporary]]\npath = \"" + data + "\"\n");
    assertThat(data.resolve("made")).doesNotExist();
    assertASecondLearnAddsNothing();
  }

  @Test
  void whatMustNotComeInIsRefusedAndSaid() throws Exception {
    Path key = file("tls.pem", "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n");
    service("ok = readable(SITE \"/tls.pem\"); readable(\"/root/.ssh/id_rsa\");");
    Result learned = learn("--patience", "2");
    assertThat(learned.status()).isEqualTo(1);
    assertThat(learned.output())
        .contains(
            "own: does not do what was asked of it, after 1 round: the probe fails: HTTP 500",
            "Not brought in: 1",
            key
                + " is held back: it holds a private key. If the service must have it, name it in"
                + " [files] include.");
    assertThat(lock()).isEmpty();
  }

  @Test
  void aPersonAtTheTerminalIsAskedBeforeAPrivateKeyComesIn() throws Exception {
    Path key = file("tls.pem", "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n");
    service("ok = readable(SITE \"/tls.pem\");");
    String question =
        site
            + "/learned-svc asks for "
            + key
            + ", but it holds a private key. Bring it into the jail?";
    String no = answered("n", "--patience", "2");
    assertThat(no).contains(question + " [y/N]", key + " is held back: it holds a private key.");
    assertThat(lock()).isEmpty();
    String yes = answered("y");
    assertThat(yes).contains(question + " [y/N]", "own: does what was asked of it, in its jail");
    assertThat(lock()).contains("path = \"" + key + "\"\nallowed = true\n");
    assertASecondLearnAddsNothing();
  }

  /** What is shown on a pseudo terminal when that is typed at the first question. */
  private String answered(String word, String... more) throws Exception {
    StringBuilder line = new StringBuilder();
    for (String part :
        Installation.commandLine(
            Stream.concat(Stream.of("learn", "own", "--probe", URL), Stream.of(more))
                .toArray(String[]::new))) {
      // As the launcher says it of an error output that is a terminal.
      String terminal = part.equals("brig.cli.Main") ? "'-Dbrig.terminal=true' " : "";
      line.append(terminal).append('\'').append(part).append("' ");
    }
    Process terminal = machine.start(List.of("script", "-qec", line.toString(), "/dev/null"));
    String before = Installation.readUntil(terminal, "[y/N] ");
    terminal.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
    terminal.getOutputStream().flush();
    String after = new String(terminal.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    terminal.waitFor();
    return (before + after).replace("\r", "");
  }

  @Test
  void whereTracingIsForbiddenNothingIsLearnedAndNothingIsLeft() throws Exception {
    service("ok = 1;");
    for (List<String> command :
        List.of(
            List.of("learn", "own", "--probe", URL),
            List.of("learn", "--outside", "own"),
            List.of("trace", "--", "/bin/true"))) {
      Result refused = machine.run(withoutPtrace(command));
      assertThat(refused.status()).as(refused.output()).isEqualTo(111);
      assertThat(refused.output())
          .contains("EPERM (Operation not permitted)")
          .contains("CAP_SYS_PTRACE")
          .contains("ptrace_scope");
    }
    assertThat(lock()).isEmpty();
    assertThat(running("learned-svc")).isEmpty();
  }

  /** As in a container whose filter refuses ptrace(2). */
  private List<String> withoutPtrace(List<String> command) throws IOException {
    Integer ptrace = SyscallNames.current().number("ptrace");
    ByteBuffer filter = ByteBuffer.allocate(4 * 8).order(ByteOrder.nativeOrder());
    filter.putShort((short) 0x20).put((byte) 0).put((byte) 0).putInt(0); // load the number
    filter.putShort((short) 0x15).put((byte) 0).put((byte) 1).putInt(ptrace);
    filter.putShort((short) 0x06).put((byte) 0).put((byte) 0).putInt(0x00050001); // EPERM
    filter.putShort((short) 0x06).put((byte) 0).put((byte) 0).putInt(0x7fff0000); // allow
    Path file = machine.home().resolve("filter");
    Files.write(file, filter.array());
    StringBuilder line =
        new StringBuilder("exec bwrap --dev-bind / / --cap-add ALL --seccomp 9 --");
    for (String part : Installation.commandLine(command.toArray(String[]::new))) {
      line.append(" '").append(part).append('\'');
    }
    return List.of("sh", "-c", line + " 9<" + file);
  }

  @Test
  void aWorkloadThatFailsIsTold() throws Exception {
    service("ok = 1;");
    Result learned = learn("--", "/bin/sh", "-c", "echo I give up; exit 3");
    assertThat(learned.status()).isEqualTo(1);
    assertThat(learned.output())
        .contains(
            "the workload exited with status 3",
            "  | I give up",
            "- the workload fails, and the service asked for nothing more that the host has.");
  }

  @Test
  void aServiceThatGoesIntoTheBackgroundIsTold() throws Exception {
    service("ok = 1;");
    Path program = site.resolve("learned-svc");
    Gcc.compile(
        site.resolve("forks"),
        "#include <unistd.h>\nint main(void) { if (fork()) return 0; sleep(600); return 0; }");
    machine.jailfile("own", "command = [\"" + site.resolve("forks") + "\"]\nuser = \"www-data\"\n");
    assertThat(program).exists();
    Result learned = learn("--patience", "2");
    assertThat(learned.status()).isEqualTo(1);
    assertThat(learned.output())
        .contains("the service went into the background: its first process ended with status 0");
  }

  @Test
  void aTracerThatIsKilledLeavesNothingBehind() throws Exception {
    service("ok = 0;");
    Process learning = machine.startBrig("learn", "own", "--probe", URL, "--patience", "60");
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (running("learned-svc").isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertThat(running("learned-svc")).as("the service runs").isNotEmpty();
    learning.destroyForcibly().waitFor();
    while (!running("learned-svc").isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertThat(running("learned-svc")).isEmpty();
    assertThat(machine.brig("status", "own").output()).doesNotContain("running, pid");
  }

  @Test
  void aKillOfBrigTakesTheWorkloadAndAllThatItStartedAlong() throws Exception {
    service("ok = 1;");
    Path program = site.resolve("learned-wkl");
    Gcc.compile(
        program,
        "#include <unistd.h>\nint main(void) { if (!fork()) setsid(); sleep(600); return 0; }");
    Process learning = machine.startBrig("learn", "own", "--probe", URL, "--", program.toString());
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (running("learned-wkl").size() < 2 && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertThat(running("learned-wkl")).as("the workload runs").hasSize(2);
    learning.destroyForcibly().waitFor();
    while (!(running("learned-svc").isEmpty() && running("learned-wkl").isEmpty())
        && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertThat(running("learned-wkl")).isEmpty();
    assertThat(running("learned-svc")).isEmpty();
  }

  private static List<Integer> running(String name) throws IOException {
    java.util.ArrayList<Integer> pids = new java.util.ArrayList<>();
    for (int pid : ProcessStatus.all()) {
      ProcessStatus process = ProcessStatus.of(pid);
      if (process != null && process.name().equals(name) && !process.ended()) {
        pids.add(pid);
      }
    }
    return pids;
  }

  @Test
  void whatItUsesOnTheHostIsABeginning() throws Exception {
    file("deep/config", "x");
    service("ok = readable(SITE \"/deep/config\");");
    Result outside = machine.brig("learn", "--outside", "own", "--probe", URL);
    assertThat(outside.status()).as(outside.output()).isZero();
    assertThat(outside.output()).contains("does what was asked of it, on the host");
    assertThat(lock()).contains("where = \"host\"", "path = \"" + site + "/deep/config\"");
    // Calls and ports are those of a run in the jail.
    assertThat(learn().output()).contains("after 1 round", "Nothing was added");
    assertASecondLearnAddsNothing();
  }

  @Test
  void theJailIsBuiltFromTheLockFileByOtherCommandsToo() throws Exception {
    file("asked", "x");
    service("ok = readable(SITE \"/asked\");");
    assertThat(learn("--json").output()).contains("\"passed\" : true", "\"kind\" : \"path\"");
    machine.startService("own");
    Result got = machine.run(List.of("curl", "-sS", URL));
    assertThat(got.output()).isEqualTo("yes\n");
    Result refused = learn();
    assertThat(refused.status()).isEqualTo(111);
    assertThat(refused.output()).contains("cannot learn what own needs: it is running, pid ");
    assertThat(machine.brig("stop", "own").status()).isZero();
    assertThat(lock().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
  }
}
