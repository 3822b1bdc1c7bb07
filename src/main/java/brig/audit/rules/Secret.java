package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Service;
import brig.audit.Severity;
import brig.elf.FileKind;
import brig.linux.LinuxException;

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
    if (kind != null) {
      out.add(
          ABOUT,
          kind.severity(),
          node.path(),
          "holds " + kind.what() + ", and uid " + service.uid() + " can read it");
    }
  }
}
