package brig.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.Errno;
import brig.linux.SyscallNames;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Position;
import brig.report.Problem;
import brig.spec.JailSpec.Profile;
import brig.spec.JailSpec.SeccompPolicy;
import brig.spec.Located;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a profile answers, asked of its instructions as the kernel would run them. */
class CallProfileTest {
  private static final Position AT = new Position("www.toml", 9, 11);

  @TempDir Path directory;

  private static SeccompPolicy policy(boolean logOnly, List<String> allow, String... calls) {
    List<Located<String>> allowed = allow.stream().map(name -> new Located<>(name, AT)).toList();
    return new SeccompPolicy(true, allowed, List.of(), new Profile.Calls(List.of(calls)), logOnly);
  }

  private static String ask(SeccompPolicy policy, Architecture architecture, String name) {
    Integer number = Objects.requireNonNull(SyscallNames.of(architecture).number(name), name);
    return ask(policy, architecture, number);
  }

  private static String ask(SeccompPolicy policy, Architecture architecture, int number) {
    BpfProgram filter = Objects.requireNonNull(CallProfile.filter(policy, architecture));
    int answer = filter.run(number, architecture.auditArch());
    return switch (answer) {
      case BpfProgram.ALLOW -> "allowed";
      case BpfProgram.LOG -> "logged";
      default -> Errno.of(answer & 0xFFFF).name();
    };
  }

  @ParameterizedTest
  @EnumSource
  void everyCallIsAllowedInTheProfileAndRefusedOutsideByItsAge(Architecture architecture) {
    SyscallNames names = SyscallNames.of(architecture);
    int young = Objects.requireNonNull(names.number("copy_file_range"));
    List<String> all = names.names().stream().sorted().toList();
    // Every second and every third, so that rows and gaps of many lengths come about.
    for (int step = 1; step <= 3; step++) {
      Set<String> calls = new TreeSet<>();
      for (int i = 0; i < all.size(); i += step) {
        calls.add(all.get(i));
      }
      SeccompPolicy policy = policy(false, List.of(), calls.toArray(new String[0]));
      SeccompPolicy log = policy(true, List.of(), calls.toArray(new String[0]));
      calls.addAll(UsualCalls.names());
      for (int number = 0; number <= names.last() + 2; number++) {
        String name = names.name(number);
        boolean inside = name != null && calls.contains(name);
        String outside = number >= young ? "ENOSYS" : "EPERM";
        assertThat(ask(policy, architecture, number))
            .as(name + " " + number)
            .isEqualTo(inside ? "allowed" : outside);
        assertThat(ask(log, architecture, number))
            .as(name + " " + number)
            .isEqualTo(inside ? "allowed" : "logged");
      }
      assertThat(ask(policy, architecture, -1)).isEqualTo("ENOSYS");
      assertThat(ask(policy, architecture, 0x40000000)).isEqualTo("ENOSYS");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheJailfileAllowsIsInTheProfileToo(Architecture architecture) {
    SeccompPolicy policy = policy(false, List.of("chroot"), "socket");
    assertThat(ask(policy, architecture, "chroot")).isEqualTo("allowed");
    assertThat(ask(policy, architecture, "mount")).isEqualTo("EPERM");
    assertThat(ask(policy, architecture, "statx")).isEqualTo("ENOSYS");
  }

  @Test
  void aProfileTakesAwayAndNeverGives() {
    SeccompPolicy policy = policy(false, List.of(), "ptrace");
    Architecture current = Architecture.current();
    assertThat(ask(policy, current, "ptrace")).isEqualTo("allowed");
    // The default filter is put up as well, and the kernel takes the stricter answer.
    int number = Objects.requireNonNull(SyscallNames.current().number("ptrace"));
    assertThat(CallFilter.of(policy, current, true).run(number, current.auditArch()))
        .isEqualTo(BpfProgram.errno(Errno.EPERM));
  }

  @Test
  void whatAStartItselfNeedsIsInEveryProfile() {
    assertThat(UsualCalls.names()).containsAll(CallFilter.INDISPENSABLE);
    assertThat(UsualCalls.names()).allMatch(SyscallNames::exists);
    assertThat(UsualCalls.groups()).allMatch(group -> !group.reason().isEmpty());
  }

  @Test
  void theTableOfTheDocumentsHasTheSameCallsForTheSameReasons() throws Exception {
    List<String> rows =
        UsualCalls.groups().stream()
            .map(g -> "| " + String.join(", ", g.calls()) + " | " + g.reason() + " |")
            .toList();
    String document = Files.readString(Path.of("docs/confinement.md"));
    assertThat(document).contains("|---|---|\n" + String.join("\n", rows) + "\n\n");
  }

  @Test
  void aPolicyWithoutAProfileHasNoFilterOfItsOwn() {
    SeccompPolicy policy = new SeccompPolicy(true, List.of(), List.of());
    assertThat(CallProfile.filter(policy, Architecture.current())).isNull();
  }

  @Test
  void aFileHasANameInEachLine() throws Exception {
    assertThat(CallProfile.parse("p", "# nginx\naccept4\n\n  bind # for the port\nopenat\n"))
        .containsExactly("accept4", "bind", "openat");
    // One that only the other architecture has is a name all the same.
    assertThat(CallProfile.parse("p", "epoll_wait\n")).containsExactly("epoll_wait");
  }

  @Test
  void everyMistakeOfAFileIsToldWithItsPlace() {
    assertThatThrownBy(
            () -> CallProfile.parse("/etc/p", "read\naccpet4\n  read\nBIND\nnonsense_call\n"))
        .isInstanceOfSatisfying(
            BrigException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(e.problems().stream().map(Problem::text))
                  .containsExactly(
                      "there is no system call 'accpet4'. Did you mean 'accept4'? (/etc/p:2:1)",
                      "'read' is twice in the profile. It is there at line 1 already; leave one"
                          + " out. (/etc/p:3:3)",
                      "there is no system call 'BIND'. Did you mean 'bind'? (/etc/p:4:1)",
                      "there is no system call 'nonsense_call'. See syscalls(2). (/etc/p:5:1)");
            });
    assertThatThrownBy(() -> CallProfile.parse("/etc/p", "# all is gone\n"))
        .hasMessageStartingWith("the profile /etc/p names no call.");
  }

  @Test
  void aFileThatIsAbsentIsToldWithThePlaceInTheJailfile() {
    Located<String> path = new Located<>(directory + "/none", AT);
    assertThatThrownBy(() -> CallProfile.read(path))
        .hasMessage(
            "cannot read the profile "
                + directory
                + "/none: ENOENT (No such file or directory). A name of a system call in each"
                + " line, as in syscalls(2). (www.toml:9:11)");
  }

  @Test
  void aFileThatOthersMayWriteIsNotTrusted() throws Exception {
    Path file = Files.writeString(directory.resolve("p"), "read\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThatThrownBy(() -> CallProfile.read(new Located<>(file.toString(), AT)))
        .hasMessageContaining("is not root's alone to write. Whoever writes it decides what");
  }
}
