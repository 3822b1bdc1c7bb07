package brig.hole.job;

import brig.report.Position;
import brig.report.Problem;
import brig.spec.Located;
import brig.spec.Mistakes;
import brig.spec.NearestWord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one part of a hole's file says of another: names that must exist, and contradictions. */
final class Links {
  private final Hole hole;
  private final Mistakes mistakes;

  Links(Hole hole, Mistakes mistakes) {
    this.hole = hole;
    this.mistakes = mistakes;
  }

  void check() {
    for (Job job : hole.jobs().values()) {
      sessions(job);
      door(job);
      for (Field field : job.fields()) {
        sources(job, field);
      }
      for (Located<String> next : job.next()) {
        requireJob(next.value(), next.at());
      }
      new StepLinks(job, mistakes).check();
    }
  }

  private void sessions(Job job) {
    if (job.session() != Job.SessionUse.NONE && hole.sessions() == null) {
      mistakes.addMissing(
          job.at(),
          "the job \"" + job.name() + "\" has to do with sessions, but the file has no [sessions]",
          "Write [sessions] with idle = \"20m\", for example.");
    }
    Step authorize = job.authorizeStep();
    if (job.session() == Job.SessionUse.BEGINS
        && (authorize == null || authorize.names() == null)) {
      mistakes.addMissing(
          job.at(),
          "the job \"" + job.name() + "\" begins a session, but no step says whose",
          "Give one step role = \"authorize\" and names_user = \"{username}\", or \"output\".");
    }
    for (Step step : job.steps()) {
      if (step.names() != null
          && (job.session() != Job.SessionUse.BEGINS || step.role() != Step.Role.AUTHORIZE)) {
        mistakes.add(
            step.at(),
            "'names_user' belongs to the authorize step of a job that begins a session",
            "Leave it out, or write role = \"authorize\" and, in the job, session = \"begins\".");
      }
    }
  }

  private void door(Job job) {
    if (job.fifo() && !job.callers().isEmpty()) {
      mistakes.add(
          job.callers().getFirst().at(),
          "the FIFO door cannot tell who calls, so that 'callers' would not hold there",
          "Leave out 'fifo' or 'callers'.");
    }
  }

  private void sources(Job job, Field field) {
    String from = field.common().filledFrom();
    String what = "filled_from";
    if (from == null
        && field instanceof Field.Choice choice
        && choice.choices() instanceof Field.Choices.From choices) {
      from = choices.job();
      what = "choices_from";
    }
    if (from == null) {
      return;
    }
    Position at = field.common().at();
    if (field.common().filledFrom() != null
        && (field instanceof Field.Upload || field instanceof Field.Secret)) {
      mistakes.add(at, "a file or a secret cannot be filled by a job", "Leave out 'filled_from'.");
    }
    Job source = requireJob(from, at);
    if (source != null && source.keepStep() == null) {
      mistakes.add(
          at,
          "the job \"" + from + "\" keeps nothing for '" + what + "'",
          "Give one of its steps role = \"keep\".");
    }
    if (job.session() != Job.SessionUse.NEEDS) {
      mistakes.add(
          at,
          "'" + what + "' takes from the session, but the job \"" + job.name() + "\" needs none",
          "Write session = \"needs\" in the job.");
    }
    if (source != null && leadsTo(source, job.name(), new HashSet<>())) {
      mistakes.add(
          at,
          "the jobs \"" + job.name() + "\" and \"" + from + "\" wait for each other",
          "What a job keeps cannot depend on itself.");
    }
  }

  private boolean leadsTo(Job from, String name, Set<String> seen) {
    if (from.name().equals(name)) {
      return true;
    }
    if (!seen.add(from.name())) {
      return false;
    }
    for (String source : sourcesOf(from)) {
      Job job = hole.job(source);
      if (job != null && leadsTo(job, name, seen)) {
        return true;
      }
    }
    return false;
  }

  private static List<String> sourcesOf(Job job) {
    List<String> sources = new ArrayList<>();
    for (Field field : job.fields()) {
      String filledFrom = field.common().filledFrom();
      if (filledFrom != null) {
        sources.add(filledFrom);
      }
      if (field instanceof Field.Choice choice
          && choice.choices() instanceof Field.Choices.From from) {
        sources.add(from.job());
      }
    }
    return sources;
  }

  private @Nullable Job requireJob(String name, Position at) {
    Job job = hole.job(name);
    if (job == null) {
      String nearest = NearestWord.to(name, hole.jobs().keySet());
      mistakes.add(
          Problem.of("there is no job \"" + name + "\"")
              .remedy(nearest == null ? null : "Did you mean \"" + nearest + "\"?")
              .at(at));
    }
    return job;
  }
}
