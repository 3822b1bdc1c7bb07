package brig.web.file;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** Types by the extension of a file's name: the host's table (mime.types), and a few of Brig's. */
public final class MimeTypes {
  private static final String UNKNOWN = "application/octet-stream";
  private static final String FEW =
      """
      text/html html htm
      text/css css
      text/plain txt
      text/javascript js mjs
      application/json json map
      application/manifest+json webmanifest
      application/xml xml
      application/pdf pdf
      application/wasm wasm
      image/png png
      image/jpeg jpg jpeg
      image/gif gif
      image/svg+xml svg
      image/webp webp
      image/avif avif
      image/x-icon ico
      font/woff woff
      font/woff2 woff2
      video/mp4 mp4
      video/webm webm
      audio/mpeg mp3
      """;

  private final Map<String, String> byExtension = new HashMap<>();

  public MimeTypes(byte[] table) {
    add(FEW);
    add(new String(table, StandardCharsets.ISO_8859_1));
    // What browsers were told for ten years (RFC 9239), whatever an older table has.
    byExtension.put("js", "text/javascript");
    byExtension.put("mjs", "text/javascript");
  }

  private void add(String table) {
    table
        .lines()
        .forEach(
            line -> {
              int comment = line.indexOf('#');
              StringTokenizer words =
                  new StringTokenizer(comment < 0 ? line : line.substring(0, comment));
              if (words.hasMoreTokens()) {
                String type = words.nextToken();
                while (words.hasMoreTokens()) {
                  byExtension.put(words.nextToken().toLowerCase(Locale.ROOT), type);
                }
              }
            });
  }

  /** The type of a file of that name; texts come with their encoding, which is UTF-8. */
  public String of(String name) {
    int dot = name.lastIndexOf('.');
    String extension =
        dot < 0 || dot == name.length() - 1 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    @Nullable String type = byExtension.get(extension);
    if (type == null) {
      return UNKNOWN;
    }
    boolean text = type.startsWith("text/") || type.equals("application/xml");
    return text ? type + ";charset=utf-8" : type;
  }
}
