package brig.cli.recipe;

import static brig.cli.recipe.Services.answered;
import static brig.cli.recipe.Services.lay;
import static brig.cli.recipe.Services.run;
import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A zone of the test's under BIND: the same questions whoever makes its chroot. */
final class NameServer {
  private NameServer() {}

  /** named.conf and rndc's key, in a directory below the test's. */
  static void configure(Installation machine, String directory) throws Exception {
    lay(
        machine,
        directory + "/named.conf",
        "rw-r--r--",
        """
        include "/etc/bind/rndc.key";
        controls { inet 127.0.0.1 port 953 allow { 127.0.0.1; } keys { "rndc-key"; }; };
        options {
          directory "/var/cache/bind";
          listen-on { 127.0.0.1; };
          listen-on-v6 { none; };
          recursion no;
          dnssec-validation no;
        };
        zone "example.test" {
          type primary;
          file "/var/lib/bind/example.test";
          allow-transfer { 127.0.0.1; };
          allow-update { key "rndc-key"; };
        };
        """);
    lay(
        machine,
        directory + "/rndc.key",
        "rw-r--r--",
        "key \"rndc-key\" { algorithm hmac-sha256; secret"
            + " \"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"; };\n");
  }

  /** The zone's file, where named may write. */
  static void zone(Installation machine, Path zones) throws Exception {
    Path zone = zones.resolve("example.test");
    Files.writeString(
        zone,
        """
        $TTL 60
        @ SOA ns.example.test. root.example.test. 1 60 60 600 60
          NS ns
        ns A 127.0.0.1
        www A 192.0.2.1
        """);
    run(machine, "chown", "bind:bind", zone.toString());
  }

  /** A look-up, an update, a transfer, and rndc from outside. */
  static List<String> ask(Installation machine, String directory) throws Exception {
    List<String> answers = new ArrayList<>();
    answers.add(answered(machine, "dig", "+short", "@127.0.0.1", "www.example.test"));
    assertThat(answers).containsExactly("192.0.2.1");
    Path update =
        lay(
            machine,
            "update",
            "rw-r--r--",
            "server 127.0.0.1\nupdate delete new.example.test\n"
                + "update add new.example.test 60 A 192.0.2.7\nsend\n");
    String key = machine.home() + "/" + directory + "/rndc.key";
    run(machine, "nsupdate", "-k", key, update.toString());
    String transfer =
        run(machine, "dig", "+noall", "+answer", "@127.0.0.1", "example.test", "AXFR");
    assertThat(transfer).contains("new.example.test.").contains("192.0.2.7");
    answers.add(run(machine, "dig", "+short", "@127.0.0.1", "new.example.test").strip());
    String status = run(machine, "rndc", "-s", "127.0.0.1", "-k", key, "status");
    assertThat(status).contains("server is up and running");
    run(machine, "rndc", "-s", "127.0.0.1", "-k", key, "sync");
    return answers;
  }
}
