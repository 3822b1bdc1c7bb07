package brig.linux;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/** Instructions, kept in the sources as they were assembled, with the text beside them. */
final class MachineCode {
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int PAGE = 4096;

  private MachineCode() {}

  /** The hexadecimal digits that begin each line: bytes as they are, or words to be turned. */
  static byte[] assembled(String listing, boolean words) {
    HexFormat hex = HexFormat.of();
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (String line : listing.split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      byte[] instruction = hex.parseHex(line.substring(0, line.indexOf(' ')));
      for (int i = 0; i < instruction.length; i++) {
        code.write(instruction[words ? instruction.length - 1 - i : i]);
      }
    }
    return code.toByteArray();
  }

  /** The address of a copy in memory of its own, which may be executed and no longer written. */
  static long executable(byte[] code) throws LinuxException {
    boolean x86 = Architecture.current() == Architecture.X86_64;
    long page =
        LinuxException.check(
            Native.syscall(
                x86 ? 9 : 222, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0),
            "mmap",
            null);
    MemorySegment segment = MemorySegment.ofAddress(page).reinterpret(PAGE);
    MemorySegment.copy(code, 0, segment, ValueLayout.JAVA_BYTE, 0, code.length);
    // mprotect(2) from a page that was never executable: no stale instruction can be cached.
    LinuxException.check(
        Native.syscall(x86 ? 10 : 226, page, PAGE, PROT_READ | PROT_EXEC, 0, 0, 0),
        "mprotect",
        null);
    return page;
  }
}
