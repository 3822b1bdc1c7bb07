package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines are what real daemons print. */
class CluesTest {
  private static List<Clue> in(String... lines) {
    return Clues.in(List.of(lines));
  }

  @Test
  void theLoaderNamesALibrary() {
    assertThat(
            in(
                "/usr/sbin/nginx: error while loading shared libraries: libpcre2-8.so.0: cannot"
                    + " open shared object file: No such file or directory"))
        .containsExactly(new Clue.Library("libpcre2-8.so.0"));
  }

  @Test
  void apacheAndNginxNameAUser() {
    assertThat(in("AH00543: apache2: bad user name www-data"))
        .containsExactly(new Clue.User("www-data"));
    assertThat(in("nginx: [emerg] getpwnam(\"www-data\") failed in /etc/nginx/nginx.conf:1"))
        .containsExactly(new Clue.User("www-data"));
    assertThat(in("AH00544: httpd: bad group name nogroup"))
        .containsExactly(new Clue.Group("nogroup"));
  }

  @Test
  void aPathIsFoundWithoutWhatSurroundsIt() {
    assertThat(
            in(
                "nginx: [emerg] open() \"/etc/nginx/mime.types\" failed (2: No such file or"
                    + " directory) in /etc/nginx/nginx.conf:14"))
        .containsExactly(
            new Clue.File("/etc/nginx/mime.types"), new Clue.File("/etc/nginx/nginx.conf"));
    assertThat(in("cat: /etc/foo: No such file or directory"))
        .containsExactly(new Clue.File("/etc/foo"));
    assertThat(in("Can't locate strict.pm in @INC (you may need to install the strict module)"))
        .isEmpty();
  }

  @Test
  void aReadOnlyPlaceIsToldFromAnAbsentOne() {
    assertThat(
            in(
                "nginx: [emerg] mkdir() \"/var/lib/nginx/body\" failed (30: Read-only file"
                    + " system)"))
        .containsExactly(new Clue.Unwritable("/var/lib/nginx/body"));
  }

  @Test
  void portsThatAreTakenOrRefused() {
    assertThat(in("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"))
        .containsExactly(new Clue.PortTaken());
    assertThat(
            in(
                "(13)Permission denied: AH00072: make_sock: could not bind to address 0.0.0.0:80",
                "nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)"))
        .containsExactly(new Clue.PortRefused());
  }

  @Test
  void whatIsOnlySaidInPassingIsNoClue() {
    assertThat(in("2026/01/01 00:00:00 [notice] 1#1: using the \"epoll\" event method")).isEmpty();
    assertThat(in("see /usr/share/doc/nginx for more", "")).isEmpty();
  }
}
