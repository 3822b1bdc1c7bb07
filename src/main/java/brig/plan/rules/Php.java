package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import brig.plan.Reason;
import brig.plan.TreeFilter;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PHP as distributions lay it out: php.ini and conf.d of /etc/php/VERSION/SAPI, and the extensions
 * that those name.
 */
final class Php implements Rule {
  /** The module API that each version has fixed (ZEND_MODULE_API_NO): its extensions' directory. */
  private static final Map<String, String> API =
      Map.of(
          "7.4", "20190902",
          "8.0", "20200930",
          "8.1", "20210902",
          "8.2", "20220829",
          "8.3", "20230831",
          "8.4", "20240924");

  /** Which PHP a file is: {@code 8.2} and {@code fpm}. */
  record Sapi(String version, String name) {}

  static @Nullable Sapi sapiOf(PlannedFile file) {
    String name = file.name();
    if (name.startsWith("libphp") && name.endsWith(".so")) {
      return sapi(name.substring(6, name.length() - 3), "apache2");
    }
    if (!file.executable() || !name.startsWith("php")) {
      return null;
    }
    if (name.startsWith("php-fpm")) {
      return sapi(name.substring(7), "fpm");
    }
    if (name.startsWith("php-cgi")) {
      return sapi(name.substring(7), "cgi");
    }
    return sapi(name.substring(3), "cli");
  }

  private static @Nullable Sapi sapi(String version, String name) {
    for (int i = 0; i < version.length(); i++) {
      char c = version.charAt(i);
      if ((c < '0' || c > '9') && c != '.') {
        return null;
      }
    }
    return version.indexOf('.') > 0 ? new Sapi(version, name) : null;
  }

  @Override
  public void saw(PlannedFile file, Draft draft) throws IOException {
    Sapi sapi = sapiOf(file);
    if (sapi == null) {
      return;
    }
    List<String> loadedBy = new ArrayList<>();
    loadedBy.add(file.path());
    loadedBy.addAll(file.loadedBy());
    new Reader(draft, sapi, loadedBy).read(file.why().then(file.path()));
  }

  /** Reads the ini files of one PHP. */
  private static final class Reader {
    private final Draft draft;
    private final Sapi sapi;
    private final List<String> loadedBy;
    private String extensions;

    Reader(Draft draft, Sapi sapi, List<String> loadedBy) {
      this.draft = draft;
      this.sapi = sapi;
      this.loadedBy = loadedBy;
      this.extensions = "/usr/lib/php/" + API.getOrDefault(sapi.version(), "");
    }

    void read(Reason why) throws IOException {
      String directory = "/etc/php/" + sapi.version() + "/" + sapi.name();
      readIni(directory + "/php.ini", why);
      String parts = directory + "/conf.d";
      if (draft.isDirectory(parts)) {
        draft.add(parts, why);
        for (String name : draft.host().list(parts)) {
          if (name.endsWith(".ini")) {
            readIni(parts + "/" + name, why);
          }
        }
      }
      if (sapi.name().equals("fpm")) {
        draft.addData(directory + "/php-fpm.conf", why);
        if (draft.isDirectory(directory + "/pool.d")) {
          draft.addTree(directory + "/pool.d", why, (path, isDirectory) -> TreeFilter.Choice.DATA);
        }
      }
    }

    private void readIni(String path, Reason why) throws IOException {
      String real = draft.addData(path, why);
      if (real == null) {
        return;
      }
      String text = new String(draft.host().read(real), StandardCharsets.UTF_8);
      int number = 0;
      for (String line : text.split("\n", -1)) {
        number++;
        int equals = line.indexOf('=');
        String key = equals < 0 ? "" : line.substring(0, equals).strip();
        if (key.isEmpty() || key.startsWith(";")) {
          continue;
        }
        String value = value(line.substring(equals + 1));
        Reason at = why.then(path + ":" + number);
        switch (key) {
          case "extension_dir" -> extensions = value.isEmpty() ? extensions : value;
          case "extension", "zend_extension" -> addExtension(key, value, at);
          default -> {}
        }
      }
    }

    private static String value(String text) {
      int comment = text.indexOf(';');
      String value = (comment < 0 ? text : text.substring(0, comment)).strip();
      boolean quoted = value.length() > 1 && (value.startsWith("\"") || value.startsWith("'"));
      return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private void addExtension(String key, String value, Reason at) throws IOException {
      if (value.isEmpty()) {
        return;
      }
      String file = value.endsWith(".so") ? value : value + ".so";
      String path = file.startsWith("/") ? file : extensions + "/" + file;
      Reason why = at.then(key + "=" + value);
      if (draft.addPlugin(path, loadedBy, why) == null && !draft.exists(path)) {
        draft
            .troubles()
            .warn(
                Problem.of("cannot find the PHP extension " + path)
                    .answered("the host has no such file")
                    .remedy("Install it, or take " + key + "=" + value + " out of the ini file."),
                why);
      }
    }
  }
}
