package brig.hole.wire;

import java.nio.charset.StandardCharsets;

/** What the listener says. A connection that ends without {@code X} has failed. */
public sealed interface ServerFrame {
  Frame frame();

  /** {@code O}: some bytes of the standard output, or of the description that was asked for. */
  record Output(Bytes bytes) implements ServerFrame {
    @Override
    public Frame frame() {
      return new Frame('O', bytes);
    }
  }

  /** {@code E}: some bytes of the standard error output. */
  record Errors(Bytes bytes) implements ServerFrame {
    @Override
    public Frame frame() {
      return new Frame('E', bytes);
    }
  }

  /** {@code P}: {@code STEP started}; the first step is 1. */
  record Started(int step) implements ServerFrame {
    @Override
    public Frame frame() {
      return new Frame('P', Bytes.of(step + " started"));
    }
  }

  /** {@code P}: {@code STEP ended CODE}; killed by a signal, the code is 128 and its number. */
  record Ended(int step, int code) implements ServerFrame {
    @Override
    public Frame frame() {
      return new Frame('P', Bytes.of(step + " ended " + code));
    }
  }

  /** {@code Q}: how many wait before this call. */
  record Place(int before) implements ServerFrame {
    @Override
    public Frame frame() {
      return new Frame('Q', Bytes.of(Integer.toString(before)));
    }
  }

  /**
   * {@code F}: a part of the JSON that describes the form which comes next (as {@code D json}
   * does); the parts of several frames belong together.
   */
  record Fields(Bytes json) implements ServerFrame {
    @Override
    public Frame frame() {
      return new Frame('F', json);
    }
  }

  /** {@code N}: the token that is good from now on. */
  record Rotated(String token) implements ServerFrame {
    @Override
    public Frame frame() {
      return new Frame('N', Bytes.of(token));
    }

    @Override
    public String toString() {
      return "Rotated";
    }
  }

  /**
   * {@code W}: {@code NAME=MESSAGE}, what is wrong with the value of a field, in the language of
   * the call. All come before the end.
   */
  record Wrong(String field, String message) implements ServerFrame {
    @Override
    public Frame frame() {
      return new Frame('W', Bytes.of(field + "=" + message));
    }
  }

  /** {@code X}: the end. */
  record Ending(End end) implements ServerFrame {
    @Override
    public Frame frame() {
      return new Frame('X', Bytes.of(end.line()));
    }
  }

  /**
   * Reads a frame.
   *
   * @throws WireException its type is none of a listener's, or its payload breaks the rules
   */
  static ServerFrame of(Frame frame) throws WireException {
    Bytes payload = frame.payload();
    return switch (frame.type()) {
      case 'O' -> new Output(payload);
      case 'E' -> new Errors(payload);
      case 'P' -> progress(payload);
      case 'Q' -> {
        int before = End.number(ascii(payload), 999_999_999);
        if (before < 0) {
          throw bad('Q', "is no number");
        }
        yield new Place(before);
      }
      case 'F' -> new Fields(payload);
      case 'N' -> {
        String token = ascii(payload);
        if (!Names.isToken(token)) {
          throw bad('N', "is no token");
        }
        yield new Rotated(token);
      }
      case 'W' -> {
        String text = payload.utf8();
        int equals = text == null ? -1 : text.indexOf('=');
        if (text == null || equals < 0 || !Names.isField(text.substring(0, equals))) {
          throw bad('W', "is not NAME=MESSAGE");
        }
        yield new Wrong(text.substring(0, equals), text.substring(equals + 1));
      }
      case 'X' -> new Ending(End.parse(payload));
      default -> throw new WireException(new WireError.UnknownType(frame.type()));
    };
  }

  private static ServerFrame progress(Bytes payload) throws WireException {
    String[] parts = ascii(payload).split(" ", -1);
    int step = End.number(parts[0], 999);
    if (step > 0 && parts.length == 2 && parts[1].equals("started")) {
      return new Started(step);
    }
    int code = parts.length == 3 && parts[1].equals("ended") ? End.number(parts[2], 255) : -1;
    if (step <= 0 || code < 0) {
      throw bad('P', "is neither STEP started nor STEP ended CODE");
    }
    return new Ended(step, code);
  }

  private static String ascii(Bytes payload) {
    return new String(payload.array(), StandardCharsets.ISO_8859_1);
  }

  private static WireException bad(char type, String why) {
    return new WireException(new WireError.BadPayload(type, why));
  }
}
