package brig.hole.wire;

/** What a peer did that the protocol does not allow. Nothing that it sent is repeated in full. */
public sealed interface WireError {

  /** One line for a log; holds printable ASCII alone. */
  String text();

  /** A header that is not a letter, a blank, a number without leading zeros and a newline. */
  record BadHeader(int found, int offset) implements WireError {
    @Override
    public String text() {
      return "byte " + offset + " of a frame's header is 0x" + Integer.toHexString(found);
    }
  }

  record PayloadTooLong(char type) implements WireError {
    @Override
    public String text() {
      return "a frame " + type + " of more than " + Frame.MAX_PAYLOAD + " bytes";
    }
  }

  record UnknownType(char type) implements WireError {
    @Override
    public String text() {
      return "a frame of the unknown type " + type;
    }
  }

  /**
   * A payload that is not what its frame holds.
   *
   * @param why a clause about the payload
   */
  record BadPayload(char type, String why) implements WireError {
    @Override
    public String text() {
      return "a frame " + type + " whose payload " + why;
    }
  }

  /**
   * A good frame at the wrong moment.
   *
   * @param why a clause about the moment
   */
  record OutOfOrder(char type, String why) implements WireError {
    @Override
    public String text() {
      return "a frame " + type + " " + why;
    }
  }

  record TooMuch(String what, long most) implements WireError {
    @Override
    public String text() {
      return "more than " + most + " " + what;
    }
  }

  /** The peer went away before it had said all. */
  record Unfinished(String what) implements WireError {
    @Override
    public String text() {
      return "the end of the connection " + what;
    }
  }

  /** A line of the FIFO door, or an input of it, that says nothing. */
  record BadLine(String why) implements WireError {
    @Override
    public String text() {
      return "a line that " + why;
    }
  }
}
