package brig.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a web application talks to, outside of any jail: a database, a name server, a site with a
 * certificate, a mail server; all in the network of the test's, with their files in its directory.
 */
final class Backends implements AutoCloseable {
  private final Installation machine;
  private final List<Process> running = new ArrayList<>();

  Backends(Installation machine) {
    this.machine = machine;
  }

  /** A directory of the test's that everybody may read. */
  Path directory(String name) throws IOException {
    Path directory = Files.createDirectories(machine.home().resolve(name));
    for (Path at = directory; !at.equals(machine.home()); at = at.getParent()) {
      Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return directory;
  }

  /** A file that everybody may read. */
  Path file(String path, String mode, String text) throws IOException {
    Path file = machine.home().resolve(path);
    directory(machine.home().relativize(file.getParent()).toString());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  /** What a program prints, which must go well. */
  String run(String... command) throws Exception {
    Installation.Result result = machine.run(List.of(command));
    assertThat(result.status()).as("%s: %s", List.of(command), result.output()).isZero();
    return result.output();
  }

  private Process start(List<String> command, String name) throws Exception {
    // A full pipe would stop whoever prints to it.
    List<String> line = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >\"$0\" 2>&1"));
    line.add(machine.home() + "/" + name + ".out");
    line.addAll(command);
    Process process = machine.start(line);
    running.add(process);
    return process;
  }

  /** Waits for what must come to be, however busy the machine is. */
  static void await(String what, Step done) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!done.isDone()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  /** Whether it is so by now. */
  @FunctionalInterface
  interface Step {
    boolean isDone() throws Exception;
  }

  private void awaitPort(int port) throws Exception {
    await(
        "port " + port,
        () ->
            machine
                .run(List.of("ss", "-Hltn", "sport", "=", ":" + port))
                .output()
                .contains("127.0.0.1:" + port));
  }

  /** PostgreSQL with its socket in the directory {@code db} and on 127.0.0.1:5432. */
  void postgresql() throws Exception {
    Path socket = directory("db");
    Path data = directory("pg");
    run("chown", "postgres:postgres", socket.toString(), data.toString());
    List<String> as =
        List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--");
    String bin = "/usr/lib/postgresql/15/bin/";
    List<String> initdb = new ArrayList<>(as);
    initdb.addAll(
        List.of(bin + "initdb", "--no-sync", "--locale=C.UTF-8", "-A", "trust", "-D", data + "/d"));
    run(initdb.toArray(String[]::new));
    List<String> postgres = new ArrayList<>(as);
    postgres.addAll(
        List.of(bin + "postgres", "-D", data + "/d", "-k", socket.toString(), "-c", "fsync=off"));
    postgres.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=16MB"));
    start(postgres, "postgres");
    UnixDomainSocketAddress address =
        UnixDomainSocketAddress.of(socket.resolve(".s.PGSQL.5432").toString());
    await(
        "the database",
        () -> {
          try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(address);
          } catch (IOException e) {
            return false;
          }
          return machine
                  .run(List.of("psql", "-h", socket.toString(), "-U", "postgres", "-c", "select 1"))
                  .status()
              == 0;
        });
  }

  /** A name server on an address of the loopback, which knows one name. */
  void dns(String listen, String name, String address) throws Exception {
    start(
        List.of(
            "dnsmasq",
            "--no-daemon",
            "--conf-file=/dev/null",
            "--user=root",
            "--pid-file=",
            "--no-hosts",
            "--no-resolv",
            "--bind-interfaces",
            "--listen-address=" + listen,
            "--address=/" + name + "/" + address),
        "dns" + listen);
    await(
        "the name server",
        () -> machine.run(List.of("dig", "+short", "@" + listen, name)).output().contains(address));
  }

  /**
   * The host's name service cache, which knows one name from a file of its own; its socket is in
   * the directory {@code nscd}. The paths that it is compiled with are the test's in its mounts.
   */
  void nscd(String name, String address) throws Exception {
    Path hosts = file("nscd-hosts", "rw-r--r--", address + " " + name + "\n");
    Path configuration =
        file(
            "nscd.conf",
            "rw-r--r--",
            """
            enable-cache hosts yes
            persistent hosts no
            shared hosts no
            check-files hosts no
            enable-cache passwd no
            enable-cache group no
            enable-cache services no
            enable-cache netgroup no
            """);
    start(
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs own /run && mkdir /run/nscd && mount --bind "
                + directory("nscd")
                + " /run/nscd && mount --bind "
                + hosts
                + " /etc/hosts && exec nscd --foreground --config-file "
                + configuration),
        "nscd");
    await("the cache", () -> Files.exists(machine.home().resolve("nscd/socket")));
  }

  /** A site with a certificate by an authority that nobody knows but {@code authority.crt}. */
  void https(String name) throws Exception {
    Path at = directory("tls");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=an authority",
        "-keyout",
        at + "/authority.key",
        "-out",
        at + "/authority.crt");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-addext",
        "subjectAltName=DNS:" + name,
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-CA",
        at + "/authority.crt",
        "-CAkey",
        at + "/authority.key",
        "-keyout",
        at + "/site.key",
        "-out",
        at + "/site.crt");
    start(
        List.of(
            "openssl",
            "s_server",
            "-accept",
            "127.0.0.1:443",
            "-cert",
            at + "/site.crt",
            "-key",
            at + "/site.key",
            "-www",
            "-quiet"),
        "https");
    awaitPort(443);
  }

  /** A mail server that takes any letter; {@code letter} is the last one, whole. */
  void smarthost() throws Exception {
    Path program =
        file(
            "smarthost.py",
            "rw-r--r--",
            """
            import os, socketserver, sys
            class Smarthost(socketserver.StreamRequestHandler):
                def say(self, text):
                    self.wfile.write(text.encode() + b"\\r\\n")
                def handle(self):
                    self.say("220 smarthost")
                    envelope = []
                    while True:
                        line = self.rfile.readline().decode().rstrip()
                        word = line[:4].upper()
                        if word in ("EHLO", "HELO", "RSET", "NOOP"):
                            self.say("250 yes")
                        elif word in ("MAIL", "RCPT"):
                            envelope.append(line)
                            self.say("250 yes")
                        elif word == "DATA":
                            self.say("354 go on")
                            letter = b""
                            while (part := self.rfile.readline()) not in (b".\\r\\n", b""):
                                letter += part
                            with open(sys.argv[1] + ".new", "wb") as out:
                                out.write("\\n".join(envelope).encode() + b"\\n" + letter)
                            os.rename(sys.argv[1] + ".new", sys.argv[1])
                            self.say("250 taken")
                        elif word == "QUIT":
                            self.say("221 bye")
                            return
                        elif not line:
                            return
                        else:
                            self.say("502 no")
            socketserver.ThreadingTCPServer.allow_reuse_address = True
            socketserver.ThreadingTCPServer(("127.0.0.1", 25), Smarthost).serve_forever()
            """);
    start(List.of("python3", program.toString(), letter().toString()), "smarthost");
    awaitPort(25);
  }

  Path letter() {
    return machine.home().resolve("letter");
  }

  @Override
  public void close() throws Exception {
    for (Process process : running) {
      // All of them are the programs themselves, by exec; PostgreSQL ends its own processes.
      Installation.signal(process, "INT");
    }
    for (Process process : running) {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }
}
