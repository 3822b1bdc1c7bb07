package brig.plan.rules;

import static brig.plan.Plans.SERVICE;
import static brig.plan.Plans.content;
import static brig.plan.Plans.entry;
import static brig.plan.Plans.paths;
import static brig.plan.Plans.plan;
import static brig.plan.Plans.problems;
import static brig.plan.Plans.reasons;
import static brig.plan.Plans.target;
import static brig.plan.Plans.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import brig.plan.Entry;
import brig.plan.Plan;
import brig.report.BrigException;
import brig.testing.FakeHost;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesTest {
  private static final String LIB = "/usr/lib/x86_64-linux-gnu";

  /** A C library is in the jail: the rules that wait for one set in. */
  private static final String WITH_LIBC =
      SERVICE + "[files]\ninclude = [\"" + LIB + "/libc.so.6\"]\n";

  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void aHostWithACLibrary() {
    host =
        FakeHost.bare(root)
            .program("/usr/sbin/www", "just bytes")
            .file(LIB + "/libc.so.6", "not really")
            .file(
                "/etc/nsswitch.conf",
                "passwd: files systemd\nhosts: files mdns [NOTFOUND=return] dns\n")
            .file("/etc/hosts", "127.0.0.1 localhost\n")
            .file("/etc/resolv.conf", "nameserver 192.0.2.1\n")
            .file("/etc/services", "http 80/tcp\n")
            .file("/usr/share/zoneinfo/Europe/Zurich", "TZif")
            .file("/usr/share/zoneinfo/Asia/Tokyo", "TZif")
            .link("/etc/localtime", "/usr/share/zoneinfo/Europe/Zurich");
  }

  @Test
  void case1_whoeverMayStartThreadsGetsLibgcc() throws BrigException {
    host.file(LIB + "/libgcc_s.so.1", "x");
    Plan plan = plan(host, WITH_LIBC);
    assertThat(reasons(plan, LIB + "/libgcc_s.so.1"))
        .containsExactly(
            "www.toml:4 -> " + LIB + "/libc.so.6 -> loads libgcc_s.so.1 when a thread ends");
  }

  @Test
  void case2_filesAndDnsAreInLibcItselfOtherServicesAreModules() throws BrigException {
    for (String service : new String[] {"files", "dns", "mdns", "systemd", "ldap"}) {
      host.file(LIB + "/libnss_" + service + ".so.2", "x");
    }
    Plan plan = plan(host, WITH_LIBC);
    assertThat(paths(plan))
        .contains("/etc/nsswitch.conf", "/etc/hosts", "/etc/services", LIB + "/libnss_mdns.so.2")
        .doesNotContain(
            LIB + "/libnss_files.so.2",
            LIB + "/libnss_dns.so.2",
            LIB + "/libnss_ldap.so.2",
            LIB + "/libnss_systemd.so.2");
  }

  @Test
  void aResolvConfThatIsALinkIntoRunBecomesAFile() throws BrigException {
    assertThat(host.real("/etc/resolv.conf").toFile().delete()).isTrue();
    host.file("/run/systemd/resolve/stub-resolv.conf", "nameserver 127.0.0.53\n")
        .link("/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf");
    assertThat(content(plan(host, WITH_LIBC), "/etc/resolv.conf"))
        .isEqualTo("nameserver 127.0.0.53\n");
  }

  @Test
  void dnsAndNssCanBeTurnedOff() throws BrigException {
    Plan plan = plan(host, WITH_LIBC + "[features]\ndns = false\nnss = false\n");
    assertThat(paths(plan)).doesNotContain("/etc/resolv.conf", "/etc/hosts");
    assertThat(content(plan, "/etc/nsswitch.conf")).startsWith("passwd: files\n");
  }

  @Test
  void case3_conversionsComeWhenAskedFor() throws BrigException {
    host.file(LIB + "/gconv/gconv-modules.cache", "x").file(LIB + "/gconv/UTF-16.so", "x");
    assertThat(paths(plan(host, WITH_LIBC))).doesNotContain(LIB + "/gconv");
    assertThat(paths(plan(host, WITH_LIBC + "[features]\ngconv = true\n")))
        .contains(LIB + "/gconv/gconv-modules.cache", LIB + "/gconv/UTF-16.so");
  }

  @Test
  void case4_cUtf8IsADirectoryOfLocales() throws BrigException {
    host.file("/usr/lib/locale/C.utf8/LC_CTYPE", "x");
    Plan plan = plan(host, WITH_LIBC + "[features]\nlocales = [\"C.UTF-8\"]\n");
    assertThat(paths(plan)).contains("/usr/lib/locale/C.utf8/LC_CTYPE");
    assertThat(paths(plan(host, WITH_LIBC + "[environment]\nLC_ALL = \"C.UTF-8\"\n")))
        .contains("/usr/lib/locale/C.utf8/LC_CTYPE");
    assertThat(problems(host, WITH_LIBC + "[features]\nlocales = [\"de_CH.UTF-8\"]\n"))
        .containsExactly(
            "cannot find the locale de_CH.UTF-8: neither /usr/lib/locale/de_CH.utf8 nor"
                + " /usr/lib/locale/locale-archive is there. Make it with locale-gen, or use"
                + " C.UTF-8. (www.toml:6:12)");
  }

  @Test
  void theTimeZoneOfTheHostComesWithItsLink() throws BrigException {
    Plan plan = plan(host, WITH_LIBC);
    assertThat(target(plan, "/etc/localtime")).isEqualTo("/usr/share/zoneinfo/Europe/Zurich");
    assertThat(paths(plan))
        .contains("/usr/share/zoneinfo/Europe/Zurich")
        .doesNotContain("/usr/share/zoneinfo/Asia/Tokyo");
  }

  @Test
  void anotherTimeZoneCanBeNamed() throws BrigException {
    Plan plan = plan(host, WITH_LIBC + "[features]\ntimezone = \"Asia/Tokyo\"\n");
    assertThat(target(plan, "/etc/localtime")).isEqualTo("/usr/share/zoneinfo/Asia/Tokyo");
    assertThat(content(plan, "/etc/timezone")).isEqualTo("Asia/Tokyo\n");
    assertThat(problems(host, WITH_LIBC + "[features]\ntimezone = \"Mars/Base\"\n"))
        .containsExactly(
            "cannot find the time zone /usr/share/zoneinfo/Mars/Base: the host has no such file."
                + " Install tzdata, or name one of `timedatectl list-timezones`. (www.toml:6:12)");
  }

  @Test
  void case5and6_phpBringsAllTimeZonesAndTheExtensionsOfItsIniFiles() throws BrigException {
    String ini = "/etc/php/8.2/cli";
    host.program("/usr/bin/php8.2", "x")
        .file(ini + "/php.ini", "; extension=no\nmemory_limit = 1M\n")
        .file("/etc/php/8.2/mods-available/pgsql.ini", "extension=pgsql.so ; database\n")
        .link(ini + "/conf.d/20-pgsql.ini", "/etc/php/8.2/mods-available/pgsql.ini")
        .file(ini + "/conf.d/10-opcache.ini", "zend_extension=opcache\n")
        .file("/usr/lib/php/20220829/pgsql.so", "x")
        .file("/usr/lib/php/20220829/opcache.so", "x")
        .file("/usr/lib/php/20220829/other.so", "x");
    Plan plan =
        plan(
            host,
            SERVICE
                + "[files]\nprograms = [\"/usr/bin/php8.2\"]\ninclude = [\""
                + LIB
                + "/libc.so.6\"]\n");
    assertThat(paths(plan))
        .contains(
            "/usr/lib/php/20220829/pgsql.so",
            "/usr/lib/php/20220829/opcache.so",
            "/usr/share/zoneinfo/Asia/Tokyo")
        .doesNotContain("/usr/lib/php/20220829/other.so");
    assertThat(reasons(plan, "/usr/lib/php/20220829/pgsql.so"))
        .containsExactly(
            "www.toml:4 -> /usr/bin/php8.2 -> "
                + ini
                + "/conf.d/20-pgsql.ini:1 -> extension=pgsql.so");
    assertThat(target(plan, ini + "/conf.d/20-pgsql.ini"))
        .isEqualTo("/etc/php/8.2/mods-available/pgsql.ini");
  }

  @Test
  void case9_perlComesWithItsOwnTreesAndTheModulesThatScriptsUse() throws BrigException {
    host.program("/usr/bin/perl", "x")
        .program("/usr/lib/cgi-bin/a.cgi", "#!/usr/bin/perl -T\nuse strict;\n  use CGI;\n")
        .file(LIB + "/perl-base/strict.pm", "1;")
        .link(LIB + "/perl/5.36", "5.36.0")
        .file(LIB + "/perl/5.36.0/POSIX.pm", "1;")
        .link("/usr/share/perl/5.36", "5.36.0")
        .file("/usr/share/perl/5.36.0/warnings.pm", "1;")
        .file("/usr/share/perl5/CGI.pm", "use HTML::Entities;\n")
        .file("/usr/share/perl5/Unused.pm", "1;")
        .file(LIB + "/perl5/5.36/HTML/Entities.pm", "require HTML::Parser;\n")
        .file(LIB + "/perl5/5.36/HTML/Parser.pm", "1;")
        .file(LIB + "/perl5/5.36/auto/HTML/Parser/Parser.so", "x");
    Plan plan = plan(host, SERVICE + "[files]\ninclude = [\"/usr/lib/cgi-bin\"]\n");
    assertThat(paths(plan))
        .contains(
            LIB + "/perl-base/strict.pm",
            LIB + "/perl/5.36.0/POSIX.pm",
            "/usr/share/perl/5.36.0/warnings.pm",
            "/usr/share/perl5/CGI.pm",
            LIB + "/perl5/5.36/auto/HTML/Parser/Parser.so")
        .doesNotContain("/usr/share/perl5/Unused.pm");
    assertThat(target(plan, LIB + "/perl/5.36")).isEqualTo("5.36.0");
    assertThat(reasons(plan, LIB + "/perl5/5.36/HTML/Parser.pm").getFirst())
        .endsWith(
            "use CGI -> /usr/share/perl5/CGI.pm -> use HTML::Entities -> "
                + LIB
                + "/perl5/5.36/HTML/Entities.pm -> use HTML::Parser");
  }

  @Test
  void case10_aProgramThatIsALinkToAScriptBringsItsInterpreterAndModules() throws BrigException {
    host.program("/usr/bin/perl", "x")
        .program(
            "/usr/share/postgresql-common/pg_wrapper",
            "#!/usr/bin/perl\nuse lib '/usr/share/postgresql-common';\nuse PgCommon;\n")
        .file("/usr/share/postgresql-common/PgCommon.pm", "1;")
        .link("/usr/bin/psql", "../share/postgresql-common/pg_wrapper");
    Plan plan = plan(host, SERVICE + "[files]\nprograms = [\"/usr/bin/psql\"]\n");
    assertThat(target(plan, "/usr/bin/psql")).isEqualTo("../share/postgresql-common/pg_wrapper");
    assertThat(paths(plan)).contains("/usr/bin/perl", "/usr/share/postgresql-common/PgCommon.pm");
  }

  @Test
  void case20_everyHashLinkOfACertificateLeadsSomewhere() throws BrigException {
    host.file("/usr/share/ca-certificates/mozilla/A.crt", "x")
        .link("/etc/ssl/certs/A.pem", "/usr/share/ca-certificates/mozilla/A.crt")
        .link("/etc/ssl/certs/5ad8a5d6.0", "A.pem")
        .link("/etc/ssl/certs/00000000.0", "Gone.pem")
        .link("/usr/lib/ssl/certs", "/etc/ssl/certs")
        .file(LIB + "/libssl.so.3", "x");
    Plan plan = plan(host, SERVICE + "[files]\ninclude = [\"" + LIB + "/libssl.so.3\"]\n");
    assertThat(target(plan, "/etc/ssl/certs/5ad8a5d6.0")).isEqualTo("A.pem");
    assertThat(target(plan, "/etc/ssl/certs/A.pem"))
        .isEqualTo("/usr/share/ca-certificates/mozilla/A.crt");
    assertThat(target(plan, "/usr/lib/ssl/certs")).isEqualTo("/etc/ssl/certs");
    assertThat(paths(plan))
        .contains("/usr/share/ca-certificates/mozilla/A.crt")
        .doesNotContain("/etc/ssl/certs/00000000.0");
    for (Entry entry : plan.entries()) {
      if (entry instanceof Entry.Link link && link.path().startsWith("/etc/ssl")) {
        String end =
            link.target().startsWith("/") ? link.target() : "/etc/ssl/certs/" + link.target();
        assertThat(plan.entry(end)).as(link.toString()).isNotNull();
      }
    }
    assertThat(reasons(plan, "/etc/ssl/certs/A.pem").getFirst())
        .startsWith("www.toml:4 -> " + LIB + "/libssl.so.3 -> certificates for TLS");
  }

  @Test
  void apacheBringsTheModulesAndFilesOfItsConfiguration() throws BrigException {
    host.program("/usr/sbin/apache2", "x")
        .file(
            "/etc/apache2/apache2.conf",
            """
            # comment
            IncludeOptional mods-enabled/*.load
            IncludeOptional mods-enabled/*.conf
            PidFile ${APACHE_PID_FILE}
            ErrorLog ${APACHE_LOG_DIR}/error.log
            User ${APACHE_RUN_USER}
            <IfModule mod_absent.c>
              LoadModule never_module /usr/lib/apache2/modules/never.so
            </IfModule>
            <IfModule !mod_absent.c>
              Include /etc/apache2/extra.conf
            </IfModule>
            <Directory /var/www/>
              Require all \\
                granted
            </Directory>
            """)
        .file(
            "/etc/apache2/mods-available/mime.load",
            "LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so\n")
        .file(
            "/etc/apache2/mods-available/mime.conf",
            "<IfModule mod_mime.c>\n\tTypesConfig /etc/mime.types\n</IfModule>\n")
        .link("/etc/apache2/mods-enabled/mime.load", "../mods-available/mime.load")
        .link("/etc/apache2/mods-enabled/mime.conf", "../mods-available/mime.conf")
        .file("/etc/apache2/extra.conf", "DocumentRoot \"/var/www/html\"\n")
        .file("/var/www/html/index.html", "x")
        .file("/etc/mime.types", "x")
        .file("/usr/lib/apache2/modules/mod_mime.so", "x");
    String jailfile =
        """
        command = ["/usr/sbin/apache2", "-DFOREGROUND"]
        user = "www-data"
        [files]
        writable = ["/var/log/apache2"]
        [environment]
        APACHE_LOG_DIR = "/var/log/apache2"
        APACHE_RUN_USER = "www-data"
        """;
    Plan plan = plan(host, jailfile);
    assertThat(paths(plan))
        .contains(
            "/etc/apache2/mods-available/mime.load",
            "/usr/lib/apache2/modules/mod_mime.so",
            "/etc/mime.types",
            "/var/www/html/index.html");
    assertThat(target(plan, "/etc/apache2/mods-enabled/mime.load"))
        .isEqualTo("../mods-available/mime.load");
    assertThat(reasons(plan, "/etc/mime.types").getFirst())
        .isEqualTo(
            "www.toml:1 -> /usr/sbin/apache2 -> /etc/apache2/apache2.conf:3 IncludeOptional"
                + " mods-enabled/*.conf -> /etc/apache2/mods-enabled/mime.conf:2 TypesConfig"
                + " /etc/mime.types");
    assertThat(warnings(plan))
        .containsExactly(
            "Apache's configuration uses ${APACHE_PID_FILE}, which nothing sets. Set it in"
                + " [environment], as /etc/apache2/envvars does. (www.toml:1:12)");
  }

  @Test
  void aConfigurationThatTheJailfileGivesIsReadInsteadOfTheHosts() throws BrigException {
    host.program("/usr/sbin/nginx", "x")
        .file("/etc/nginx/nginx.conf", "http { server { root /srv/host; } }")
        .file("/srv/host/index.html", "x")
        .file("/srv/given/index.html", "x")
        .file("/srv/more/index.html", "x");
    Plan plan =
        plan(
            host,
            """
            command = ["/usr/sbin/nginx"]
            user = "www-data"
            [[files.content]]
            path = "/etc/nginx/nginx.conf"
            text = "http { include sites/*.conf; server { root /srv/given; } }"
            [[files.content]]
            path = "/etc/nginx/sites/more.conf"
            text = "server { root /srv/more; }"
            """);
    assertThat(paths(plan))
        .contains("/srv/given/index.html", "/srv/more/index.html", "/etc/nginx/sites/more.conf")
        .doesNotContain("/srv/host/index.html");
    assertThat(warnings(plan)).noneMatch(w -> w.contains("cannot find"));
  }

  @Test
  void nginxBringsTheModulesAndFilesOfItsConfiguration() throws BrigException {
    host.program("/usr/sbin/nginx", "x")
        .file(
            "/etc/nginx/nginx.conf",
            """
            load_module modules/ngx_http_geoip.so; # comment; with { signs
            error_log /var/log/nginx/error.log;
            http {
              include mime.types;
              include sites/*.conf;
            }
            """)
        .file("/etc/nginx/mime.types", "types { text/html html; }")
        .file(
            "/etc/nginx/sites/a.conf",
            "server { root /srv/a; ssl_certificate 'tls/a.pem'; root $x/y; }")
        .file("/etc/nginx/tls/a.pem", "x")
        .file("/srv/a/index.html", "x")
        .file("/usr/lib/nginx/modules/ngx_http_geoip.so", "x")
        .link("/usr/share/nginx/modules", "/usr/lib/nginx/modules");
    Plan plan = plan(host, "command = [\"/usr/sbin/nginx\"]\nuser = \"www-data\"\n");
    assertThat(paths(plan))
        .contains(
            "/etc/nginx/mime.types",
            "/etc/nginx/tls/a.pem",
            "/srv/a/index.html",
            "/usr/share/nginx/modules",
            "/usr/lib/nginx/modules/ngx_http_geoip.so");
    assertThat(warnings(plan))
        .containsExactly(
            "the service cannot write /var/log/nginx/error.log: the configuration names it:"
                + " /etc/nginx/nginx.conf:2 error_log /var/log/nginx/error.log. Add /var/log/nginx"
                + " to writable or temporary. (www.toml:1:12)");
  }

  @Test
  void pythonComesWithItsLibraryAndWhatScriptsImport() throws BrigException {
    host.program("/usr/bin/python3.11", "x")
        .link("/usr/bin/python3", "python3.11")
        .file("/usr/lib/python3.11/os.py", "x")
        .file("/usr/lib/python3.11/test/test_os.py", "x")
        .file("/usr/lib/python3/dist-packages/yaml/__init__.py", "import helper\n")
        .file("/usr/lib/python3/dist-packages/helper.py", "x")
        .file("/usr/lib/python3/dist-packages/unused.py", "x")
        .program("/srv/app", "#!/usr/bin/python3\nimport os, yaml\n");
    Plan plan = plan(host, "command = [\"/srv/app\"]\nuser = \"www-data\"\n");
    assertThat(paths(plan))
        .contains(
            "/usr/bin/python3",
            "/usr/lib/python3.11/os.py",
            "/usr/lib/python3/dist-packages/yaml/__init__.py",
            "/usr/lib/python3/dist-packages/helper.py")
        .doesNotContain(
            "/usr/lib/python3.11/test/test_os.py", "/usr/lib/python3/dist-packages/unused.py");
    assertThat(entry(plan, "/srv/app")).isInstanceOf(Entry.File.class);
  }

  @Test
  void aScriptOfSetuptoolsBringsItsDistributionAndThePackagesOfThat() throws BrigException {
    String packages = "/usr/lib/python3/dist-packages";
    host.program("/usr/bin/python3", "x")
        .program("/usr/bin/python3.11", "x")
        .file("/usr/lib/python3.11/os.py", "x")
        .file(packages + "/web_server-20.1.egg-info/PKG-INFO", "x")
        .file(packages + "/web_server-20.1.egg-info/top_level.txt", "webserver\n")
        .file(packages + "/other-1.egg-info/PKG-INFO", "x")
        .file(packages + "/webserver/__init__.py", "x")
        .program(
            "/srv/app",
            "#!/usr/bin/python3.11\n"
                + "load_entry_point('web-server==20.1', 'console_scripts', 'w')\n");
    Plan plan = plan(host, "command = [\"/srv/app\"]\nuser = \"www-data\"\n");
    assertThat(paths(plan))
        .contains(
            packages + "/web_server-20.1.egg-info/PKG-INFO", packages + "/webserver/__init__.py")
        .doesNotContain(packages + "/other-1.egg-info/PKG-INFO");
  }
}
