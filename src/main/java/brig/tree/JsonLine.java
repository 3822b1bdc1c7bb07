package brig.tree;

import brig.plan.Reason;
import java.util.List;

/**
 * Writes JSON by hand, for the files that every build writes: a JSON library takes longer to load
 * than this takes to write.
 */
final class JsonLine {
  private final StringBuilder text;

  JsonLine(int capacity) {
    this.text = new StringBuilder(capacity);
  }

  JsonLine raw(String part) {
    text.append(part);
    return this;
  }

  JsonLine field(String name, String value) {
    text.append(",\"").append(name).append("\":");
    quote(value);
    return this;
  }

  JsonLine field(String name, long value) {
    text.append(",\"").append(name).append("\":").append(value);
    return this;
  }

  /** A JSON string (RFC 8259, 7); bytes of a name that are not UTF-8 stay lone surrogates. */
  JsonLine quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < 0x20 || Character.isSurrogate(c)) {
        String hex = Integer.toHexString(c);
        text.append("\\u").repeat('0', 4 - hex.length()).append(hex);
      } else {
        text.append(c);
      }
    }
    text.append('"');
    return this;
  }

  JsonLine owner(int mode, int uid, int gid) {
    text.append(",\"mode\":\"0").append(Integer.toOctalString(mode));
    text.append("\",\"uid\":").append(Integer.toUnsignedLong(uid));
    text.append(",\"gid\":").append(Integer.toUnsignedLong(gid));
    return this;
  }

  JsonLine reasons(List<Reason> reasons) {
    text.append(",\"reasons\":[");
    for (int i = 0; i < reasons.size(); i++) {
      text.append(i == 0 ? "[" : ",[");
      steps(reasons.get(i));
      text.append(']');
    }
    text.append(']');
    return this;
  }

  private void steps(Reason reason) {
    Reason parent = reason.parent();
    if (parent != null) {
      steps(parent);
      text.append(',');
    }
    quote(reason.step());
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
