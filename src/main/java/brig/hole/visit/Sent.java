package brig.hole.visit;

import brig.hole.form.FormNames;
import brig.hole.wire.Bytes;
import brig.hole.wire.Request;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request's values, parted: those that are the form's own, and those for fields. */
record Sent(Map<String, Bytes> fields, Map<String, String> own) {
  private static final int LONGEST = 200;

  static Sent of(Request request) {
    Map<String, Bytes> fields = new LinkedHashMap<>();
    Map<String, String> own = new LinkedHashMap<>();
    for (Map.Entry<String, Bytes> value : request.values().entrySet()) {
      if (value.getKey().startsWith(FormNames.PREFIX)) {
        String text = value.getValue().length() > LONGEST ? null : value.getValue().utf8();
        own.put(value.getKey(), text == null ? "" : text);
      } else {
        fields.put(value.getKey(), value.getValue());
      }
    }
    return new Sent(fields, own);
  }

  String nonce() {
    return own.getOrDefault(FormNames.NONCE, "");
  }

  String go() {
    return own.getOrDefault(FormNames.GO, FormNames.SEND);
  }

  /** The page of a wizard that was sent. */
  int page(int pages) {
    String text = own.getOrDefault(FormNames.PAGE, "0");
    boolean digits = !text.isEmpty() && text.length() < 4;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return digits ? Math.clamp(Integer.parseInt(text), 0, Math.max(0, pages - 1)) : 0;
  }

  /** What is shown again. */
  static Map<String, String> typed(Map<String, Bytes> values) {
    Map<String, String> typed = new LinkedHashMap<>();
    for (Map.Entry<String, Bytes> value : values.entrySet()) {
      String text = value.getValue().utf8();
      if (text != null) {
        typed.put(value.getKey(), text);
      }
    }
    return typed;
  }
}
