package brig.hole.front;

import brig.hole.wire.Reason;

/**
 * What pages say by themselves, in English and French; in English where the language is another.
 */
enum FrontWord {
  RUNNING("Running", "En cours"),
  WAITING("Waiting", "En attente"),
  DONE("Done", "Terminé"),
  FAILED("The program reported a failure.", "Le programme a signalé un échec."),
  TIMEOUT("It took too long and was ended.", "L'exécution a été trop longue et a été arrêtée."),
  TRUNCATED(
      "There was too much output: the rest is missing.", "Trop de résultats : le reste manque."),
  CANCELLED("Cancelled", "Annulé"),
  REFUSED("This is not available to you.", "Ceci ne vous est pas accessible."),
  BUSY(
      "Too many others are being served. Please try again in a moment.",
      "Trop d'autres demandes sont en cours. Veuillez réessayer dans un instant."),
  UNAVAILABLE("This does not work at the moment.", "Ceci ne fonctionne pas en ce moment."),
  NOT_FOUND("There is no such page.", "Cette page n'existe pas."),
  FORGED(
      "This did not come from a form of this site.",
      "Ceci ne venait pas d'un formulaire de ce site."),
  TOO_LARGE("That was too much.", "C'était trop volumineux."),
  BAD_REQUEST(
      "The browser sent something strange.", "Le navigateur a envoyé quelque chose d'étrange."),
  CANCEL("Cancel", "Annuler"),
  OUTPUT("Result", "Résultat"),
  AS_TEXT("The result as plain text", "Le résultat en texte seul"),
  AGAIN("Again", "Encore"),
  ALL("All services", "Tous les services"),
  NEXT("Go on with:", "Continuer avec :"),
  PROBLEM("Sorry", "Désolé");

  private final String english;
  private final String french;

  FrontWord(String english, String french) {
    this.english = english;
    this.french = french;
  }

  String in(String language) {
    return language.equals("fr") || language.startsWith("fr-") ? french : english;
  }

  /** How a call ended, for a visitor. */
  static FrontWord of(Reason reason) {
    return switch (reason) {
      case DONE -> DONE;
      case FAILED, SIGNALLED -> FAILED;
      case TIMEOUT -> TIMEOUT;
      case TRUNCATED -> TRUNCATED;
      case CANCELLED -> CANCELLED;
      case BUSY -> BUSY;
      case REFUSED, LOGIN -> REFUSED;
      case INVALID, PROTOCOL -> BAD_REQUEST;
      case INTERRUPTED, UNAVAILABLE -> UNAVAILABLE;
    };
  }
}
