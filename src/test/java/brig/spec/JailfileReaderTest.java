package brig.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JailfileReaderTest {
  static final String GOOD =
      """
      command = ["/usr/sbin/www", "-f"]
      user = "www-data"
      """;

  static JailSpec read(String text) throws BrigException {
    return JailfileReader.read("www", "www.toml", text.getBytes(StandardCharsets.UTF_8));
  }

  /** Every mistake, as a person sees it. */
  static List<String> mistakes(String text) {
    return mistakes(text.getBytes(StandardCharsets.UTF_8));
  }

  static List<String> mistakes(byte[] content) {
    BrigException e =
        catchThrowableOfType(
            BrigException.class, () -> JailfileReader.read("www", "www.toml", content));
    assertThat(e).as("nothing was found wrong").isNotNull();
    assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
    return e.problems().stream().map(Problem::text).toList();
  }

  @Test
  void theShortestJailfileHasSecureDefaults() throws BrigException {
    JailSpec spec = read(GOOD);
    assertThat(spec.name()).isEqualTo("www");
    assertThat(spec.mode()).isEqualTo(JailSpec.Mode.COPY);
    assertThat(spec.command().program()).isEqualTo("/usr/sbin/www");
    assertThat(spec.command().argv().value()).containsExactly("/usr/sbin/www", "-f");
    assertThat(spec.command().argv().at().toString()).isEqualTo("www.toml:1:12");
    assertThat(spec.command().workingDirectory()).isEqualTo("/");
    assertThat(spec.command().umask()).isEqualTo(027);
    assertThat(spec.command().stopSignal()).isEqualTo("TERM");
    assertThat(spec.command().stopTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(spec.identity().startAsRoot()).isFalse();
    assertThat(spec.identity().capabilities()).isEmpty();
    assertThat(spec.identity().group()).isNull();
    assertThat(spec.devices().names())
        .extracting(Located::value)
        .containsExactly("null", "zero", "random", "urandom");
    assertThat(spec.devices().fromHost()).isFalse();
    assertThat(spec.environment()).isEmpty();
    assertThat(spec.namespaces()).isEqualTo(new JailSpec.Namespaces(true, true, false));
    assertThat(spec.network().mode()).isEqualTo(JailSpec.NetworkMode.HOST);
    assertThat(spec.network().listen()).isNull();
    assertThat(spec.seccomp().enabled()).isTrue();
    assertThat(spec.landlock()).isEqualTo(JailSpec.Landlock.AUTO);
    assertThat(spec.features().timezone().value()).isEqualTo("host");
    assertThat(spec.features().dns()).isEqualTo(JailSpec.Switch.AUTO);
    assertThat(spec.limits().values()).containsOnlyKeys("RLIMIT_CORE");
  }

  @Test
  void everyKeyThatThisVersionHonoursIsRead() throws BrigException {
    JailSpec spec =
        read(
            """
            description = "all of it"
            mode = "copy"
            command = ["/usr/sbin/www"]
            user = "www-data"
            group = "www-data"
            groups = ["ssl-cert", "33"]
            start_as_root = true
            capabilities = ["CAP_SETUID", "setgid", "NET_BIND_SERVICE"]
            working_directory = "/srv"
            umask = "077"
            stop_signal = "SIGQUIT"
            stop_timeout = "500ms"
            hardening = "standard"
            landlock = "require"

            [files]
            include = ["/srv/www", "/usr/share/www/*.conf"]
            exclude = ["/srv/www/.git"]
            programs = ["/usr/bin/perl"]
            writable = ["/var/log/www", { path = "/var/lib/www", owner = "root", mode = "0700" }]
            temporary = ["/tmp", { path = "/run/www", owner = "root", mode = "0711", size = "2M" }]
            directories = ["/var/empty"]
            map = { "/etc/www.conf" = "/etc/www/jailed.conf" }

            [[files.content]]
            path = "/etc/motd"
            text = "hello"
            mode = "0600"

            [features]
            dns = true
            nss = false
            timezone = "Europe/Zurich"
            locales = ["C.UTF-8"]

            [accounts]
            users = ["list"]
            groups = ["mail"]

            [devices]
            names = ["null", "tty"]
            mode = "bind"

            [sockets]
            "/run/postgresql" = "/run/postgresql"

            [environment]
            LANG = "C.UTF-8"
            HOME = "/srv"

            [limits]
            open_files = 4096
            processes = "64"
            file_size = "1G"
            stack = "unlimited"

            [namespaces]
            ipc = false
            uts = true

            [network]
            listen = [8080]
            connect = [5432, 53]
            sockets = ["0.0.0.0:80", "[::]:80", "[2001:db8::1]:443"]

            [seccomp]
            profile = "default"
            allow = ["ptrace"]
            deny = ["mprotect"]
            mode = "enforce"
            """);
    assertThat(spec.description()).isEqualTo("all of it");
    assertThat(spec.identity().groups())
        .extracting(Located::value)
        .containsExactly("ssl-cert", "33");
    assertThat(spec.identity().capabilities())
        .extracting(Located::value)
        .containsExactly("CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE");
    assertThat(spec.command().umask()).isEqualTo(077);
    assertThat(spec.command().stopSignal()).isEqualTo("QUIT");
    assertThat(spec.command().stopTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(spec.landlock()).isEqualTo(JailSpec.Landlock.REQUIRE);
    assertThat(spec.files().writable())
        .extracting(Located::value)
        .containsExactly(
            new JailSpec.WritablePath("/var/log/www", null, OptionalInt.empty()),
            new JailSpec.WritablePath("/var/lib/www", "root", OptionalInt.of(0700)));
    assertThat(spec.files().temporary())
        .extracting(Located::value)
        .containsExactly(
            new JailSpec.TemporaryPath("/tmp", null, 01777, 64 << 20),
            new JailSpec.TemporaryPath("/run/www", "root", 0711, 2 << 20));
    assertThat(spec.files().mapped().getFirst().value())
        .isEqualTo(new JailSpec.MountedPath("/etc/www.conf", "/etc/www/jailed.conf"));
    assertThat(spec.files().contents().getFirst().value())
        .isEqualTo(new JailSpec.Content("/etc/motd", "hello", 0600));
    assertThat(spec.files().include().get(1).at().toString()).isEqualTo("www.toml:17:24");
    assertThat(spec.features().dns()).isEqualTo(JailSpec.Switch.ON);
    assertThat(spec.features().nss()).isEqualTo(JailSpec.Switch.OFF);
    assertThat(spec.features().timezone().value()).isEqualTo("Europe/Zurich");
    assertThat(spec.devices().fromHost()).isTrue();
    assertThat(spec.sockets()).hasSize(1);
    assertThat(spec.environment()).isEqualTo(Map.of("LANG", "C.UTF-8", "HOME", "/srv"));
    assertThat(spec.limits().values().get("RLIMIT_NOFILE").value()).isEqualTo(4096);
    assertThat(spec.limits().values().get("RLIMIT_NPROC").value()).isEqualTo(64);
    assertThat(spec.limits().values().get("RLIMIT_FSIZE").value()).isEqualTo(1L << 30);
    assertThat(spec.limits().values().get("RLIMIT_STACK").value()).isEqualTo(-1);
    assertThat(spec.namespaces()).isEqualTo(new JailSpec.Namespaces(true, false, true));
    assertThat(spec.network().listen()).extracting(Located::value).containsExactly(8080);
    assertThat(spec.network().connect()).extracting(Located::value).containsExactly(5432, 53);
    assertThat(spec.network().sockets()).hasSize(3);
    assertThat(spec.seccomp().allow()).extracting(Located::value).containsExactly("ptrace");
  }

  @Test
  void tenMistakesInOneFileAreAllTold() {
    assertThat(
            mistakes(
                """
                description = "ten mistakes"
                mode = "copi"
                comand = ["/usr/sbin/nginx"]
                command = ["nginx"]
                user = "root"
                umask = 27
                capabilities = ["CAP_SYS_ADMIN", "NET_BIND_SERVISE"]
                [files]
                include = ["/etc/shadow", "usr/share", "/srv//www"
                writable = ["/usr"]
                [limits]
                open_files = "many"
                """))
        .containsExactly(
            "'mode' cannot be \"copi\", but \"copy\", \"bind\", \"late\" or \"self\"."
                + " Did you mean \"copy\"? (www.toml:2:8)",
            "unknown key 'comand'. Did you mean 'command'? (www.toml:3:1)",
            "the program \"nginx\" is not an absolute path."
                + " Write where it is: 'command -v nginx' tells. (www.toml:4:12)",
            "user = \"root\": a jail does not hold a service that stays root. Name another account."
                + " A service that must start as root and drops by itself can, with"
                + " start_as_root = true and the capabilities that it needs. (www.toml:5:8)",
            "'umask' must be a string, not a whole number. Write \"27\". (www.toml:6:9)",
            "CAP_SYS_ADMIN would defeat the jail: with it a process mounts what it likes and"
                + " leaves. Leave it out; no jail has it. (www.toml:7:17)",
            "there is no capability \"NET_BIND_SERVISE\"."
                + " Did you mean CAP_NET_BIND_SERVICE? (www.toml:7:34)",
            "expected ',' or ']', found 'w'. The array begins at line 9. (www.toml:10:1)",
            "\"/usr\" cannot be writable: it covers much that must not change."
                + " Name the directory below it that the service writes to, or let it write"
                + " elsewhere. (www.toml:10:13)",
            "\"many\" is no limit for 'open_files'."
                + " Write a whole number, or \"unlimited\". (www.toml:12:14)");
  }
}
