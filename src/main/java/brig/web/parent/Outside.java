package brig.web.parent;

import brig.linux.Errno;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Position;
import brig.report.Problem;
import brig.spec.Located;
import brig.web.auth.Users;
import brig.web.config.Auth;
import brig.web.config.Location;
import brig.web.config.Site;
import brig.web.config.WebConfig;
import brig.web.config.WebConfigReader;
import brig.web.tls.PemFiles;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of the host that the parent reads for the worker, by their paths. */
final class Outside {
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  private Outside() {}

  /** Reads and checks them all. */
  static Map<String, byte[]> read(WebConfig config) throws BrigException {
    Outside outside = new Outside();
    for (Site site : config.sites()) {
      Site.Tls tls = site.tls();
      if (tls != null) {
        outside.add("the certificate", tls.certificate());
        outside.add("the key", tls.key());
        outside.checkPair(tls);
      }
      for (Location location : site.locations()) {
        Auth auth = location.auth();
        if (auth != null) {
          outside.add("the users", auth.users());
          outside.checkUsers(auth);
        }
      }
    }
    outside.addTypes(config.mimeTypes());
    if (!outside.problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, outside.problems);
    }
    return outside.files;
  }

  private void add(String what, Located<String> path) {
    if (files.containsKey(path.value())) {
      return;
    }
    try {
      files.put(path.value(), HostFiles.read(path.value()));
    } catch (LinuxException e) {
      wrong("cannot read " + what + " " + path.value(), e.errno().text(), path.at());
    }
  }

  private void checkUsers(Auth auth) {
    byte[] content = files.get(auth.users().value());
    if (content != null) {
      Users.read(auth.users().value(), auth.realm(), content, problems);
    }
  }

  /** A host without a table of types has the few that the worker knows by itself. */
  private void addTypes(Located<String> path) {
    try {
      files.put(path.value(), HostFiles.read(path.value()));
    } catch (LinuxException e) {
      boolean asked = !path.value().equals(WebConfigReader.MIME_TYPES);
      if (asked || e.errno() != Errno.ENOENT) {
        wrong("cannot read the types " + path.value(), e.errno().text(), path.at());
      } else {
        files.put(path.value(), new byte[0]);
      }
    }
  }

  private void checkPair(Site.Tls tls) {
    byte[] certificate = files.get(tls.certificate().value());
    byte[] key = files.get(tls.key().value());
    if (certificate == null || key == null) {
      return;
    }
    try {
      PemFiles.check(certificate, key);
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      wrong(
          "cannot use the certificate " + tls.certificate().value(),
          String.valueOf(e.getMessage()),
          tls.certificate().at());
    }
  }

  private void wrong(String message, String answer, Position at) {
    problems.add(Problem.of(message).answered(answer).at(at));
  }
}
