package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import brig.plan.Reason;
import brig.plan.TreeFilter;
import brig.spec.JailSpec;
import brig.spec.JailSpec.Switch;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The authorities that TLS trusts. OpenSSL looks certificates up by hash: the links of
 * /etc/ssl/certs lead through each other to /usr/share/ca-certificates, and each is kept with what
 * it leads to.
 */
final class Certificates implements Rule {
  private static final List<String> TREES =
      List.of("/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted");
  private static final List<String> FILES =
      List.of(
          "/etc/ssl/openssl.cnf",
          "/etc/ssl/cert.pem",
          "/usr/lib/ssl/certs",
          "/usr/lib/ssl/cert.pem",
          "/usr/lib/ssl/openssl.cnf",
          "/etc/pki/tls/cert.pem",
          "/etc/pki/tls/openssl.cnf");

  private final Switch wanted;
  private @Nullable Reason cause;
  private boolean done;

  Certificates(JailSpec spec) {
    this.wanted = spec.features().certificates();
    this.cause = wanted == Switch.ON ? Reason.root("certificates = on") : null;
  }

  @Override
  public void saw(PlannedFile file, Draft draft) {
    String name = file.name();
    if (cause == null
        && (name.startsWith("libssl.so.")
            || name.startsWith("libgnutls.so.")
            || name.startsWith("libmbedtls.so.")
            || name.startsWith("libcurl"))) {
      cause = file.why().then(file.path()).then("certificates for TLS");
    }
  }

  @Override
  public void settle(Draft draft) throws IOException {
    if (done || cause == null || wanted == Switch.OFF) {
      return;
    }
    done = true;
    for (String tree : TREES) {
      if (draft.isDirectory(tree)) {
        draft.addTree(tree, cause, Certificates::choose);
      }
    }
    for (String file : FILES) {
      draft.addData(file, cause);
    }
  }

  /** Java's key store is of no use to other programs. */
  private static TreeFilter.Choice choose(String path, boolean directory) {
    return path.endsWith("/java") ? TreeFilter.Choice.SKIP : TreeFilter.Choice.DATA;
  }
}
