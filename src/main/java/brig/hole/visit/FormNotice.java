package brig.hole.visit;

import brig.hole.session.FormAnswer;

/** What a visitor is told about a form as a whole, in English and French; else in English. */
enum FormNotice {
  TWICE(
      "This form was sent before. If you want to send it again, do so now.",
      "Ce formulaire a déjà été envoyé. Si vous voulez l'envoyer encore, faites-le maintenant."),
  OLD(
      "This form was shown too long ago. Please look at it and send it again.",
      "Ce formulaire a été affiché il y a trop longtemps. Veuillez le vérifier et l'envoyer à"
          + " nouveau."),
  NOT_SHOWN(
      "This form did not come from here, or your session has changed. Please look at it and send it"
          + " again.",
      "Ce formulaire ne venait pas d'ici, ou votre session a changé. Veuillez le vérifier et"
          + " l'envoyer à nouveau."),
  WAIT(
      "Too many attempts. Please wait {} seconds.",
      "Trop de tentatives. Veuillez attendre {} secondes."),
  DISABLED("This account is closed.", "Ce compte est fermé."),
  FULL(
      "You are logged in too often already. Please log out elsewhere first.",
      "Vous êtes déjà identifié trop de fois. Veuillez d'abord quitter une autre session."),
  LOG_IN("Please log in first.", "Veuillez d'abord vous identifier."),
  TOO_MUCH(
      "What was given is too large together. Please choose smaller files.",
      "Le tout est trop grand. Veuillez choisir de plus petits fichiers."),
  NOT_KEPT(
      "The result is too large to go on with, or is not text.",
      "Le résultat est trop grand pour la suite, ou n'est pas du texte.");

  private final String english;
  private final String french;

  FormNotice(String english, String french) {
    this.english = english;
    this.french = french;
  }

  /** For every answer but that the form is taken. */
  static FormNotice of(FormAnswer answer) {
    return switch (answer) {
      case SENT_BEFORE -> TWICE;
      case TOO_OLD -> OLD;
      case FORGED, TAKEN -> NOT_SHOWN;
    };
  }

  String in(String language) {
    return language.equals("fr") || language.startsWith("fr-") ? french : english;
  }

  String in(String language, String argument) {
    return in(language).replace("{}", argument);
  }
}
