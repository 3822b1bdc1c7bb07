package brig.spec;

import static brig.spec.JailfileReaderTest.GOOD;
import static brig.spec.JailfileReaderTest.mistakes;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.report.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContradictionsTest {
  /** GOOD has two lines: what is added begins at line 3. */
  private static List<String> with(String more) {
    return mistakes(GOOD + more);
  }

  private static List<String> identity(String lines) {
    return mistakes("command = [\"/usr/sbin/www\"]\n" + lines);
  }

  @Test
  void rootAsTheUserIsRefusedByNameAndByNumber() {
    assertThat(identity("user = \"root\"\n"))
        .singleElement()
        .asString()
        .startsWith("user = \"root\": a jail does not hold a service that stays root. Name another")
        .endsWith("(www.toml:2:8)");
    assertThat(identity("user = \"00\"\n")).singleElement().asString().startsWith("user = \"00\":");
    assertThat(
            identity(
                "user = \"root\"\nstart_as_root = true\ncapabilities = [\"SETUID\", \"SETGID\"]\n"))
        .containsExactly(
            "user = \"root\": a jail does not hold a service that stays root."
                + " With start_as_root, 'user' is the account that the service drops to."
                + " (www.toml:2:8)");
  }

  @Test
  void startAsRootWithoutTheMeansToDropIsRefused() {
    assertThat(with("start_as_root = true\n"))
        .containsExactly(
            "start_as_root without CAP_SETUID and CAP_SETGID: the service could never give up root."
                + " Add them to 'capabilities', or leave start_as_root out. (www.toml:3:1)");
    assertThat(with("start_as_root = true\ncapabilities = [\"CAP_SETUID\"]\n"))
        .singleElement()
        .asString()
        .startsWith("start_as_root without CAP_SETGID:");
  }

  @Test
  void aJailThatIsMountedFromTheHostCannotBeStrict() {
    assertThat(with("mode = \"bind\"\nhardening = \"strict\"\n"))
        .containsExactly(
            "mode = \"bind\" and hardening = \"strict\" cannot be together: what is mounted from"
                + " the host keeps the owners and modes that it has there. Choose mode = \"copy\","
                + " or leave hardening out. (www.toml:4:1)");
  }

  @Test
  void theMeansToBecomeAnybodyAreForStartAsRootOnly() {
    assertThat(with("capabilities = [\"SETUID\", \"SETGID\", \"SETPCAP\"]\n"))
        .containsExactly(
            "CAP_SETUID without start_as_root: the service could become any user, root among them."
                + " Leave it out; Brig sets user and groups itself. (www.toml:3:17)",
            "CAP_SETGID without start_as_root: the service could join any group of the host."
                + " Leave it out; Brig sets user and groups itself. (www.toml:3:27)",
            "CAP_SETPCAP without start_as_root: it is of use only to a service that starts as root."
                + " Leave it out; Brig sets user and groups itself. (www.toml:3:37)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SYS_ADMIN",
        "SYS_CHROOT",
        "SYS_PTRACE",
        "DAC_READ_SEARCH",
        "SYS_MODULE",
        "SYS_RAWIO",
        "MKNOD",
        "BPF"
      })
  void capabilitiesThatDefeatTheJailAreRefusedWithTheReason(String name) {
    assertThat(with("capabilities = [\"" + name.toLowerCase(java.util.Locale.ROOT) + "\"]\n"))
        .singleElement()
        .asString()
        .startsWith("CAP_" + name + " would defeat the jail: with it a process ")
        .endsWith("Leave it out; no jail has it. (www.toml:3:17)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "0", "shadow", "disk", "docker", "sudo"})
  void groupsThatAreAsGoodAsRootAreRefused(String group) {
    assertThat(with("group = \"" + group + "\"\n"))
        .singleElement()
        .asString()
        .startsWith("the service must not be in the group \"" + group + "\": ");
    assertThat(with("groups = [\"" + group + "\"]\n")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/etc/shadow | it holds password hashes",
        "/etc/gshadow | it holds password hashes",
        "/run/docker.sock | whoever may talk to it can start a container as root",
        "/var/run/docker.sock | whoever may talk to it can start a container as root",
        "/proc | it shows every process",
        "/proc/self | it shows every process",
        "/sys/fs/cgroup | it shows and changes the kernel",
        "/dev/sda | devices are named in [devices]",
        "/var/lib/brig/jails/other | it holds the jails themselves",
        "/root/.ssh/id_rsa | it holds root's keys"
      })
  void whatGivesTheHostAwayNeverComesIn(String path, String reason) {
    String sentence = Character.toUpperCase(reason.charAt(0)) + reason.substring(1);
    for (String text :
        List.of(
            "[files]\ninclude = [\"" + path + "\"]\n",
            "[files]\nprograms = [\"" + path + "\"]\n",
            "[files]\nmap = { \"/x\" = \"" + path + "\" }\n",
            "[sockets]\n\"/x\" = \"" + path + "\"\n")) {
      assertThat(with(text))
          .singleElement()
          .asString()
          .startsWith("\"" + path + "\" must not come into a jail. " + sentence);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/etc", "/var", "/run", "/var/run", "/root"})
  void whatHoldsSuchThingsIsTooMuch(String path) {
    assertThat(with("[files]\ninclude = [\"" + path + "\"]\n"))
        .containsExactly(
            "\""
                + path
                + "\" is too much: it holds what must stay outside."
                + " Name what the service needs of it. (www.toml:4:12)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/usr", "/etc", "/dev", "/usr/lib", "/lib64", "/usr/bin/x", "/proc", "/sys"})
  void writablePlacesThatCoverTheSystemAreRefused(String path) {
    for (String key : List.of("writable", "temporary")) {
      assertThat(with("[files]\n" + key + " = [\"" + path + "\"]\n"))
          .singleElement()
          .asString()
          .startsWith("\"" + path + "\" cannot be " + key + ": ")
          .endsWith("(www.toml:4:" + (key.length() + 5) + ")");
    }
  }

  @Test
  void writableInWhatIsMappedReadOnlyIsRefused() {
    assertThat(with("[files]\nmap = { \"/data\" = \"/srv/data\" }\nwritable = [\"/data/up\"]\n"))
        .containsExactly(
            "\"/data/up\" cannot be writable: it is in what [files] map brings in read-only."
                + " See line 4; let the service write elsewhere. (www.toml:5:13)");
  }

  @Test
  void writableAndTemporaryExcludeEachOther() {
    assertThat(with("[files]\nwritable = [\"/run/www\"]\ntemporary = [\"/run/www\"]\n"))
        .containsExactly(
            "\"/run/www\" cannot be writable: it is in what is temporary."
                + " See line 5; leave one out. (www.toml:4:13)");
    assertThat(with("[files]\nwritable = [\"/run/www\"]\ntemporary = [\"/run\"]\n")).hasSize(1);
    assertThat(with("[files]\nwritable = [\"/srv\"]\ntemporary = [\"/srv/tmp\"]\n"))
        .containsExactly(
            "\"/srv/tmp\" cannot be temporary: it is in what is writable."
                + " See line 4; leave one out. (www.toml:5:14)");
  }

  @Test
  void aTemporaryPlaceInATemporaryOneIsGood() throws BrigException {
    JailSpec spec =
        JailfileReaderTest.read(GOOD + "[files]\ntemporary = [\"/run/www\", \"/run/www/socks\"]\n");
    assertThat(spec.files().temporary()).hasSize(2);
  }

  @Test
  void whatAMountWouldHideIsRefused() {
    assertThat(
            with(
                """
                [files]
                writable = ["/srv/w"]
                temporary = ["/run"]
                directories = ["/run/www"]
                map = { "/srv/w/conf" = "/opt/conf" }
                content = [{ path = "/srv/w", text = "" }]
                """))
        .containsExactly(
            "\"/run/www\" would be hidden by the temporary place at line 5."
                + " Choose another place for one of them. (www.toml:6:16)",
            "\"/srv/w/conf\" would be hidden by the writable place at line 4."
                + " Choose another place for one of them. (www.toml:7:9)",
            "\"/srv/w\" would be hidden by the writable place at line 4."
                + " Choose another place for one of them. (www.toml:8:21)");
  }

  @Test
  void aServiceMustNotBeAbleToReplaceItsProgram() {
    assertThat(
            mistakes(
                """
                command = ["/opt/app/bin/app"]
                user = "app"
                files.writable = ["/opt/app"]
                """))
        .containsExactly(
            "the service could replace its own program \"/opt/app/bin/app\"."
                + " Let it write elsewhere than in \"/opt/app\". (www.toml:3:19)");
  }

  @Test
  void whatIsLeftOutCannotBeWanted() {
    assertThat(with("[files]\ninclude = [\"/srv/a\"]\nexclude = [\"/srv/a\", \"/usr/sbin/www\"]\n"))
        .containsExactly(
            "\"/srv/a\" is both in 'include' and in 'exclude'. See line 4; leave one out."
                + " (www.toml:5:12)",
            "the program of 'command' is left out by 'exclude'. Leave one out. (www.toml:5:22)");
  }

  @Test
  void networkNoneHasNoPorts() {
    assertThat(with("[network]\nmode = \"none\"\nconnect = [53]\nlisten = []\n"))
        .containsExactly(
            "'connect' has no meaning with mode = \"none\". Leave one of the two out; 'sockets'"
                + " works without a network of its own. (www.toml:5:1)");
  }

  @Test
  void seccompNoneHasNoCalls() {
    assertThat(with("[seccomp]\nprofile = \"none\"\nallow = [\"bpf\"]\n"))
        .singleElement()
        .asString()
        .startsWith("'allow' and 'deny' have no meaning with profile = \"none\".");
    assertThat(with("[seccomp]\nallow = [\"bpf\"]\ndeny = [\"bpf\"]\n"))
        .containsExactly(
            "\"bpf\" is both in 'allow' and in 'deny'."
                + " It is allowed at line 4; leave one out. (www.toml:5:9)");
  }

  @Test
  void modeSaysWhatBecomesOfACallOutsideAProfile() {
    assertThat(with("[seccomp]\nmode = \"log\"\n"))
        .containsExactly(
            "mode = \"log\" in [seccomp] has no meaning without a profile of the service's own. The"
                + " default filter is always enforced. Add profile = \"learned\" or a path, or"
                + " leave mode out. (www.toml:4:1)");
    assertThat(with("[seccomp]\nprofile = \"/etc/../p\"\nmode = \"lgo\"\n"))
        .containsExactly(
            "the path \"/etc/../p\" is not in its plain form. Write it without \"..\"."
                + " (www.toml:4:11)",
            "'mode' in [seccomp] cannot be \"lgo\", but \"enforce\" or \"log\". Did you mean"
                + " \"log\"? (www.toml:5:8)");
  }

  @Test
  void aProfileIsLearnedOrAFile() throws BrigException {
    assertThat(JailfileReaderTest.read(GOOD).seccomp().profile())
        .isEqualTo(new JailSpec.Profile.None());
    JailSpec spec =
        JailfileReaderTest.read(GOOD + "[seccomp]\nprofile = \"learned\"\nmode = \"log\"\n");
    assertThat(spec.seccomp().profile()).isInstanceOf(JailSpec.Profile.Learned.class);
    assertThat(spec.seccomp().logOnly()).isTrue();
    spec = JailfileReaderTest.read(GOOD + "[seccomp]\nprofile = \"/etc/brig/www.calls\"\n");
    assertThat(spec.seccomp().profile())
        .isInstanceOfSatisfying(
            JailSpec.Profile.Listed.class,
            listed -> assertThat(listed.path().value()).isEqualTo("/etc/brig/www.calls"));
    assertThat(spec.seccomp().logOnly()).isFalse();
    assertThat(spec.seccomp().enabled()).isTrue();
  }

  @Test
  void aLowPortWithoutPrivilegeIsAHint() throws BrigException {
    JailSpec spec = JailfileReaderTest.read(GOOD + "[network]\nlisten = [80, 8080]\n");
    assertThat(Hints.of(spec))
        .extracting(Problem::text)
        .containsExactly(
            "port 80 needs a privilege that the service does not have. Let Brig open it,"
                + " sockets = [\"0.0.0.0:80\"], if the service can take it over; else add"
                + " capabilities = [\"CAP_NET_BIND_SERVICE\"]. (www.toml:4:11)");
    spec =
        JailfileReaderTest.read(
            GOOD + "capabilities = [\"NET_BIND_SERVICE\"]\n[network]\nlisten = [80]\n");
    assertThat(Hints.of(spec)).isEmpty();
  }

  @Test
  void socketsHandedInLeaveNoOtherPortToBind() throws BrigException {
    JailSpec spec = JailfileReaderTest.read(GOOD + "[network]\nsockets = [\"0.0.0.0:80\"]\n");
    assertThat(spec.network().listen()).isEmpty();
  }

  @Test
  void aPlaceOfAnotherJailIsNamedByJailAndPath() throws BrigException {
    JailSpec spec =
        JailfileReaderTest.read(GOOD + "[sockets]\n\"/run/php\" = \"php-fpm:/run/php\"\n");
    assertThat(spec.sockets()).isEmpty();
    assertThat(spec.lent())
        .extracting(Located::value)
        .containsExactly(new JailSpec.LentPath("/run/php", "php-fpm", "/run/php"));
    assertThat(with("[sockets]\n\"/run/php\" = \"PHP:/run/php\"\n"))
        .containsExactly(
            "\"PHP\" is no name of a jail. Write \"NAME:/PATH\", a writable place of that jail, or"
                + " a path of the host. (www.toml:4:14)");
    assertThat(with("[sockets]\n\"/run/db\" = \"db:/var/run/db\"\n"))
        .containsExactly(
            "\"/var/run/db\" leads through a link: /var/run is /run. Write \"/run/db\"."
                + " (www.toml:4:13)");
    assertThat(
            with(
                "mode = \"self\"\nroot = \"/srv/site\"\n[sockets]\n\"/run/db\" = \"db:/run/db\"\n"))
        .containsExactly(
            "a place of another jail goes with mode = \"copy\" or \"bind\" only. Let the other"
                + " service put its socket into 'root'. (www.toml:6:13)");
  }
}
