package brig.hole.front;

/** The file of a hole with a log-in and a form that offers what another job has kept. */
public final class BudgetHole {
  private static final String TEXT =
      """
      description = "Budget"
      languages = ["en", "fr"]
      callers = ["www-data"]
      user = "nobody"

      [sessions]
      idle = "10m"

      [jobs.login]
      title = { en = "Log in", fr = "Connexion" }
      session = "begins"
      fields = [
        { name = "username", type = "text", label = { en = "User", fr = "Nom" }, max = 32 },
        { name = "password", type = "secret", label = { en = "Password", fr = "Mot de passe" } },
      ]
      [[jobs.login.steps]]
      role = "authorize"
      command = ["PLACE/check"]
      input = { lines = ["username", "password"] }
      names_user = "{username}"
      failure = { en = "Wrong name or password.", fr = "Nom ou mot de passe inconnu." }

      [jobs.logout]
      title = { en = "Log out", fr = "Quitter" }
      session = "ends"
      [[jobs.logout.steps]]
      role = "silent"
      command = ["/bin/true"]

      [jobs.accounts]
      title = { en = "Find accounts", fr = "Chercher les comptes" }
      session = "needs"
      next = ["report"]
      [[jobs.accounts.steps]]
      role = "keep"
      command = ["PLACE/accounts", "{session.user}"]

      [jobs.report]
      title = { en = "Budget report", fr = "Rapport budgétaire" }
      help = { en = "Twelve months.", fr = "Douze mois." }
      session = "needs"
      [[jobs.report.fields]]
      name = "account"
      type = "choice"
      label = { en = "Account", fr = "Compte" }
      choices_from = "accounts"
      [[jobs.report.fields]]
      name = "year"
      type = "integer"
      label = { en = "Year", fr = "Année" }
      help = { en = "Since 1990.", fr = "Depuis 1990." }
      min = 1990
      max = 2030
      preset = 2026
      [[jobs.report.steps]]
      role = "output"
      command = ["PLACE/report", "{account}", "{year}"]

      """;

  private BudgetHole() {}

  /**
   * Its text.
   *
   * @param programs the directory of check, accounts and report
   */
  public static String text(String programs) {
    return TEXT.replace("PLACE", programs);
  }
}
