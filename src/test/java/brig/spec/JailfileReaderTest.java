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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "comand | Did you mean 'command'?",
        "usr | Did you mean 'user'?",
        "start-as-root | Did you mean 'start_as_root'?",
        "capabilites | Did you mean 'capabilities'?",
        "env | Did you mean 'environment'?",
        "Files | Did you mean 'files'?",
        "include | It belongs to [files].",
        "open_files | It belongs to [limits]."
      })
  void anUnknownKeyGetsTheNearestKnownOne(String key, String remedy) {
    assertThat(mistakes(GOOD + key + " = 1\n"))
        .containsExactly("unknown key '" + key + "'. " + remedy + " (www.toml:3:1)");
  }

  @Test
  void anUnknownKeyOfATableNamesTheTable() {
    assertThat(
            mistakes(
                GOOD
                    + """
                    [files]
                    includes = []
                    umask = "027"
                    writable = [{ path = "/srv/x", onwer = "root" }]
                    [quite_another]
                    x = 1
                    """))
        .containsExactly(
            "unknown key 'includes' in [files]. Did you mean 'include'? (www.toml:4:1)",
            "unknown key 'umask' in [files]. It belongs to the top of the file, before the first"
                + " [table]. (www.toml:5:1)",
            "unknown key 'onwer' in writable. Did you mean 'owner'? (www.toml:6:32)",
            "unknown key 'quite_another'. (www.toml:7:2)");
  }

  @Test
  void wrongTypesSayWhatIsWanted() {
    assertThat(
            mistakes(
                """
                command = "/usr/sbin/www"
                user = 33
                start_as_root = "true"
                files = []
                environment = { A = 1 }
                network = { listen = ["80"] }
                groups = ["a", 1, 2.5, 1979-05-27]
                """))
        .containsExactly(
            "'command' must be an array of strings, not a string. Write [\"/usr/sbin/www\"]."
                + " (www.toml:1:11)",
            "'user' must be a string, not a whole number. Write \"33\". (www.toml:2:8)",
            "'start_as_root' must be true or false, not a string. Write it without quotes."
                + " (www.toml:3:17)",
            "'files' must be a table, not an array. (www.toml:4:9)",
            "'A' must be a string, not a whole number. Write \"1\". (www.toml:5:21)",
            "'listen' in [network] must hold port numbers, not a string. (www.toml:6:23)",
            "'groups' must hold strings only, not a whole number. (www.toml:7:16)",
            "'groups' must hold strings only, not a decimal number. (www.toml:7:19)",
            "'groups' must hold strings only, not a date or time. (www.toml:7:24)");
  }

  @Test
  void whatIsMissingIsTold() {
    assertThat(mistakes(""))
        .containsExactly(
            "'command' is missing. Write the program and its arguments: command ="
                + " [\"/usr/sbin/nginx\", \"-g\", \"daemon off;\"]. (www.toml:1:1)",
            "'user' is missing. Name the account that the service runs as, best one of its own:"
                + " user = \"www-data\". (www.toml:1:1)");
    assertThat(mistakes("command = []\nuser = \"x\"\n"))
        .containsExactly("'command' is empty. Name a program by its full path. (www.toml:1:1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "srv/www | the path \"srv/www\" is not absolute. Write it from the root: \"/...\".",
        "/srv//www | the path \"/srv//www\" is not in its plain form. Write \"/srv/www\".",
        "/srv/./www | the path \"/srv/./www\" is not in its plain form. Write \"/srv/www\".",
        "/srv/www/ | the path \"/srv/www/\" is not in its plain form. Write \"/srv/www\".",
        "/srv/../etc | the path \"/srv/../etc\" is not in its plain form. Write it without \"..\".",
        "'' | the path is empty."
      })
  void pathsAreAbsoluteAndPlain(String path, String message) {
    for (String key : List.of("include", "exclude", "writable", "temporary", "directories")) {
      assertThat(mistakes(GOOD + "[files]\n" + key + " = [\"" + path + "\"]\n"))
          .containsExactly(message + " (www.toml:4:" + (key.length() + 5) + ")");
    }
  }

  @Test
  void aSyncTellsUnlessTheJailfileWantsARestart() throws BrigException {
    assertThat(read(GOOD).command().onSync()).isEqualTo(JailSpec.OnSync.TELL);
    assertThat(read(GOOD + "on_sync = \"tell\"\n").command().onSync())
        .isEqualTo(JailSpec.OnSync.TELL);
    assertThat(read(GOOD + "on_sync = \"restart\"\n").command().onSync())
        .isEqualTo(JailSpec.OnSync.RESTART);
    assertThat(mistakes(GOOD + "on_sync = \"restrt\"\n"))
        .containsExactly(
            "'on_sync' cannot be \"restrt\", but \"tell\" or \"restart\"."
                + " Did you mean \"restart\"? (www.toml:3:11)");
  }

  @Test
  void badValuesAreToldOneByOne() {
    assertThat(
            mistakes(
                GOOD
                    + """
                    umask = "o27"
                    stop_signal = "TREM"
                    stop_timeout = "10"
                    landlock = "on"
                    [files]
                    writable = [{ path = "/srv/x", mode = "rwx" }, {}, 3]
                    temporary = [{ path = "/srv/y", size = "big" }]
                    [features]
                    timezone = "/etc/localtime"
                    locales = ["C UTF-8"]
                    [devices]
                    names = ["sda", "/dev/null"]
                    [environment]
                    "A=B" = "x"
                    [limits]
                    open_files = -1
                    stack = "1K"
                    core = "99999999999999T"
                    [network]
                    listen = [0, 65536, 80, 80]
                    sockets = ["80", "1.2.3:80", "[::1]", "[:::]:1", "0.0.0.0:80", "0.0.0.0:80"]
                    [seccomp]
                    allow = ["Ptrace"]
                    """))
        .containsExactly(
            "\"o27\" is no umask. Write octal digits: \"027\". (www.toml:3:9)",
            "\"TREM\" is no signal that stops a service. Did you mean \"TERM\"? (www.toml:4:15)",
            "\"10\" is no time for 'stop_timeout'. Write a number with ms, s, m or h: 0s to 1h."
                + " (www.toml:5:16)",
            "'landlock' cannot be \"on\", but \"auto\", \"require\" or \"off\". (www.toml:6:12)",
            "\"rwx\" is no mode. Write octal digits: \"0750\". (www.toml:8:39)",
            "'path' is missing in writable. Every one needs it. (www.toml:8:48)",
            "'writable' in [files] must hold paths or tables such as { path = \"/...\" }, not a"
                + " whole number. (www.toml:8:52)",
            "\"big\" is no size for a directory. Write bytes, or a number with K, M or G, at least"
                + " 4K: \"64M\". (www.toml:9:40)",
            "\"/etc/localtime\" is no time zone. Write \"host\", \"all\", \"none\" or a name such"
                + " as \"Europe/Zurich\". (www.toml:11:12)",
            "\"C UTF-8\" is no locale. Write it as 'locale -a' does: \"C.UTF-8\". (www.toml:12:12)",
            "the device \"sda\" is none that a jail may have. Choose among null, zero, full,"
                + " random, urandom, tty. (www.toml:14:10)",
            "the device \"/dev/null\" is none that a jail may have. Write it without /dev/."
                + " (www.toml:14:17)",
            "\"A=B\" is no name of an environment variable. Use letters, digits and '_', no digit"
                + " first. (www.toml:16:1)",
            "\"-1\" is no limit for 'open_files'. Write a whole number, or \"unlimited\"."
                + " (www.toml:18:14)",
            "no service can start with stack = 1K. Give it at least 65536. (www.toml:19:9)",
            "\"99999999999999T\" is no limit for 'core'. Write bytes, a number with K, M or G, or"
                + " \"unlimited\". (www.toml:20:8)",
            "0 is no port. Ports go from 1 to 65535. (www.toml:22:11)",
            "65536 is no port. Ports go from 1 to 65535. (www.toml:22:14)",
            "80 is twice in 'listen' in [network]. It is there at line 22 already; leave one out."
                + " (www.toml:22:25)",
            address("80", 12),
            address("1.2.3:80", 18),
            address("[::1]", 30),
            address("[:::]:1", 39),
            "\"0.0.0.0:80\" is twice in 'sockets' in [network]. It is there at line 23 already;"
                + " leave one out. (www.toml:23:64)",
            "\"Ptrace\" is no name of a system call. Write it as syscalls(2) does:"
                + " \"io_uring_setup\". (www.toml:25:10)");
  }

  private static String address(String text, int column) {
    return "\""
        + text
        + "\" is no address to listen on. Write \"0.0.0.0:80\" for IPv4 or \"[::]:80\" for IPv6."
        + " (www.toml:23:"
        + column
        + ")";
  }

  @Test
  void whatIsThereTwiceIsTold() {
    assertThat(
            mistakes(
                GOOD
                    + """
                    [files]
                    include = ["/srv/a", "/srv/b",
                      "/srv/a"]
                    writable = ["/srv/w", { path = "/srv/w" }]
                    """))
        .containsExactly(
            "\"/srv/a\" is twice in 'include' in [files]. It is there at line 4 already; leave one"
                + " out. (www.toml:5:3)",
            "\"/srv/w\" is twice in 'writable' in [files]. It is there at line 6 already; leave one"
                + " out. (www.toml:6:32)");
  }

  @Test
  void aNulInATextIsRefused() {
    assertThat(mistakes("command = [\"/usr/sbin/www\", \"a\\u0000b\"]\nuser = \"x\"\n"))
        .containsExactly("'command' holds a NUL character. (www.toml:1:29)");
  }

  @Test
  void aPathInAMessageCannotForgeALine() {
    assertThat(mistakes(GOOD + "[files]\ninclude = [\"a\\nbrig: all is well\\u001b[2J\"]\n"))
        .singleElement()
        .asString()
        .contains("\"a\\nbrig: all is well\\x1b[2J\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-x", "_x", "Www", "a.b", "a/b", "\u00e9"})
  void namesOfJailsAreSimple(String name) {
    assertThat(JailName.isValid(name)).isFalse();
    assertThat(JailName.isValid("x".repeat(64))).isFalse();
    assertThat(JailName.isValid("x".repeat(63))).isTrue();
    assertThat(JailName.isValid("0-a_b")).isTrue();
  }

  @Test
  void noConnectionIsAllowedUnlessTheJailfileSaysSo() throws BrigException {
    assertThat(read(GOOD).network().connect()).isEmpty();
    assertThat(read(GOOD + "[network]\nconnect = \"any\"\n").network().connect()).isNull();
    assertThat(read(GOOD + "[network]\nmode = \"none\"\n").network().connect()).isNull();
    assertThat(mistakes(GOOD + "[network]\nconnect = \"all\"\n"))
        .containsExactly(
            "'connect' in [network] must be an array of port numbers, not a string."
                + " Write [\"all\"]. (www.toml:4:11)");
  }
}
