package brig.hole.job;

import java.util.Locale;

/**
 * What a hole says to visitors by itself, in English and French. A hole's file may word each
 * otherwise, and give it in other languages. {@code {}} stands for a number or a name.
 */
public enum Message {
  MISSING("Please fill this in.", "Veuillez remplir ce champ."),
  TOO_SHORT("At least {} characters, please.", "Au moins {} caractères, s'il vous plaît."),
  TOO_LONG("At most {} characters, please.", "Au plus {} caractères, s'il vous plaît."),
  WRONG_CHARACTERS(
      "This holds a character that is not allowed here: {}",
      "Un caractère n'est pas permis ici : {}"),
  WRONG_FORM(
      "This does not have the form that is asked for.", "La forme n'est pas celle demandée."),
  NOT_TEXT("This is not text in UTF-8.", "Ce n'est pas du texte en UTF-8."),
  LEADING_DASH("This must not begin with a hyphen.", "Ne doit pas commencer par un tiret."),
  NOT_WHOLE("A whole number, please.", "Un nombre entier, s'il vous plaît."),
  NOT_DECIMAL(
      "A number such as 12.50, please, with at most {} digits after the point.",
      "Un nombre tel que 12.50, s'il vous plaît, avec au plus {} chiffres après le point."),
  TOO_SMALL("At least {}, please.", "Au moins {}, s'il vous plaît."),
  TOO_LARGE("At most {}, please.", "Au plus {}, s'il vous plaît."),
  NOT_DATE("A day such as 2026-01-31, please.", "Une date telle que 2026-01-31, s'il vous plaît."),
  TOO_EARLY("Not before {}, please.", "Pas avant le {}, s'il vous plaît."),
  TOO_LATE("Not after {}, please.", "Pas après le {}, s'il vous plaît."),
  NOT_OFFERED("Please choose one of the list.", "Veuillez choisir dans la liste."),
  NOT_TRUTH("Yes or no, please.", "Oui ou non, s'il vous plaît."),
  FILE_TOO_LARGE("At most {} bytes, please.", "Au plus {} octets, s'il vous plaît."),
  GIVE_AGAIN(
      "This was given a while ago and is not kept any more. Please give it again.",
      "Ceci a été donné il y a un moment et n'est plus gardé. Veuillez le donner à nouveau."),
  NOT_KNOWN("There is no such field.", "Ce champ n'existe pas."),
  NOT_YOURS("This is not for you to give.", "Ce n'est pas à vous de le donner.");

  private final String english;
  private final String french;

  Message(String english, String french) {
    this.english = english;
    this.french = french;
  }

  /** Brig's own words in a language; English where it has none. */
  public String in(String language) {
    return language.equals("fr") || language.startsWith("fr-") ? french : english;
  }

  /** How a hole's file calls it: {@code too_short}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
