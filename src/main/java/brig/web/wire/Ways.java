package brig.web.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker that is tried is told, and what it found: lines, with tabs between the words.
 *
 * @param server the process that started it
 * @param secret a file outside, in the directory that is handed in
 * @param port of this host, where somebody listens
 * @param name of an abstract socket, where somebody listens
 */
public record Ways(int server, String secret, int port, String name) {
  /**
   * One way out.
   *
   * @param id as in docs/breakout.md, or empty
   * @param call the one that was refused, or was not
   * @param answer the errno's name; empty: it was not refused
   */
  public record Tried(String id, String technique, String call, String answer) {
    public boolean held() {
      return !answer.isEmpty();
    }
  }

  /** A struct sockaddr_un with an abstract name (unix(7)). */
  public static byte[] abstractAddress(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    byte[] address = new byte[3 + bytes.length];
    address[0] = 1; // AF_UNIX
    System.arraycopy(bytes, 0, address, 3, bytes.length);
    return address;
  }

  public String text() {
    return server + "\t" + port + "\t" + name + "\t" + secret;
  }

  public static Ways parse(String text) {
    List<String> words = WorkerOrder.split(text, '\t');
    return new Ways(
        Integer.parseInt(words.get(0)), words.get(3), Integer.parseInt(words.get(1)), words.get(2));
  }

  public static String text(List<Tried> all) {
    StringBuilder text = new StringBuilder();
    for (Tried one : all) {
      text.append(one.id()).append('\t').append(one.technique()).append('\t');
      text.append(one.call()).append('\t').append(one.answer()).append('\n');
    }
    return text.toString();
  }

  public static List<Tried> tried(String text) {
    List<Tried> all = new ArrayList<>();
    for (String line : WorkerOrder.split(text, '\n')) {
      List<String> words = WorkerOrder.split(line, '\t');
      if (words.size() == 4) {
        all.add(new Tried(words.get(0), words.get(1), words.get(2), words.get(3)));
      }
    }
    return all;
  }
}
