package brig.hole.form;

/** What a form says by itself, in English and French; English in any other language. */
enum FormWord {
  REQUIRED("(required)", "(obligatoire)"),
  SEND("Send", "Envoyer"),
  NEXT("Next", "Suivant"),
  BACK("Back", "Retour"),
  WRONG("Please look at this again:", "Veuillez vérifier ceci :"),
  CHOOSE("Please choose", "Veuillez choisir"),
  NOTHING_TO_CHOOSE(
      "There is nothing to choose from yet. First:", "Il n'y a encore rien à choisir. D'abord :"),
  NOT_FILLED(
      "This is filled in by another form. First:",
      "Ceci est rempli par un autre formulaire. D'abord :"),
  STEP("Step {} of {}", "Étape {} sur {}"),
  LANGUAGE("Language", "Langue"),
  AT_MOST("At most {} bytes.", "Au plus {} octets."),
  GIVEN(
      "This was given already. Leave it empty to keep that.",
      "Ceci a déjà été donné. Laissez vide pour le garder."),
  DROP("Take it back", "Le retirer"),
  SERVICES("Services", "Services");

  private final String english;
  private final String french;

  FormWord(String english, String french) {
    this.english = english;
    this.french = french;
  }

  String in(String language, Object... arguments) {
    boolean isFrench = language.equals("fr") || language.startsWith("fr-");
    String text = isFrench ? french : english;
    for (Object argument : arguments) {
      int at = text.indexOf("{}");
      text = text.substring(0, at) + argument + text.substring(at + 2);
    }
    return text;
  }
}
