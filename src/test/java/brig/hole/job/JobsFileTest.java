package brig.hole.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import brig.report.BrigException;
import brig.report.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobsFileTest {
  static final String BUDGET =
      """
      description = "Budget reports"
      languages = ["en", "fr"]
      callers = ["www-data"]
      user = "reports"
      log_required = true

      [sessions]
      idle = "10m"

      [messages.fr]
      missing = "À remplir."

      [jobs.login]
      title = { en = "Log in", fr = "Connexion" }
      session = "begins"
      next = ["report"]
      fields = [
        { name = "username", type = "text", label = "User", max = 32, characters = "identifier" },
        { name = "password", type = "secret", label = { en = "Password", fr = "Mot de passe" } },
      ]
      [[jobs.login.steps]]
      role = "authorize"
      command = ["/usr/lib/budget/check-password"]
      input = { lines = ["username", "password"] }
      names_user = "{username}"
      failure = { en = "Wrong name or password.", fr = "Nom ou mot de passe inconnu." }

      [jobs.accounts]
      title = "Accounts"
      hidden = true
      session = "needs"
      [[jobs.accounts.steps]]
      role = "keep"
      command = ["/usr/lib/budget/accounts", "{session.user}"]

      [jobs.report]
      title = "Report"
      session = "needs"
      audit = "values"
      at_once = 2
      [[jobs.report.fields]]
      name = "account"
      type = "choice"
      label = "Account"
      choices_from = "accounts"
      [[jobs.report.fields]]
      name = "year"
      type = "integer"
      label = "Year"
      min = 1990
      max = 2030
      preset = 2026
      [[jobs.report.steps]]
      role = "output"
      command = ["/usr/lib/budget/report", "{account}", "{year}", "{{year}}", "x{1}"]
      environment = { LANG = "fr_CA.UTF-8", WHO = "{session.user}" }
      limits = { time = "5s", memory = "64M" }
      """;

  static Hole read(String text) throws BrigException {
    return JobsFile.read("budget", "budget.hole.toml", text.getBytes(StandardCharsets.UTF_8));
  }

  static List<String> mistakes(String text) {
    BrigException e = catchThrowableOfType(BrigException.class, () -> read(text));
    assertThat(e).as("nothing was refused").isNotNull();
    return e.problems().stream().map(Problem::text).toList();
  }

  @Test
  void aHoleIsReadWhole() throws BrigException {
    Hole hole = read(BUDGET);
    assertThat(hole.languages()).containsExactly("en", "fr");
    assertThat(hole.logRequired()).isTrue();
    assertThat(hole.jobs().keySet()).containsExactly("login", "accounts", "report");
    assertThat(hole.message(Message.MISSING, "fr")).isEqualTo("À remplir.");
    assertThat(hole.message(Message.MISSING, "en")).isEqualTo("Please fill this in.");
    assertThat(hole.message(Message.NOT_OFFERED, "fr"))
        .isEqualTo("Veuillez choisir dans la liste.");
    Sessions sessions = hole.sessions();
    assertThat(sessions).isNotNull();
    assertThat(sessions.idle()).isEqualTo(Duration.ofMinutes(10));

    Job login = hole.jobs().get("login");
    assertThat(login.title().in("fr")).isEqualTo("Connexion");
    assertThat(login.session()).isEqualTo(Job.SessionUse.BEGINS);
    Step check = login.steps().getFirst();
    assertThat(check.names()).isEqualTo(new Step.UserNamedBy.OfField("username"));
    assertThat(check.input())
        .isEqualTo(
            new Step.Input.Lines(
                List.of(new Word.OfField("username"), new Word.OfField("password"))));
    assertThat(check.user()).isInstanceOf(Step.RunAs.Fixed.class);
    assertThat(check.limits()).isEqualTo(Step.Limits.USUAL);

    Job report = hole.jobs().get("report");
    assertThat(report.atOnce()).isEqualTo(2);
    assertThat(report.audit()).isEqualTo(Job.Audit.VALUES);
    assertThat(report.fields().getFirst())
        .extracting("choices")
        .isEqualTo(new Field.Choices.From("accounts"));
    assertThat(report.fields().getLast().common().preset()).isEqualTo("2026");
    Step step = report.steps().getFirst();
    assertThat(step.program()).isEqualTo("/usr/lib/budget/report");
    assertThat(step.command())
        .extracting(word -> (Object) word.value())
        .containsExactly(
            new Word.Literal("/usr/lib/budget/report"),
            new Word.OfField("account"),
            new Word.OfField("year"),
            new Word.Literal("{year}"),
            new Word.Literal("x{1}"));
    assertThat(step.limits().time()).isEqualTo(Duration.ofSeconds(5));
    assertThat(step.limits().memory()).isEqualTo(64 << 20);
  }

  @Test
  void everyMistakeIsToldAtOnceWithItsPlace() {
    assertThat(
            mistakes(
                """
                langages = ["en"]
                languages = ["en", "fr"]
                [jobs.Report]
                title = "x"
                [jobs.report]
                title = { en = "Report" }
                session = "need"
                [[jobs.report.fields]]
                name = "year"
                type = "integr"
                label = "Year"
                [[jobs.report.fields]]
                name = "note"
                type = "text"
                label = "Note"
                pattern = "(a)\\\\1"
                places = 2
                [[jobs.report.steps]]
                command = ["report", "--note={note}", "{nots}"]
                user = "root"
                """))
        .containsExactly(
            "unknown key 'langages'. Did you mean 'languages'? (budget.hole.toml:1:1)",
            "\"Report\" is no name for a job. Use at most 40 of a-z, 0-9, '-' and '_', beginning"
                + " with a letter. (budget.hole.toml:3:7)",
            "'title' lacks \"fr\". Give the text in every language of the file, or one string for"
                + " all. (budget.hole.toml:6:9)",
            "'session' in [jobs.report] cannot be \"need\", but \"none\", \"needs\", \"begins\" or"
                + " \"ends\". Did you mean \"needs\"? (budget.hole.toml:7:11)",
            "there is no type \"integr\". Did you mean \"integer\"? (budget.hole.toml:10:8)",
            "\"(a)\\1\" is no pattern: invalid escape sequence. The syntax is that of RE2; it has"
                + " neither \\1 nor (?=...). (budget.hole.toml:16:11)",
            "'places' says nothing of a field of type \"text\". Leave it out."
                + " (budget.hole.toml:17:1)",
            "the program \"report\" is not an absolute path. Write where it is: 'command -v"
                + " report' tells. (budget.hole.toml:19:12)",
            "\"--note={note}\" would make {note} a part of a word, but a value is always one whole"
                + " word. Give it a word of its own: \"{note}\". (budget.hole.toml:19:22)",
            "the job \"report\" has no field \"nots\". Did you mean \"note\"?"
                + " (budget.hole.toml:19:39)",
            "no step can run as root. Make an account for the program; a visitor's values must"
                + " not reach root. (budget.hole.toml:20:8)");
  }

  /** A job with one field and one step, in which lines are exchanged. */
  private static String job(String field, String step, String more) {
    return "[jobs.j]\ntitle = \"J\"\n"
        + more
        + "\n[[jobs.j.fields]]\nname = \"f\"\nlabel = \"F\"\n"
        + field.replace(';', '\n')
        + "\n[[jobs.j.steps]]\n"
        + (step.contains("user='") && !step.contains("s_user") ? "" : "user = \"u\"\n")
        + step.replace(';', '\n')
        + "\n";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "type='secret'|command=['/p','{f}']||the secret \"f\" would stand in the command line",
        "type='secret'|command=['/p'];environment={A='{f}'}||the secret \"f\" would stand in the"
            + " env",
        "type='file';max='1K'|command=['/p','{f}']||the file \"f\" cannot be an argument",
        "type='text';lines=true|command=['/p','{f}']||the text \"f\" may have several lines",
        "type='text';lines=true|command=['/p'];input={lines=['f']}||the text \"f\" may have"
            + " several",
        "type='integer';min=-1;max=1|command=['/p','{f}']||the value of \"f\" may begin with a"
            + " hyphen",
        "type='text'|command=['{f}']||a visitor's value cannot be the program",
        "type='text'|command=['/p'];environment={LD_PRELOAD='{f}'}||a visitor's value cannot be"
            + " LD_",
        "type='text'|command=['/p'];environment={PATH='{f}'}||a visitor's value cannot be PATH",
        "type='text'|command=['/p'];environment={1A='x'}||\"1A\" is no name of an environment",
        "type='text'|command=['/p','{session.user}']||nobody has logged in when this step runs",
        "type='text'|command=['/p'];user='{session.user}'||nobody is allowed to be {session.user}",
        "type='text'|command=['/p'];least_uid=5||'least_uid' says nothing of a user that is fixed",
        "type='text'|command=['/p'];names_user='output'||'names_user' belongs to the authorize"
            + " step",
        "type='text'|command=['/p']|session='begins'|the job \"j\" begins a session, but no step"
            + " says",
        "type='text'|command=['/p']|session='needs'|has to do with sessions, but the file has no",
        "type='text'|command=['/p'];role='keep'||keeps its output in the session, but the job",
        "type='text';filled_from='j'|command=['/p']||'filled_from' takes from the session",
        "type='choice';choices_from='k'|command=['/p']||there is no job \"k\"",
        "type='choice';choices=[]|command=['/p']||the field has nothing to choose from",
        "type='choice';choices=['a','a']|command=['/p']||the choice \"a\" is there twice",
        "type='integer'|command=['/p']||the number \"f\" has no bounds",
        "type='integer';min=2;max=1|command=['/p']||'min' 2 is above 'max' 1",
        "type='date';min='2026-02-30'|command=['/p']||\"2026-02-30\" is no day",
        "type='text';preset='-x'|command=['/p']||the preset \"-x\" would be refused",
        "type='secret';preset='x'|command=['/p']||a secret cannot have a 'preset'",
        "type='text'|command=['/p'];input={raw='f',json=['f']}||'input' has json and raw, but a"
            + " step",
        "type='boolean'|command=['/p'];input={raw='f'}||the field \"f\" is neither a file nor a"
            + " text",
        "type='text'|command=['/p'];limits={time='0s'}||\"0s\" is no time for 'time'",
        "type='text'|command=['/p'];limits={memory='1'}||\"1\" is no size for 'memory'",
        "type='text'|command=['/p/../q']||the path \"/p/../q\" is not in its plain form",
        "type='text'|command=['/p']|fifo=true;callers=['a']|the FIFO door cannot tell who calls",
        "type='text'|command=['/p']|next=['jj']|there is no job \"jj\". Did you mean \"j\"?",
        "type='text'|command=['/p']|pages=[{fields=['g']}]|there is no field \"g\"",
        "type='text'|command=['/p']|pages=[{fields=[]}]|the field \"f\" is on none of the pages",
      })
  void whatContradictsItselfIsRefused(String field, String step, String more, String mistake) {
    String text = job(field, step, more == null ? "" : more.replace(';', '\n')).replace('\'', '"');
    assertThat(mistakes(text)).anyMatch(told -> told.contains(mistake));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "type='integer';min=-1;max=1|command=['/p','--','{f}']",
        "type='text';leading_dash=true|command=['/p','{f}']",
        "type='text';lines=true|command=['/p'];input={json=['f']}",
        "type='file';max='1K'|command=['/p'];input={raw='f'}",
        "type='secret'|command=['/p'];input={pairs=['f','language']}",
        "type='date';min=2026-01-01|command=['/p','{f}']",
        "type='decimal';min='0.01';max=100|command=['/p','{f}']",
        "type='choice';choices=['a',{value='b',label='B'}]|command=['/p','{f}']",
        "type='boolean';required=false|command=['/p','{f}'];user='{session.user}';allowed_groups=['g']",
      })
  void whatIsMeantToWorkIsTaken(String field, String step) throws BrigException {
    String more = step.contains("session") ? "session = \"needs\"" : "";
    String text = (more.isEmpty() ? "" : "[sessions]\n") + job(field, step, more);
    assertThat(read(text.replace('\'', '"')).jobs()).hasSize(1);
  }

  @Test
  void jobsThatWaitForEachOtherAreRefused() {
    String two =
        """
        [sessions]
        [jobs.a]
        title = "A"
        session = "needs"
        fields = [{ name = "x", type = "choice", label = "X", choices_from = "b" }]
        steps = [{ command = ["/p"], user = "u", role = "keep" }]
        [jobs.b]
        title = "B"
        session = "needs"
        fields = [{ name = "x", type = "text", label = "X", filled_from = "a" }]
        steps = [{ command = ["/p"], user = "u", role = "keep" }]
        """;
    assertThat(mistakes(two)).hasSize(2).allMatch(told -> told.contains("wait for each other"));
  }
}
