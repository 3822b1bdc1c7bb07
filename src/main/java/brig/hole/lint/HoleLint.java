package brig.hole.lint;

import brig.hole.job.Field;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.job.Sessions;
import brig.hole.job.Step;
import brig.hole.job.Word;
import brig.plan.FileStat;
import brig.plan.Host;
import brig.plan.HostAccounts;
import brig.plan.Plan;
import brig.report.Problem;
import brig.spec.Located;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds a hole's file against the host that it shall run on. Runs nothing, changes nothing. */
public final class HoleLint {
  private final Hole hole;
  private final Host host;
  private final HostAccounts accounts;
  private final @Nullable String jailUser;
  private final List<Remark> remarks = new ArrayList<>();
  private final Set<Integer> callers = new HashSet<>();
  private final Programs programs;

  private HoleLint(Hole hole, Host host, @Nullable String jailUser) throws IOException {
    this.hole = hole;
    this.host = host;
    this.accounts = new HostAccounts(host);
    this.jailUser = jailUser;
    this.programs = new Programs(host, remarks);
  }

  /**
   * All that is to be said of a hole, in the order of its file.
   *
   * @param jailUser the user of the service that the hole is for; null: that is not known
   */
  public static List<Remark> check(Hole hole, Host host, @Nullable String jailUser)
      throws IOException {
    HoleLint lint = new HoleLint(hole, host, jailUser);
    lint.all();
    lint.remarks.sort(
        Comparator.comparing(
            remark -> remark.problem().position(),
            Comparator.nullsFirst(Comparator.naturalOrder())));
    return List.copyOf(lint.remarks);
  }

  private void all() throws IOException {
    file();
    for (Located<String> caller : hole.callers()) {
      caller(caller);
    }
    Plan.User service = jailUser == null ? null : accounts.user(jailUser);
    if (hole.callers().isEmpty() && service != null) {
      callers.add(service.uid());
    }
    sessions();
    for (Job job : hole.jobs().values()) {
      for (Located<String> caller : job.callers()) {
        caller(caller);
      }
    }
    for (Job job : hole.jobs().values()) {
      job(job);
    }
  }

  private void file() throws IOException {
    FileStat stat = host.lstat(hole.file());
    if (stat != null && stat.type() == FileStat.Type.FILE && (stat.mode() & 022) != 0) {
      error(
          Problem.of("others than its owner can change " + hole.file())
              .remedy("It says what runs outside the jail: chmod go-w " + hole.file() + "."));
    }
  }

  private void caller(Located<String> caller) {
    Plan.User user = accounts.user(caller.value());
    if (user == null) {
      error(Problem.of("there is no user \"" + caller.value() + "\" on this host").at(caller.at()));
      return;
    }
    callers.add(user.uid());
    if (user.uid() == 0) {
      error(
          Problem.of("root is no caller: what is in a jail does not run as root")
              .remedy("Name the user of the service.")
              .at(caller.at()));
    }
  }

  private void sessions() throws IOException {
    Sessions sessions = hole.sessions();
    String file = sessions == null ? null : sessions.passwordFile();
    if (file == null) {
      return;
    }
    FileChain.Node end = FileChain.of(file, host).end();
    if (end == null) {
      error(Problem.of("there is no password file " + file));
    } else if ((end.stat().mode() & 077) != 0) {
      error(
          Problem.of("others than its owner can read the password file " + file)
              .remedy("chmod 600 " + file + "."));
    }
  }

  private void job(Job job) throws IOException {
    boolean output = false;
    for (Step step : job.steps()) {
      step(step);
      output |= step.role() == Step.Role.OUTPUT || step.role() == Step.Role.KEEP;
    }
    if (!output && job.session() == Job.SessionUse.NONE) {
      hint(
          Problem.of("visitors see nothing of the job \"" + job.name() + "\"")
              .remedy("Give a step role = \"output\", unless that is meant.")
              .at(job.at()));
    }
    if (job.atOnce() > hole.crowd().atOnce()) {
      hint(
          Problem.of(
                  "the job \""
                      + job.name()
                      + "\" cannot run "
                      + job.atOnce()
                      + " times at once: the hole runs "
                      + hole.crowd().atOnce()
                      + " of all jobs")
              .remedy("Raise 'at_once' at the top of the file, or lower the job's.")
              .at(job.at()));
    }
    Set<String> used = new UsedFields(job).names();
    for (Field field : job.fields()) {
      if (!used.contains(field.name())) {
        hint(
            Problem.of("no step takes the field \"" + field.name() + "\"")
                .remedy("Leave it out, or hand it over: \"{" + field.name() + "}\".")
                .at(field.common().at()));
      }
    }
    for (Step step : job.steps()) {
      dashes(job, step);
    }
  }

  private void step(Step step) throws IOException {
    Plan.User user = null;
    switch (step.user()) {
      case Step.RunAs.Fixed fixed -> user = fixed(fixed.user());
      case Step.RunAs.SessionUser session -> session(session);
    }
    programs.check(step.program(), user, step.command().getFirst().at());
    String directory = step.directory();
    FileChain.Node end = FileChain.of(directory, host).end();
    if (end == null || !end.isDirectory()) {
      error(Problem.of("there is no directory " + directory + " to work in").at(step.at()));
    }
  }

  private Plan.@Nullable User fixed(Located<String> name) {
    Plan.User user = accounts.user(name.value());
    if (user == null) {
      error(
          Problem.of("there is no user \"" + name.value() + "\" on this host")
              .remedy("useradd --system " + name.value() + ".")
              .at(name.at()));
    } else if (user.uid() == 0) {
      error(
          Problem.of("\"" + name.value() + "\" is root, and no step can run as root")
              .at(name.at()));
    } else if (callers.contains(user.uid())) {
      error(
          Problem.of("the step runs as " + user.name() + ", as the callers do")
              .remedy(
                  "Whoever takes over the web side could send it signals and read its memory: give"
                      + " each side a user of its own.")
              .at(name.at()));
    }
    return user;
  }

  private void session(Step.RunAs.SessionUser session) {
    for (Located<String> name : session.users()) {
      Plan.User user = accounts.user(name.value());
      if (user == null) {
        error(Problem.of("there is no user \"" + name.value() + "\" on this host").at(name.at()));
      } else if (user.uid() < session.leastUid()) {
        error(
            Problem.of(
                    "\""
                        + name.value()
                        + "\" has uid "
                        + user.uid()
                        + ", which is below 'least_uid': no step will run as it")
                .remedy("Take it from 'allowed_users'.")
                .at(name.at()));
      }
    }
    for (Located<String> name : session.groups()) {
      if (accounts.group(name.value()) == null) {
        error(Problem.of("there is no group \"" + name.value() + "\" on this host").at(name.at()));
      }
    }
  }

  private void dashes(Job job, Step step) {
    boolean afterDashes = false;
    for (Located<Word> word : step.command()) {
      Field field = word.value() instanceof Word.OfField named ? job.field(named.name()) : null;
      if (field instanceof Field.Text text && text.leadingDash() && !afterDashes) {
        hint(
            Problem.of("the program may take the value of \"" + field.name() + "\" for an option")
                .remedy("Put \"--\" before it in the command, if the program knows that.")
                .at(word.at()));
      }
      afterDashes |= word.value().equals(new Word.Literal("--"));
    }
  }

  private void error(Problem problem) {
    remarks.add(Remark.error(problem));
  }

  private void hint(Problem problem) {
    remarks.add(Remark.hint(problem));
  }
}
