package brig.export;

import brig.linux.FileNames;
import brig.spec.JailSpec;
import java.util.HexFormat;

/** Mounts that a jail's service wants: systemd.mount(5). */
public final class MountUnit {
  private MountUnit() {}

  /**
   * The mount of a jail's own file system, under the only name that systemd takes for it.
   *
   * @param where the jail's directory
   */
  public static String text(JailSpec spec, String image, String where) {
    return "# The file system of the jail "
        + spec.name()
        + ", by brig unit. The service wants it.\n[Unit]\nDescription=File system of the jail "
        + spec.name()
        + "\n\n[Mount]\nWhat="
        + UnitWords.word(image)
        + "\nWhere="
        + UnitWords.word(where)
        + "\nType=ext4\nOptions=loop,nosuid,nodev\nDirectoryMode=0755\n";
  }

  /**
   * The current generation at a path without a link, made anew at each start of the service:
   * RootDirectory= finds none of its own mounts again behind a link.
   *
   * @param current the path that leads to its root
   * @param where a directory
   */
  public static String ofCurrent(JailSpec spec, String current, String where) {
    String service = SystemdUnit.nameOf(spec.name()) + ".service";
    return "# The root of the jail "
        + spec.name()
        + ", by brig unit: the generation that is current when the service starts.\n[Unit]\n"
        + "Description=Root of the jail "
        + spec.name()
        + "\nStopWhenUnneeded=yes\nPartOf="
        + service
        + "\n\n[Mount]\nWhat="
        + UnitWords.word(current)
        + "\nWhere="
        + UnitWords.word(where)
        + "\nOptions=bind,nosuid,nodev\nDirectoryMode=0755\n";
  }

  /** systemd.unit(5), "String escaping for inclusion in unit names", of a path. */
  public static String nameOf(String path) {
    StringBuilder name = new StringBuilder();
    byte[] bytes = FileNames.encode(path.substring(1));
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xFF);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == ':' || c == '_' || c == '.');
      if (c == '/') {
        name.append('-');
      } else if (plain && !(c == '.' && i == 0)) {
        name.append(c);
      } else {
        name.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
      }
    }
    return name + ".mount";
  }
}
