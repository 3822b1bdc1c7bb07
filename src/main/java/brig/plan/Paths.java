package brig.plan;

/** Absolute paths as text. */
final class Paths {
  private Paths() {}

  /** The directory that holds it; the empty text for what is in the root. */
  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether a path is a directory or something below it. */
  static boolean isWithin(String path, String directory) {
    return directory.equals("/")
        || (path.startsWith(directory)
            && (path.length() == directory.length() || path.charAt(directory.length()) == '/'));
  }

  /** By its text alone: without empty names, {@code .} and {@code ..}. */
  static String plain(String path) {
    StringBuilder plain = new StringBuilder();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        plain.setLength(Math.max(0, plain.lastIndexOf("/")));
      } else if (!name.isEmpty() && !name.equals(".")) {
        plain.append('/').append(name);
      }
    }
    return plain.isEmpty() ? "/" : plain.toString();
  }

  static boolean isNormal(String path) {
    if (path.equals("/")) {
      return true;
    }
    if (!path.startsWith("/") || path.endsWith("/") || path.indexOf('\0') >= 0) {
      return false;
    }
    return !path.contains("//")
        && !path.endsWith("/.")
        && !path.endsWith("/..")
        && !path.contains("/./")
        && !path.contains("/../");
  }
}
