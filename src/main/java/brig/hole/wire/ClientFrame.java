package brig.hole.wire;

import java.nio.charset.StandardCharsets;

/** What a client says. {@link #of} checks the form of each; {@link RequestReader} their order. */
public sealed interface ClientFrame {
  /** The one version that there is. */
  int VERSION = 1;

  Frame frame();

  /** The letter of its frame. */
  default char type() {
    return switch (this) {
      case Version v -> 'V';
      case Job j -> 'J';
      case Token t -> 'T';
      case Language l -> 'L';
      case Value a -> 'A';
      case Input i -> 'I';
      case EndOfSection z -> 'Z';
      case Go g -> 'G';
      case Describe d -> 'D';
      case Cancel c -> 'C';
    };
  }

  /** {@code V}: the version that the client speaks, first of all. */
  record Version(int number) implements ClientFrame {
    @Override
    public Frame frame() {
      return new Frame('V', Bytes.of(Integer.toString(number)));
    }
  }

  /** {@code J}: the job's name. */
  record Job(String name) implements ClientFrame {
    @Override
    public Frame frame() {
      return new Frame('J', Bytes.of(name));
    }
  }

  /** {@code T}: the session's token. */
  record Token(String token) implements ClientFrame {
    @Override
    public Frame frame() {
      return new Frame('T', Bytes.of(token));
    }

    @Override
    public String toString() {
      return "Token";
    }
  }

  /** {@code L}: a tag such as {@code fr-CA}, or a whole Accept-Language. */
  record Language(String wish) implements ClientFrame {
    @Override
    public Frame frame() {
      return new Frame('L', Bytes.of(wish));
    }
  }

  /** {@code A}: {@code name=value}; the value's bytes are judged by the job's description. */
  record Value(String name, Bytes value) implements ClientFrame {
    @Override
    public Frame frame() {
      byte[] before = (name + "=").getBytes(StandardCharsets.US_ASCII);
      byte[] whole = new byte[before.length + value.length()];
      System.arraycopy(before, 0, whole, 0, before.length);
      System.arraycopy(value.array(), 0, whole, before.length, value.length());
      return new Frame('A', Bytes.of(whole));
    }
  }

  /** {@code I}: some bytes of the input section in hand. */
  record Input(Bytes bytes) implements ClientFrame {
    @Override
    public Frame frame() {
      return new Frame('I', bytes);
    }
  }

  /**
   * {@code Z}: the input section in hand is whole.
   *
   * @param name the field of type file that it is for; empty: the next one in the job's order
   */
  record EndOfSection(String name) implements ClientFrame {
    @Override
    public Frame frame() {
      return new Frame('Z', Bytes.of(name));
    }
  }

  /** {@code G}: run the job. */
  record Go() implements ClientFrame {
    @Override
    public Frame frame() {
      return new Frame('G', Bytes.NONE);
    }
  }

  /** {@code D}: run nothing, describe the job; in place of {@code G}. */
  record Describe(Description as) implements ClientFrame {
    @Override
    public Frame frame() {
      return new Frame('D', Bytes.of(as.word()));
    }
  }

  /** {@code C}: end what runs. */
  record Cancel() implements ClientFrame {
    @Override
    public Frame frame() {
      return new Frame('C', Bytes.NONE);
    }
  }

  /**
   * Reads a frame.
   *
   * @throws WireException its type is none of a client's, or its payload breaks the rules
   */
  static ClientFrame of(Frame frame) throws WireException {
    char type = frame.type();
    Bytes payload = frame.payload();
    return switch (type) {
      case 'V' -> {
        require(ascii(payload).equals("1"), type, "is not the version 1");
        yield new Version(VERSION);
      }
      case 'J' -> {
        String name = ascii(payload);
        require(Names.isJob(name), type, "is no name of a job");
        yield new Job(name);
      }
      case 'T' -> {
        String token = ascii(payload);
        require(Names.isToken(token), type, "is no token");
        yield new Token(token);
      }
      case 'L' -> {
        String wish = ascii(payload);
        require(Names.isLanguageWish(wish), type, "names no language");
        yield new Language(wish);
      }
      case 'A' -> value(payload);
      case 'I' -> new Input(payload);
      case 'Z' -> {
        String name = ascii(payload);
        require(name.isEmpty() || Names.isField(name), type, "is no name of a field");
        yield new EndOfSection(name);
      }
      case 'G' -> {
        require(payload.length() == 0, type, "is not empty");
        yield new Go();
      }
      case 'D' -> {
        Description as = Description.of(ascii(payload));
        if (as == null) {
          throw new WireException(new WireError.BadPayload(type, "names no kind of description"));
        }
        yield new Describe(as);
      }
      case 'C' -> {
        require(payload.length() == 0, type, "is not empty");
        yield new Cancel();
      }
      default -> throw new WireException(new WireError.UnknownType(type));
    };
  }

  private static Value value(Bytes payload) throws WireException {
    byte[] bytes = payload.array();
    int equals = 0;
    while (equals < bytes.length && equals <= Names.MAX_NAME && bytes[equals] != '=') {
      equals++;
    }
    boolean parted = equals < bytes.length && bytes[equals] == '=';
    require(parted, 'A', "is not NAME=VALUE");
    String name = new String(bytes, 0, equals, StandardCharsets.ISO_8859_1);
    require(Names.isField(name), 'A', "has no name of a field before '='");
    byte[] value = new byte[bytes.length - equals - 1];
    System.arraycopy(bytes, equals + 1, value, 0, value.length);
    return new Value(name, Bytes.of(value));
  }

  /** A byte above 127 becomes a character that no rule allows. */
  private static String ascii(Bytes payload) {
    return new String(payload.array(), StandardCharsets.ISO_8859_1);
  }

  private static void require(boolean good, char type, String why) throws WireException {
    if (!good) {
      throw new WireException(new WireError.BadPayload(type, why));
    }
  }
}
