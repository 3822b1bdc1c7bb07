package brig.web.cgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What bench/fuzz runs: what a program says before its answer, and what a worker says to its
 * parent. Only a {@link CgiFault} may leave the one, nothing the other; nothing that goes on to a
 * client may frame its message or split its header.
 */
public final class CgiFuzz {
  private CgiFuzz() {}

  /** Jazzer's entry: the first byte chooses the reader and how large the pieces are. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    int piece = 1 + (bytes[0] >> 2 & 0x3F) * 7;
    boolean whole = (bytes[0] & 2) != 0;
    if ((bytes[0] & 1) == 0) {
      String at = header(rest, piece, whole);
      require(at.equals(header(rest, rest.length + 1, whole)), "a header in pieces");
    } else {
      message(rest);
    }
  }

  private static void require(boolean good, String what) {
    if (!good) {
      throw new IllegalStateException(what);
    }
  }

  /** What was understood, and how many bytes it took. */
  private static String header(byte[] bytes, int piece, boolean whole) {
    CgiHeader header = new CgiHeader(whole);
    try {
      for (int at = 0; at < bytes.length; at += piece) {
        ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
        CgiAnswer answer = header.read(in);
        if (answer != null) {
          check(answer);
          return in.position() + " " + answer;
        }
      }
      return "more";
    } catch (CgiFault e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void check(CgiAnswer answer) {
    switch (answer) {
      case CgiAnswer.Document document -> {
        require(document.status() >= 200 && document.status() <= 599, "status");
        require(document.length() >= -1, "length");
        for (Header field : document.fields()) {
          for (int i = 0; i < field.value().length(); i++) {
            char c = field.value().charAt(i);
            require((c >= ' ' || c == '\t') && c != 0x7F, "a control character in a value");
          }
          for (String framing : List.of("Content-Length", "Transfer-Encoding", "Connection")) {
            require(!field.name().equalsIgnoreCase(framing), "a header that frames the message");
          }
        }
      }
      case CgiAnswer.LocalRedirect redirect ->
          require(
              redirect.target().startsWith("/") && !redirect.target().startsWith("//"), "target");
    }
  }

  private static void message(byte[] packet) {
    DoorMessage message = DoorWire.decode(packet);
    if (message == null) {
      return;
    }
    byte[] again = DoorWire.encode(message);
    if (again == null) {
      throw new IllegalStateException("a message that was understood cannot be written");
    }
    require(message.equals(DoorWire.decode(again)), "and read again");
    if (message instanceof DoorMessage.Start start) {
      require(start.script().isEmpty() || start.script().startsWith("/"), "script");
      require(!(start.script() + "/").contains("/../"), "a script above its directory");
      for (String name : start.variables().keySet()) {
        require(DoorWire.isVariable(name), "a variable that may not be set");
      }
    }
  }

  /** Writes what to begin with into a directory. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int number = 0;
    for (String seed :
        List.of(
            "\0Status: 404 Not here\nContent-Type: text/plain\nX-A: b\n\nbody",
            "\0Location: /other?a=b\r\n\r\n",
            "\0Location: http://a.example/\nContent-Length: 3\nSet-Cookie: a=b\n\nabc",
            "\2HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")) {
      Files.write(directory.resolve("seed" + number), seed.getBytes(StandardCharsets.ISO_8859_1));
      number++;
    }
    for (DoorMessage message :
        List.of(
            new DoorMessage.Start(
                7, 0, "/a/b", List.of("one", "two"), Map.of("PATH_INFO", "/x", "HTTP_HOST", "a")),
            new DoorMessage.Stop(7),
            new DoorMessage.Ended(7, DoorMessage.Reason.LATE, "it ran too long"))) {
      byte[] packet = DoorWire.encode(message);
      if (packet == null) {
        throw new IllegalStateException("no bytes for " + message);
      }
      byte[] seed = new byte[1 + packet.length];
      seed[0] = 1;
      System.arraycopy(packet, 0, seed, 1, packet.length);
      Files.write(directory.resolve("seed" + number), seed);
      number++;
    }
  }
}
