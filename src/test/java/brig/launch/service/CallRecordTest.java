package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Architecture;
import brig.linux.SyscallNames;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CallRecordTest {
  private static final int MKDIRAT =
      Objects.requireNonNull(SyscallNames.current().number("mkdirat"));
  private static final String ARCH = Integer.toHexString(Architecture.current().auditArch());

  private static String line(String before, String exe, int call, String code) {
    return before
        + "1795263753.849:52): auid=4294967295 uid=33 gid=33 ses=4294967295 pid=26018 comm=\"x\""
        + " exe="
        + exe
        + " sig=0 arch="
        + ARCH
        + " syscall="
        + call
        + " compat=0 ip=0x7ff781cf34f7 code="
        + code;
  }

  @Test
  void theKernelsLogAndTheFileOfAuditdAreUnderstood() {
    String log =
        "[1.0] loop0: detected capacity change\n"
            + line("[22277.6] audit: type=1326 audit(", "\"/bin/x\"", MKDIRAT, "0x7ffc0000")
            + "\n"
            + line("type=SECCOMP msg=audit(", "2F62696E2F782079", MKDIRAT, "0x50000")
            + "\n[2.0] the end";
    assertThat(CallRecord.in(log))
        .containsExactly(
            new CallRecord(
                1795263753849L, 26018, 33, "/bin/x", "mkdirat", CallRecord.Answer.LET_THROUGH),
            new CallRecord(
                1795263753849L, 26018, 33, "/bin/x y", "mkdirat", CallRecord.Answer.REFUSED));
  }

  @Test
  void callsWithoutANameAreToldByTheirNumber() {
    CallRecord young = CallRecord.of(line("audit: type=1326 audit(", "\"/x\"", 999, "0x80000000"));
    assertThat(young).isNotNull();
    assertThat(young.call()).isEqualTo("call 999");
    assertThat(young.answer()).isEqualTo(CallRecord.Answer.KILLED);
    CallRecord other =
        CallRecord.of(
            line("audit: type=1326 audit(", "\"/x\"", 20, "0x80000000")
                .replace("arch=" + ARCH, "arch=40000003"));
    assertThat(other).isNotNull();
    assertThat(other.call()).isEqualTo("call 20 of another architecture");
  }

  @Test
  void aLineThatIsCutOrForgedIsNoRecord() {
    String whole = line("audit: type=1326 audit(", "\"/x\"", MKDIRAT, "0x50000");
    for (int end = 0; end < whole.length() - "0x50000".length(); end++) {
      assertThat(CallRecord.of(whole.substring(0, end))).as(whole.substring(0, end)).isNull();
    }
    for (String bad : List.of("exe=\"", "exe=zz", "pid=x", "arch=-1", "syscall=")) {
      String key = bad.substring(0, bad.indexOf('=') + 1);
      int at = whole.indexOf(" " + key) + 1;
      String forged = whole.substring(0, at) + bad + whole.substring(whole.indexOf(' ', at));
      assertThat(CallRecord.of(forged)).as(forged).isNull();
    }
  }
}
