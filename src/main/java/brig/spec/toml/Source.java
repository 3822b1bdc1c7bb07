package brig.spec.toml;

import brig.report.Position;
import brig.report.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The characters of a file, one after the other, and the place of each. */
final class Source {
  /** A jailfile is written by hand; what is larger is not one. */
  static final int MAX_BYTES = 1 << 20;

  /** What {@link #peek} answers at the end of the file. */
  static final int END = -1;

  private final String file;
  private final String text;
  private final @Nullable Problem problem;
  private int next;

  // The last place that was asked for: places are asked for in ascending order, mostly.
  private int markedOffset;
  private int markedLine = 1;
  private int markedColumn = 1;

  Source(String file, byte[] content) {
    this.file = file;
    if (content.length > MAX_BYTES) {
      text = "";
      problem =
          Problem.of("the file is larger than 1 MiB")
              .remedy("A jailfile is a few kilobytes.")
              .at(new Position(file, 1, 1));
      return;
    }
    CharBuffer out = CharBuffer.allocate(content.length);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(content);
    CoderResult result = decoder.decode(in, out, true);
    // A byte order mark is no part of the text.
    String decoded = out.flip().toString();
    text = decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
    problem = result.isError() ? notUtf8(content[in.position()]) : null;
  }

  private Problem notUtf8(byte wrong) {
    String hex = Integer.toHexString(wrong & 0xFF);
    return Problem.of("the file is not UTF-8: there is a byte 0x" + hex)
        .remedy("Save it as UTF-8.")
        .at(at(text.length()));
  }

  /** Why the file could not be read to its end as text. */
  @Nullable Problem problem() {
    return problem;
  }

  int peek() {
    return next < text.length() ? text.charAt(next) : END;
  }

  int peek(int ahead) {
    return next + ahead < text.length() ? text.charAt(next + ahead) : END;
  }

  boolean startsWith(String expected) {
    return text.startsWith(expected, next);
  }

  void skip(int count) {
    next += count;
  }

  /** Skips it if it is next. */
  boolean take(char expected) {
    if (peek() != expected) {
      return false;
    }
    next++;
    return true;
  }

  int offset() {
    return next;
  }

  /** Where the line in hand begins, when only blanks came before; else -1. */
  int lineStart() {
    int start = next;
    while (start > 0 && (text.charAt(start - 1) == ' ' || text.charAt(start - 1) == '\t')) {
      start--;
    }
    return start == 0 || text.charAt(start - 1) == '\n' ? start : -1;
  }

  void rewind(int offset) {
    next = offset;
  }

  String since(int start) {
    return text.substring(start, next);
  }

  /** The whole character that is next, in quotes or in words, for messages. */
  String shown() {
    int c = peek();
    return switch (c) {
      case END -> "the end of the file";
      case '\n', '\r' -> "the end of the line";
      case '\'' -> "\"'\"";
      default -> {
        int whole = text.codePointAt(next);
        yield c < 0x20 || c == 0x7F
            ? "a control character (0x" + Integer.toHexString(c) + ")"
            : "'" + Character.toString(whole) + "'";
      }
    };
  }

  Position here() {
    return at(next);
  }

  /** The place of a character, columns counted in code points. */
  Position at(int offset) {
    if (offset < markedOffset) {
      markedLine = 1;
      markedColumn = 1;
      markedOffset = 0;
    }
    int end = Math.min(offset, text.length());
    for (; markedOffset < end; markedOffset++) {
      char c = text.charAt(markedOffset);
      if (c == '\n') {
        markedLine++;
        markedColumn = 1;
      } else if (!Character.isLowSurrogate(c)) {
        markedColumn++;
      }
    }
    return new Position(file, markedLine, markedColumn);
  }
}
