package brig.hole.lint;

import brig.plan.FileStat;
import brig.plan.Host;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every directory, link and file that a path leads through: whoever may change one of them decides
 * what runs.
 *
 * @param links all that were met, the last being what the path names; nothing below {@code end}
 * @param end what the path names in the end; null: there is nothing
 */
record FileChain(List<Node> links, @Nullable Node end) {
  // As path_resolution(7) has it.
  private static final int MAX_LINKS = 40;

  /** Something on the way. */
  record Node(String path, FileStat stat) {
    boolean isDirectory() {
      return stat.type() == FileStat.Type.DIRECTORY;
    }
  }

  static FileChain of(String path, Host host) throws IOException {
    List<Node> nodes = new ArrayList<>();
    Deque<String> left = new ArrayDeque<>();
    push(path, left);
    String at = "";
    Node last = null;
    int followed = 0;
    while (true) {
      FileStat stat = host.lstat(at.isEmpty() ? "/" : at);
      if (stat == null) {
        return new FileChain(nodes, null);
      }
      last = new Node(at.isEmpty() ? "/" : at, stat);
      nodes.add(last);
      if (stat.type() == FileStat.Type.LINK) {
        followed++;
        if (followed > MAX_LINKS) {
          return new FileChain(nodes, null);
        }
        String target = host.readLink(at);
        push(target, left);
        at = target.startsWith("/") ? "" : parent(at);
        continue;
      }
      if (left.isEmpty()) {
        return new FileChain(nodes, last);
      }
      if (!last.isDirectory()) {
        return new FileChain(nodes, null);
      }
      String name = left.pop();
      at = name.equals("..") ? parent(at) : at + "/" + name;
    }
  }

  private static void push(String path, Deque<String> left) {
    String[] names = path.split("/", -1);
    for (int i = names.length - 1; i >= 0; i--) {
      if (!names[i].isEmpty() && !names[i].equals(".")) {
        left.push(names[i]);
      }
    }
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
