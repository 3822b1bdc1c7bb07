package brig.web.file;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.eclipse.jetty.util.URIUtil;

/** The page of a directory that has no index. */
final class Listing {
  private static final int MOST = 10_000;

  private Listing() {}

  /**
   * Makes it.
   *
   * @param encoded the directory's path as it stands in an address
   */
  static byte[] of(String encoded, String path, Fd directory) throws LinuxException {
    List<String> names = new ArrayList<>(directory.list());
    Collections.sort(names);
    String title = "Index of " + escape(path);
    StringBuilder page = new StringBuilder(4096);
    page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    page.append(title).append("</title></head><body>\n<h1>").append(title).append("</h1>\n<table>");
    if (!path.equals("/")) {
      page.append("<tr><td><a href=\"../\">../</a></td></tr>\n");
    }
    int count = 0;
    for (String name : names) {
      Stat stat = name.startsWith(".") ? null : directory.statAt(name);
      if (stat == null || !(stat.isFile() || stat.isDirectory()) || !isAskable(name)) {
        continue;
      }
      if (++count > MOST) {
        break;
      }
      String slash = stat.isDirectory() ? "/" : "";
      page.append("<tr><td><a href=\"").append(escape(encoded));
      page.append(escape(URIUtil.encodePath(name))).append(slash).append("\">");
      page.append(escape(name)).append(slash).append("</a></td><td>");
      page.append(
          Instant.ofEpochSecond(stat.modifiedNanos() / 1_000_000_000L)
              .truncatedTo(ChronoUnit.SECONDS));
      page.append("</td><td>").append(stat.isFile() ? stat.size() : "").append("</td></tr>\n");
    }
    page.append("</table>");
    if (count > MOST) {
      page.append("<p>The first ").append(MOST).append(" names; there are more.</p>");
    }
    page.append("</body></html>\n");
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Whether an address can name it: the server takes none with these characters (docs/serve.md).
   */
  private static boolean isAskable(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c == 0x7F || c == '%' || c == '\\') {
        return false;
      }
    }
    // What is no UTF-8 is kept as halves of pairs (brig.linux.FileNames).
    return StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
