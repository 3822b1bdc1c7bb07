package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Service;
import brig.audit.Severity;
import brig.elf.FileKind;
import brig.linux.Fd;
import brig.linux.LinuxException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keys and passwords that the service can read, known by what is in the file. */
final class Secret implements Rule {
  static final About ABOUT =
      new About(
          "secret",
          Severity.HIGH,
          "a private key or a password that the service can read",
          "Who takes the service over takes them along, and they open more than this jail: the name"
              + " that the key stands for, other hosts, the database, the cloud account.",
          "Leave it out; or let root alone read it (chown root:root FILE, chmod 600 FILE) if the"
              + " service opens it before it gives root up. What the service cannot do without"
              + " should open nothing but this service.");

  private final Service service;

  Secret(Inspection jail) {
    this.service = jail.subject().service();
  }

  /** How much of a text is read: a key stands in configuration or in a dump, not in a long log. */
  private static final long MOST = 8 << 20;

  private static final int PIECE = 256 * 1024;

  /** Longer than any key in text; what lies across two pieces is whole in the second. */
  private static final int OVERLAP = 16 * 1024;

  private SecretKinds.@Nullable Kind further(Node node, int from) throws LinuxException {
    byte[] piece = new byte[PIECE];
    try (Fd file = node.open()) {
      long at = Math.max(0, from - OVERLAP);
      while (at < MOST) {
        int count = file.read(at, piece, 0, PIECE);
        int start = lineStart(piece, count);
        SecretKinds.Kind kind =
            SecretKinds.inText(node.name(), Arrays.copyOfRange(piece, start, count));
        if (kind != null || count < PIECE) {
          return kind;
        }
        at += PIECE - OVERLAP;
      }
    }
    return null;
  }

  /** The first line may be the end of one: what it begins with is no beginning. */
  private static int lineStart(byte[] piece, int count) {
    for (int i = 0; i < count; i++) {
      if (piece[i] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(Node node, Findings out) throws LinuxException {
    if (!node.stat().isFile()
        || node.stat().size() < 8
        || !node.reachable()
        || !service.may(Service.READ, node.stat(), node.accessList())) {
      return;
    }
    byte[] head = node.head();
    if (FileKind.of(head, head.length) == FileKind.ELF) {
      return; // libraries of cryptography hold the words that keys begin with
    }
    SecretKinds.Kind kind = SecretKinds.of(node.name(), head);
    if (kind == null && node.stat().size() > head.length && !SecretKinds.isBinary(head)) {
      kind = further(node, head.length);
    }
    if (kind != null) {
      out.add(
          ABOUT,
          kind.severity(),
          node.path(),
          "holds " + kind.what() + ", and uid " + service.uid() + " can read it");
    }
  }
}
