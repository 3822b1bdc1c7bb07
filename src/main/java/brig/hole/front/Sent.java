package brig.hole.front;

import brig.hole.wire.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a form sent: values and files, by the names of their fields. */
record Sent(Map<String, Bytes> values, Map<String, Bytes> files) {
  Sent() {
    this(new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  String text(String name) {
    Bytes value = values.get(name);
    String text = value == null ? null : value.utf8();
    return text == null ? "" : text;
  }

  /** Not what was typed. */
  @Override
  public String toString() {
    return "Sent" + values.keySet() + files.keySet();
  }
}
