package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import brig.plan.Reason;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailSpec.Switch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Users, hosts and ports by name: nsswitch.conf(5) and the modules that it names, hosts(5),
 * resolv.conf(5), services(5). Wherever a C library is in the jail, programs ask for these.
 */
final class NameService implements Rule {
  /** What a jail without the host's services is given. */
  private static final String FILES_ONLY =
      """
      passwd: files
      group: files
      shadow: files
      hosts: files dns
      networks: files
      services: files
      protocols: files
      """;

  /** Since glibc 2.34 the modules of files and dns are in libc; what is left of them is empty. */
  private static final int EMPTY_MODULE = 20_000;

  /** They ask services of systemd over sockets that no jail has; without them glibc goes on. */
  private static final Set<String> USELESS = Set.of("systemd", "mymachines");

  private final JailSpec.Features features;
  private final CLibrary library = new CLibrary();
  private boolean done;

  NameService(JailSpec spec) {
    this.features = spec.features();
  }

  @Override
  public void saw(PlannedFile file, Draft draft) {
    library.saw(file);
  }

  @Override
  public void settle(Draft draft) throws IOException {
    if (done || !wanted()) {
      return;
    }
    done = true;
    Reason why = Reason.root("names of hosts, users and ports");
    PlannedFile glibc = library.glibc();
    if (features.nss() == Switch.OFF) {
      generate(draft, "/etc/nsswitch.conf", FILES_ONLY, why.then("nss = off"));
    } else if (draft.exists("/etc/nsswitch.conf")) {
      draft.addData("/etc/nsswitch.conf", why);
      if (glibc != null) {
        addModules(draft, CLibrary.directoryOf(glibc), why.then("/etc/nsswitch.conf"));
      }
    }
    if (features.dns() != Switch.OFF) {
      addResolver(draft, why);
    }
    if (features.services() != Switch.OFF) {
      for (String path : List.of("/etc/services", "/etc/protocols")) {
        draft.addData(path, why);
      }
    }
  }

  private boolean wanted() {
    return library.any()
        || features.dns() == Switch.ON
        || features.nss() == Switch.ON
        || features.services() == Switch.ON;
  }

  private void addResolver(Draft draft, Reason why) throws IOException {
    for (String path : List.of("/etc/host.conf", "/etc/gai.conf")) {
      draft.addData(path, why);
    }
    if (draft.addData("/etc/hosts", why) == null) {
      generate(draft, "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n", why);
    }
    String real = draft.real("/etc/resolv.conf");
    if (real == null) {
      if (features.dns() == Switch.ON) {
        draft
            .troubles()
            .warn(
                Problem.of("the host has no /etc/resolv.conf")
                    .remedy("The jail will ask a name server on 127.0.0.1."),
                why);
      }
    } else if (real.startsWith("/etc/")) {
      draft.addData("/etc/resolv.conf", why);
    } else {
      // systemd-resolved, resolvconf, NetworkManager: it is a link into /run, which is the
      // jail's own inside.
      draft.generate(
          "/etc/resolv.conf", draft.host().read(real), 0644, why.then("content of " + real));
    }
  }

  private static void addModules(Draft draft, String libraries, Reason why) throws IOException {
    String text = new String(draft.host().read("/etc/nsswitch.conf"), StandardCharsets.UTF_8);
    for (String service : services(text)) {
      String path = libraries + "/libnss_" + service + ".so.2";
      if (USELESS.contains(service) || !draft.exists(path)) {
        continue;
      }
      boolean builtIn = service.equals("files") || service.equals("dns");
      var stat = draft.host().lstat(String.valueOf(draft.real(path)));
      if (!builtIn || (stat != null && stat.size() > EMPTY_MODULE)) {
        draft.addPlugin(path, List.of(), why.then("service " + service));
      }
    }
  }

  /** The services that any database names, without the actions in brackets. */
  static Set<String> services(String text) {
    Set<String> services = new TreeSet<>();
    for (String line : text.split("\n", -1)) {
      int hash = line.indexOf('#');
      String content = hash < 0 ? line : line.substring(0, hash);
      int colon = content.indexOf(':');
      if (colon < 0) {
        continue;
      }
      boolean inBrackets = false;
      for (String word : content.substring(colon + 1).replace('\t', ' ').split(" ", -1)) {
        inBrackets |= word.startsWith("[");
        if (!word.isEmpty() && !inBrackets && word.indexOf('/') < 0) {
          services.add(word);
        }
        inBrackets &= !word.endsWith("]");
      }
    }
    return services;
  }

  private static void generate(Draft draft, String path, String text, Reason why)
      throws IOException {
    draft.generate(path, text.getBytes(StandardCharsets.UTF_8), 0644, why);
  }
}
