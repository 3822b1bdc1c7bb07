package brig.learn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SearchesTest {
  private final Searches searches = new Searches();

  @Test
  void placesBeforeTheOneWhereItIsFoundWereNotWanted() {
    searches.missed(1, "/a/x.so");
    searches.missed(1, "/b/x.so");
    assertThat(searches.found(1, "/c/x.so")).containsExactly("/a/x.so", "/b/x.so");
    assertThat(searches.found(1, "/c/x.so")).isEmpty();
  }

  @Test
  void anotherThreadsSearchIsItsOwn() {
    searches.missed(1, "/a/x.so");
    assertThat(searches.found(2, "/b/x.so")).isEmpty();
  }

  @Test
  void case9_perlAsksForPmcBesidePm() {
    for (String directory : new String[] {"/etc/perl", "/usr/local/lib", "/usr/share/perl"}) {
      searches.missed(1, directory + "/strict.pmc");
      if (!directory.equals("/usr/share/perl")) {
        searches.missed(1, directory + "/strict.pm");
      }
    }
    assertThat(searches.found(1, "/usr/share/perl/strict.pm"))
        .containsExactly("/etc/perl/strict.pm", "/usr/local/lib/strict.pm");
  }

  @Test
  void aSearchThatWasGivenUpLongAgoIsNotEndedByTheSameNameElsewhere() {
    searches.missed(1, "/site/a/index.html");
    searches.found(1, "/site/other");
    searches.found(1, "/site/more");
    assertThat(searches.found(1, "/site/b/index.html")).isEmpty();
  }

  @Test
  void onlyTheLastFewNamesAreRemembered() {
    searches.missed(1, "/a/first");
    for (int i = 0; i < 5; i++) {
      searches.missed(1, "/a/other" + i);
    }
    assertThat(searches.found(1, "/b/first")).isEmpty();
  }
}
