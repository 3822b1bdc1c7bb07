package brig.web.cgi;

import brig.linux.FileNames;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a {@link DoorMessage}: one packet each. What comes from a worker may come from
 * whoever has taken it over, and is read so: nothing but what is listed here is understood, and no
 * variable that a loader, a shell or an interpreter obeys ({@code LD_PRELOAD}, {@code BASH_ENV},
 * {@code PERL5OPT}) can be asked for.
 *
 * <p>A letter, the id in four bytes, then for a start the place in two, the script, the arguments
 * and the variables; texts have their length in two bytes before them, lists their count.
 */
public final class DoorWire {
  /** The longest packet. */
  public static final int MOST = 60 * 1024;

  private static final int MOST_WORDS = 64;
  private static final int MOST_VARIABLES = 400;

  /** All that a request makes beside HTTP_*. */
  private static final Set<String> NAMES =
      Set.of(
          "AUTH_TYPE",
          "CONTENT_LENGTH",
          "CONTENT_TYPE",
          "DOCUMENT_ROOT",
          "GATEWAY_INTERFACE",
          "HTTPS",
          "PATH_INFO",
          "PATH_TRANSLATED",
          "QUERY_STRING",
          "REMOTE_ADDR",
          "REMOTE_PORT",
          "REMOTE_USER",
          "REQUEST_METHOD",
          "REQUEST_SCHEME",
          "REQUEST_URI",
          "SCRIPT_FILENAME",
          "SCRIPT_NAME",
          "SERVER_ADDR",
          "SERVER_NAME",
          "SERVER_PORT",
          "SERVER_PROTOCOL",
          "SERVER_SOFTWARE");

  private static final DoorMessage.Reason[] REASONS = DoorMessage.Reason.values();

  private DoorWire() {}

  /** The packet; null when the message is longer than a packet. */
  public static byte @Nullable [] encode(DoorMessage message) {
    Writer out = new Writer();
    switch (message) {
      case DoorMessage.Start start -> {
        out.head('S', start.id());
        out.number(start.place());
        out.text(start.script());
        out.number(start.words().size());
        start.words().forEach(out::text);
        out.number(start.variables().size());
        start
            .variables()
            .forEach(
                (name, value) -> {
                  out.text(name);
                  out.text(value);
                });
      }
      case DoorMessage.Stop stop -> out.head('K', stop.id());
      case DoorMessage.Ended ended -> {
        out.head('E', ended.id());
        out.number(ended.reason().number());
        out.text(ended.why());
      }
    }
    return out.packet();
  }

  /** The message; null when the packet is none. */
  public static @Nullable DoorMessage decode(byte[] packet) {
    if (packet.length < 5 || packet.length > MOST) {
      return null;
    }
    Reader in = new Reader(packet);
    int letter = in.octet();
    int id = in.number() << 16 | in.number();
    DoorMessage message =
        switch (letter) {
          case 'S' -> start(in, id);
          case 'K' -> new DoorMessage.Stop(id);
          case 'E' -> ended(in, id);
          default -> null;
        };
    return in.isWhole() ? message : null;
  }

  private static @Nullable DoorMessage ended(Reader in, int id) {
    int reason = in.number();
    String why = in.text();
    for (DoorMessage.Reason known : REASONS) {
      if (known.number() == reason) {
        return new DoorMessage.Ended(id, known, why);
      }
    }
    return null;
  }

  private static @Nullable DoorMessage start(Reader in, int id) {
    int place = in.number();
    String script = in.text();
    int count = in.number();
    if (count > MOST_WORDS || !isScript(script)) {
      return null;
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String word = in.text();
      if (word.startsWith("-")) {
        return null;
      }
      words.add(word);
    }
    int variables = in.number();
    if (variables > MOST_VARIABLES) {
      return null;
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (int i = 0; i < variables; i++) {
      String name = in.text();
      if (!isVariable(name) || environment.put(name, in.text()) != null) {
        return null;
      }
    }
    return new DoorMessage.Start(id, place, script, words, environment);
  }

  /** Empty, or names after slashes, none of them empty or beginning with a dot. */
  private static boolean isScript(String script) {
    boolean path = script.startsWith("/") && !script.endsWith("/");
    return script.isEmpty() || (path && !script.contains("//") && !script.contains("/."));
  }

  static boolean isVariable(String name) {
    if (NAMES.contains(name)) {
      return true;
    }
    for (int i = 5; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9')) {
        return false;
      }
    }
    return name.startsWith("HTTP_") && name.length() > 5 && !name.equals("HTTP_PROXY");
  }

  private static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
    private boolean tooLong;

    void head(char letter, int id) {
      out.write(letter);
      out.write(id >>> 24);
      out.write(id >>> 16);
      number(id & 0xFFFF);
    }

    void number(int number) {
      out.write(number >>> 8);
      out.write(number);
    }

    void text(String text) {
      byte[] bytes = FileNames.encode(text);
      tooLong |= bytes.length > MOST;
      number(bytes.length);
      out.writeBytes(bytes);
    }

    byte @Nullable [] packet() {
      return tooLong || out.size() > MOST ? null : out.toByteArray();
    }
  }

  /** After a mistake it reads nothing but emptiness. */
  private static final class Reader {
    private final byte[] bytes;
    private int at;
    private boolean broken;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    int octet() {
      if (at == bytes.length) {
        broken = true;
      }
      return broken ? 0 : bytes[at++] & 0xFF;
    }

    int number() {
      int high = octet();
      return high << 8 | octet();
    }

    String text() {
      int length = number();
      if (length > bytes.length - at) {
        broken = true;
      }
      if (broken) {
        return "";
      }
      for (int i = at; i < at + length; i++) {
        broken |= bytes[i] == 0; // in C the text would end there
      }
      String text = FileNames.decode(bytes, at, at + length);
      at += length;
      return text;
    }

    boolean isWhole() {
      return !broken && at == bytes.length;
    }
  }
}
