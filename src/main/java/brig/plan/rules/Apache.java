package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import java.io.IOException;
import java.util.List;

/** Apache's httpd: its configuration and what that names. */
final class Apache implements Rule {
  @Override
  public void saw(PlannedFile file, Draft draft) throws IOException {
    boolean httpd = file.name().equals("apache2") || file.name().equals("httpd");
    if (!httpd || !file.executable() || draft.interpreterOf(file.path()) != null) {
      return;
    }
    List<String> argv = draft.spec().command().argv().value();
    boolean command = file.path().equals(draft.real(argv.getFirst()));
    List<String> options = command ? argv : List.of(file.path());
    String configuration = null;
    String root = "/etc/apache2";
    if (draft.exists("/etc/apache2/apache2.conf")) {
      configuration = "/etc/apache2/apache2.conf";
    } else if (draft.exists("/etc/httpd/conf/httpd.conf")) {
      configuration = "/etc/httpd/conf/httpd.conf";
      root = "/etc/httpd";
    }
    root = ConfigText.option(options, "-d", root);
    String named = ConfigText.option(options, "-f", configuration == null ? "" : configuration);
    if (!named.isEmpty()) {
      new ApacheConfig(draft, file.path(), ConfigText.absolute(root, "/"), options)
          .read(ConfigText.absolute(named, root), file.why().then(file.path()));
    }
  }
}
