package brig.plan.packages;

import static org.assertj.core.api.Assertions.assertThat;

import brig.testing.FakeHost;
import brig.testing.HostTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagesTest {
  private static final String STATUS =
      """
      Package: dpkg
      Status: install ok installed
      Architecture: amd64
      Version: 1.21.22

      Package: libssl3
      Status: install ok installed
      Architecture: amd64
      Multi-Arch: same
      Source: openssl
      Version: 3.0.17-1~deb12u2
      Description: Secure Sockets Layer
       Version: of the toolkit, no field

      Package: libssl3
      Status: install ok installed
      Architecture: i386
      Multi-Arch: same
      Version: 3.0.16-1

      Package: tzdata
      Architecture: all
      Version: 2025b-0
      """;

  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void fill() {
    host = FakeHost.bare(root);
  }

  private FakeHost dpkg() {
    return host.file("/var/lib/dpkg/status", STATUS);
  }

  private FakeHost list(String name, String... paths) {
    return host.file(
        "/var/lib/dpkg/info/" + name + ".list", "/.\n" + String.join("\n", paths) + "\n");
  }

  private Origin origin(String path) throws IOException {
    return Packages.of(host).origin(path);
  }

  @Test
  void aFileIsFoundInTheListOfItsPackage() throws IOException {
    dpkg();
    list("tzdata", "/usr", "/usr/share", "/usr/share/zoneinfo/UTC");
    assertThat(origin("/usr/share/zoneinfo/UTC")).isEqualTo(new Origin("tzdata", "2025b-0"));
    assertThat(origin("/usr/share/zoneinfo/UTC").text()).isEqualTo("tzdata 2025b-0");
  }

  @Test
  void whatNoPackageListsHasNone() throws IOException {
    dpkg();
    list("tzdata", "/usr/share/zoneinfo/UTC");
    assertThat(origin("/usr/share/zoneinfo/UT")).isNull();
    assertThat(origin("/usr/share/zoneinfo/UTC2")).isNull();
    assertThat(origin("/srv/www/usr/share/zoneinfo/UTC")).isNull();
  }

  @Test
  void aHostWithoutADatabaseHasNoPackages() throws IOException {
    assertThat(Packages.of(host).origins(List.of("/etc/passwd"))).isEmpty();
  }

  @Test
  void case18_aFileListedBelowLibIsFoundBelowUsrLibWhenTheTwoAreOne() throws IOException {
    dpkg();
    host.directory("/usr/lib").link("/lib", "usr/lib");
    list("libssl3:amd64", "/lib/x86_64-linux-gnu/libssl.so.3", "/usr/lib/engines/afalg.so");
    Origin libssl = new Origin("libssl3", "3.0.17-1~deb12u2");
    assertThat(origin("/usr/lib/x86_64-linux-gnu/libssl.so.3")).isEqualTo(libssl);
    assertThat(origin("/lib/x86_64-linux-gnu/libssl.so.3")).isEqualTo(libssl);
    assertThat(origin("/lib/engines/afalg.so")).isEqualTo(libssl);
  }

  @Test
  void whereLibIsADirectoryOfItsOwnTheTwoNamesAreTwoFiles() throws IOException {
    dpkg();
    host.directory("/usr/lib").directory("/lib");
    list("libssl3:amd64", "/lib/libssl.so.3");
    assertThat(origin("/usr/lib/libssl.so.3")).isNull();
    assertThat(origin("/lib/libssl.so.3")).isNotNull();
  }

  @Test
  void anotherArchitectureIsPartOfTheName() throws IOException {
    dpkg();
    list("libssl3:amd64", "/usr/lib/x86_64-linux-gnu/libssl.so.3");
    list("libssl3:i386", "/usr/lib/i386-linux-gnu/libssl.so.3");
    assertThat(origin("/usr/lib/i386-linux-gnu/libssl.so.3"))
        .isEqualTo(new Origin("libssl3:i386", "3.0.16-1"));
  }

  @Test
  void aDivertedFileIsThePackagesThatHadItsNameFirst() throws IOException {
    dpkg();
    host.file(
        "/var/lib/dpkg/diversions",
        "/usr/bin/pg_config\n/usr/bin/pg_config.libpq-dev\ntzdata\n"
            + "/usr/bin/ls\n/usr/bin/ls.real\n:\n");
    list("libssl3:amd64", "/usr/bin/pg_config", "/usr/bin/ls");
    list("tzdata", "/usr/bin/pg_config");
    assertThat(origin("/usr/bin/pg_config")).isEqualTo(new Origin("tzdata", "2025b-0"));
    assertThat(origin("/usr/bin/pg_config.libpq-dev"))
        .isEqualTo(new Origin("libssl3", "3.0.17-1~deb12u2"));
    assertThat(origin("/usr/bin/ls.real")).isEqualTo(new Origin("libssl3", "3.0.17-1~deb12u2"));
    assertThat(origin("/usr/bin/ls")).describedAs("put there by the administrator").isNull();
  }

  @Test
  void whatDpkgIsJustWritingCounts() throws IOException {
    dpkg();
    list("tzdata", "/usr/share/zoneinfo/UTC");
    host.file("/var/lib/dpkg/updates/0000", "Package: tzdata\nArchitecture: all\nVersion: 2025c\n");
    host.file("/var/lib/dpkg/updates/0001", "Package: tzdata\nArchitecture: all\nVersion: 2025d\n");
    host.file("/var/lib/dpkg/updates/tmp.i", "Package: tzdata\nArchitecture: all\nVersion: half");
    assertThat(origin("/usr/share/zoneinfo/UTC")).isEqualTo(new Origin("tzdata", "2025d"));
  }

  @Test
  void namesInAnyScriptAreFound() throws IOException {
    dpkg();
    list("tzdata", "/usr/share/ca/Főtanúsítvány.crt");
    assertThat(origin("/usr/share/ca/Főtanúsítvány.crt")).isNotNull();
    assertThat(origin("/usr/share/ca/F\uDCF5tan.crt")).isNull();
  }

  @Test
  void rpmIsAskedForPackagesAndThenForTheirFiles() throws IOException {
    host.file("/usr/lib/sysimage/rpm/rpmdb.sqlite", "");
    host.directory("/usr/sbin").link("/sbin", "usr/sbin");
    List<List<String>> asked = new ArrayList<>();
    RpmQuery rpm =
        arguments -> {
          asked.add(arguments);
          return arguments.contains("-qf")
              ? "brig\thttpd-2.4.63-1.fc42.x86_64\n"
                  + "file /srv/x is not owned by any package\n"
                  + "brig\tmailcap-2.1.54-8.noarch\nbrig\thttpd-2.4.63-1.fc42.x86_64\n"
              : "brig\thttpd\t2.4.63-1.fc42\t/usr/sbin/httpd\n"
                  + "brig\thttpd\t2.4.63-1.fc42\t/etc/httpd\n"
                  + "brig\tmailcap\t2.1.54-8\t/etc/mime.types\n";
        };
    Map<String, Origin> origins =
        Packages.of(host, rpm).origins(List.of("/sbin/httpd", "/srv/x", "/etc/mime.types"));
    assertThat(origins)
        .containsOnly(
            Map.entry("/sbin/httpd", new Origin("httpd", "2.4.63-1.fc42")),
            Map.entry("/etc/mime.types", new Origin("mailcap", "2.1.54-8")));
    assertThat(asked)
        .containsExactly(
            List.of(
                "-qf",
                "--qf",
                "brig\\t%{NAME}-%{EVR}.%{ARCH}\\n",
                "--",
                "/sbin/httpd",
                "/srv/x",
                "/etc/mime.types"),
            List.of(
                "-q",
                "--qf",
                "[brig\\t%{=NAME}\\t%{=EVR}\\t%{FILENAMES}\\n]",
                "--",
                "httpd-2.4.63-1.fc42.x86_64",
                "mailcap-2.1.54-8.noarch"));
  }

  @Test
  void rpmIsNotAskedWhereItHasNoDatabase() throws IOException {
    dpkg();
    RpmQuery never =
        arguments -> {
          throw new AssertionError("asked");
        };
    assertThat(Packages.of(host, never).origins(List.of("/srv/x"))).isEmpty();
  }

  @Test
  void theHostsOwnPackagesAreFoundAsDpkgNamesThem() throws IOException, InterruptedException {
    HostTree machine = HostTree.ofThisMachine();
    String libc = machine.lstat("/lib/ld-linux-aarch64.so.1") != null ? "aarch64" : "x86_64";
    String path = "/usr/lib/" + libc + "-linux-gnu/libc.so.6";
    Process dpkg =
        new ProcessBuilder("dpkg-query", "-W", "-f", "${Package} ${Version}", "libc6").start();
    String told = new String(dpkg.getInputStream().readAllBytes());
    assertThat(dpkg.waitFor()).isZero();
    assertThat(Packages.of(machine).origin(path)).isNotNull();
    assertThat(Packages.of(machine).origin(path).text()).isEqualTo(told);
  }
}
