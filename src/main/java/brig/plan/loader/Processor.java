package brig.plan.loader;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What /proc/cpuinfo says of an x86 processor: proc_cpuinfo(5). */
record Processor(Set<String> flags, boolean intel) {
  static Processor read(HostFiles files) throws IOException {
    byte[] bytes = files.bytes("/proc/cpuinfo");
    return parse(bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1));
  }

  static Processor parse(String cpuinfo) {
    int start = cpuinfo.indexOf("\nflags");
    if (start < 0) {
      return new Processor(Set.of(), false);
    }
    int end = cpuinfo.indexOf('\n', start + 1);
    String line = cpuinfo.substring(start, end < 0 ? cpuinfo.length() : end);
    return new Processor(
        new HashSet<>(Words.of(line, Words.BLANKS)), cpuinfo.contains("GenuineIntel"));
  }

  boolean has(Collection<String> wanted) {
    return flags.containsAll(wanted);
  }
}
