package brig.plan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What a file is, by its first bytes. */
final class FileLook {
  /** BINPRM_BUF_SIZE of linux/binfmts.h: what execve(2) sees of a file. */
  static final int HEAD = 256;

  /** Up to e_machine of elf(5). */
  static final int ELF = 20;

  /** Suffixes of what is never mapped or executed, to spare opening thousands of them. */
  private static final Set<String> DATA_SUFFIXES =
      Set.of(
          "html", "htm", "css", "js", "json", "png", "jpg", "jpeg", "gif", "svg", "ico", "webp",
          "txt", "md", "pm", "pod", "ph", "h", "c", "ini", "conf", "crt", "xml", "woff", "woff2",
          "ttf", "po", "mo", "gz", "zip", "pdf", "pyc", "mp4", "load");

  private FileLook() {}

  /** The first bytes; none of what need not be looked at. */
  static byte[] head(Host host, PlannedFile file) throws IOException {
    if (file.stat().size() < 4 || (!file.executable() && isData(file.name()))) {
      return new byte[0];
    }
    return host.head(file.path());
  }

  private static boolean isData(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && DATA_SUFFIXES.contains(name.substring(dot + 1));
  }

  static boolean isElf(byte[] head) {
    return head.length >= 4
        && head[0] == 0x7F
        && head[1] == 'E'
        && head[2] == 'L'
        && head[3] == 'F';
  }

  static boolean isScript(byte[] head) {
    return head.length >= 3 && head[0] == '#' && head[1] == '!';
  }

  static boolean isPrivateKey(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    return text.contains("PRIVATE KEY-----");
  }
}
