package brig.cli.recipe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Debian's whole configuration of Apache with CGI switched on and PHP off, a page and a CGI program
 * in perl, in a directory of a test's; and the recipe apache for them.
 */
final class ApacheFiles {
  private final Backends files;
  private final Path home;

  ApacheFiles(Backends files, Path home) {
    this.files = files;
    this.home = home;
  }

  void lay() throws Exception {
    files.file("site/index.html", "rw-r--r--", "a page\n");
    files.file("cgi/look.pl", "rwxr-xr-x", LOOK);
    Path configuration = home.resolve("apache2");
    files.run("cp", "-a", "/etc/apache2", configuration.toString());
    Path enabled = configuration.resolve("mods-enabled");
    for (String name :
        List.of("mpm_prefork.conf", "mpm_prefork.load", "php8.2.conf", "php8.2.load")) {
      Files.deleteIfExists(enabled.resolve(name));
    }
    for (String name : List.of("mpm_event.conf", "mpm_event.load", "cgid.conf", "cgid.load")) {
      Files.deleteIfExists(enabled.resolve(name));
      Files.createSymbolicLink(enabled.resolve(name), Path.of("../mods-available/" + name));
    }
    Files.writeString(configuration.resolve("conf-enabled/test.conf"), "ServerName localhost\n");
  }

  String jailfile() throws Exception {
    String recipe = Files.readString(Path.of("recipes/apache.toml"));
    for (String path : List.of("/etc/apache2", "/var/www", "/usr/lib/cgi-bin")) {
      recipe = Recipe.with(recipe, "  \"" + path + "\", ", "  #");
    }
    return Recipe.with(
            recipe,
            "\n[files]\n",
            "\n[files]\nmap = { \"/etc/apache2\" = \"HOME/apache2\", \"/var/www/html\" ="
                + " \"HOME/site\", \"/usr/lib/cgi-bin\" = \"HOME/cgi\" }\n")
        .replace("HOME", home.toString());
  }

  private static final String LOOK =
      """
      #!/usr/bin/perl -T
      use strict;
      print "Content-Type: text/plain\\n\\n";
      my $asked = $ENV{QUERY_STRING};
      sub show {
        my ($file) = @_;
        open(my $in, '<', $file) or do { print "$file: $!\\n"; return };
        while (my $line = <$in>) { print $line }
      }
      if ($asked eq 'accounts') {
        show($_) for qw(/etc/passwd /etc/group /etc/shadow);
      } elsif ($asked =~ /^file=(.*)$/) {
        show($1);
      } else {
        printf "uid $>, umask %o\\n", umask;
      }
      """;
}
