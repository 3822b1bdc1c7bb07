package brig.spec;

import java.util.List;

/** {@code [features]}. */
final class FeaturesReader {
  private final Section features;
  private final Mistakes mistakes;

  FeaturesReader(Section features, Mistakes mistakes) {
    this.features = features;
    this.mistakes = mistakes;
  }

  JailSpec.Features read() {
    List<Located<String>> locales = features.distinct("locales");
    for (Located<String> locale : locales) {
      if (!isName(locale.value(), "._@-")) {
        mistakes.add(
            locale.at(),
            "\"" + locale.value() + "\" is no locale",
            "Write it as 'locale -a' does: \"C.UTF-8\".");
      }
    }
    return new JailSpec.Features(
        features.tristate("dns"),
        features.tristate("nss"),
        features.tristate("certificates"),
        features.tristate("gconv"),
        features.tristate("services"),
        features.tristate("terminfo"),
        timezone(),
        locales,
        features.truth("syslog", false));
  }

  private Located<String> timezone() {
    Located<String> zone = features.text("timezone");
    if (zone == null) {
      return new Located<>("host", features.at());
    }
    boolean good = isName(zone.value(), "/_+-") && !zone.value().startsWith("/");
    if (!good || zone.value().endsWith("/") || zone.value().contains("//")) {
      mistakes.add(
          zone.at(),
          "\"" + zone.value() + "\" is no time zone",
          "Write \"host\", \"all\", \"none\" or a name such as \"Europe/Zurich\".");
    }
    return zone;
  }

  private static boolean isName(String text, String alsoAllowed) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && alsoAllowed.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
