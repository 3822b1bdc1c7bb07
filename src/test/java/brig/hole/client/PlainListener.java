package brig.hole.client;

import brig.hole.wire.Bytes;
import brig.hole.wire.Caps;
import brig.hole.wire.ClientFrame;
import brig.hole.wire.End;
import brig.hole.wire.FifoCall;
import brig.hole.wire.FifoInput;
import brig.hole.wire.Frame;
import brig.hole.wire.FrameDecoder;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.hole.wire.RequestReader;
import brig.hole.wire.ServerFrame;
import brig.hole.wire.WireException;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Speaks the protocol as a listener does and runs nothing: what it answers depends on the job's
 * name. So clients are tested for what they do with every answer.
 */
public final class PlainListener implements AutoCloseable {
  private final Path doors;
  private final ServerSocketChannel server;
  private final RandomAccessFile fifo;

  /** Opens both doors in a directory. */
  public PlainListener(Path doors, int uid) throws Exception {
    this.doors = doors;
    Path socket = doors.resolve("socket");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Files.setAttribute(socket, "unix:uid", uid);
    Path replies = Files.createDirectory(doors.resolve("replies"));
    Files.setAttribute(replies, "unix:uid", uid);
    Files.setPosixFilePermissions(replies, PosixFilePermissions.fromString("rwx------"));
    Path pipe = doors.resolve("fifo");
    new ProcessBuilder("mkfifo", "-m", "622", pipe.toString()).start().waitFor();
    fifo = new RandomAccessFile(pipe.toFile(), "rw");
    Thread.ofVirtual().start(this::accept);
    Thread.ofPlatform().daemon().start(this::readFifo);
  }

  private void accept() {
    while (true) {
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void serve(SocketChannel client) {
    try (client) {
      FrameDecoder decoder = new FrameDecoder();
      RequestReader reader = new RequestReader(Caps.USUAL);
      ByteBuffer in = ByteBuffer.allocate(8192);
      Request request = null;
      try {
        while (request == null && client.read(in.clear()) >= 0) {
          in.flip();
          for (Frame f = decoder.next(in); f != null; f = decoder.next(in)) {
            reader.accept(ClientFrame.of(f));
          }
          request = reader.request();
        }
      } catch (WireException e) {
        write(client, new ServerFrame.Ending(End.of(Reason.PROTOCOL).saying(e.getMessage())));
        return;
      }
      if (request != null) {
        for (ServerFrame frame : answer(request)) {
          write(client, frame);
        }
      }
    } catch (IOException e) {
      // the client has gone: its affair
    }
  }

  private static void write(SocketChannel client, ServerFrame frame) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(frame.frame().encoded());
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  /** What is answered; without an end where the listener shall seem to die. */
  static List<ServerFrame> answer(Request request) {
    List<ServerFrame> frames = new ArrayList<>();
    if (request.describe() != null) {
      String form = "<form method=\"post\"><input name=\"year\" value=\"" + text(request, "year");
      String kind = request.describe().word();
      StringBuilder files = new StringBuilder();
      for (Request.Section section : request.sections()) {
        files.append("<u>").append(section.name()).append(": ");
        files.append(section.bytes().utf8()).append("</u>");
      }
      String words = request.language() + " " + kind + "</i>" + files + "</form>";
      frames.add(output(form + "\"><i>" + words));
      frames.add(new ServerFrame.Ending(End.exited(0)));
      return frames;
    }
    switch (Objects.requireNonNull(request.job())) {
      case "report", "file" -> {
        if (text(request, "brig_go").equals("next") || text(request, "year").equals("bad")) {
          frames.add(new ServerFrame.Ending(End.of(Reason.INVALID)));
          return frames;
        }
        frames.add(new ServerFrame.Place(0));
        frames.add(new ServerFrame.Started(1));
        frames.add(new ServerFrame.Errors(Bytes.of("a warning\n")));
        for (Map.Entry<String, Bytes> value : request.values().entrySet()) {
          frames.add(output(value.getKey() + "=" + value.getValue().utf8() + "\n"));
        }
        for (Request.Section section : request.sections()) {
          frames.add(output(section.name() + ": " + section.bytes().length() + " bytes\n"));
        }
        frames.add(output("<b>" + request.language() + "\u001b[2J</b>\n"));
        frames.add(new ServerFrame.Ended(1, 0));
        frames.add(new ServerFrame.Ending(End.exited(0)));
      }
      case "fails" -> frames.add(new ServerFrame.Ending(End.exited(3).saying("No such account.")));
      case "killed" -> frames.add(new ServerFrame.Ending(End.killed(9)));
      case "wrong" -> {
        frames.add(new ServerFrame.Wrong("year", "Une année, s'il vous plaît."));
        frames.add(new ServerFrame.Ending(End.of(Reason.INVALID)));
      }
      case "large" -> {
        byte[] block = new byte[Frame.MAX_PAYLOAD];
        java.util.Arrays.fill(block, (byte) 'x');
        for (int i = 0; i < 32; i++) {
          frames.add(new ServerFrame.Output(Bytes.of(block)));
        }
        frames.add(new ServerFrame.Ending(End.exited(0)));
      }
      case "login" -> {
        frames.add(new ServerFrame.Rotated("0123456789abcdefABCDEF"));
        frames.add(new ServerFrame.Fields(Bytes.of("{\"next\":")));
        frames.add(new ServerFrame.Fields(Bytes.of("[]}")));
        frames.add(new ServerFrame.Ending(End.exited(0)));
      }
      case "who" -> {
        if (request.token() == null) {
          frames.add(new ServerFrame.Ending(End.of(Reason.LOGIN)));
        } else {
          frames.add(output("token " + request.token() + "\n"));
          frames.add(new ServerFrame.Ending(End.exited(0)));
        }
      }
      case "gone" -> frames.add(output("half"));
      default -> frames.add(new ServerFrame.Ending(End.of(Reason.REFUSED)));
    }
    return frames;
  }

  private static String text(Request request, String name) {
    Bytes value = request.values().get(name);
    return value == null ? "" : String.valueOf(value.utf8());
  }

  private static ServerFrame output(String text) {
    return new ServerFrame.Output(Bytes.of(text));
  }

  private void readFifo() {
    try {
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  Channels.newInputStream(fifo.getChannel()), StandardCharsets.ISO_8859_1));
      String line = lines.readLine();
      while (line != null) {
        FifoCall call = FifoCall.parse(Bytes.of(line));
        Thread.ofPlatform().daemon().start(() -> exchange(call));
        line = lines.readLine();
      }
    } catch (IOException | WireException e) {
      // closed
    }
  }

  private void exchange(FifoCall call) {
    String replies = doors.resolve("replies") + "/";
    try {
      Request request = null;
      try (FileInputStream in = new FileInputStream(replies + call.reply() + FifoCall.INPUT)) {
        FifoInput input = new FifoInput(call.job(), call.job().equals("file") ? 1 : 0, Caps.USUAL);
        byte[] buffer = new byte[4096];
        int count = in.read(buffer);
        while (count >= 0 && request == null) {
          request = input.next(ByteBuffer.wrap(buffer, 0, count));
          count = request == null ? in.read(buffer) : -1;
        }
      }
      End end = End.of(Reason.PROTOCOL);
      try (FileOutputStream out = new FileOutputStream(replies + call.reply())) {
        for (ServerFrame frame : request == null ? List.<ServerFrame>of() : answer(request)) {
          switch (frame) {
            case ServerFrame.Output o -> out.write(o.bytes().array());
            case ServerFrame.Ending x -> end = x.end();
            default -> {}
          }
        }
      }
      try (FileOutputStream last = new FileOutputStream(replies + call.reply() + FifoCall.END)) {
        last.write((end.line() + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException | WireException e) {
      System.err.println("PlainListener: " + e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    fifo.close();
    try (var files = Files.walk(doors)) {
      for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (!path.equals(doors)) {
          Files.delete(path);
        }
      }
    }
  }

  /** By hand: PlainListener DIRECTORY UID. */
  public static void main(String[] arguments) throws Exception {
    try (PlainListener open =
        new PlainListener(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
      System.in.read();
    }
  }
}
