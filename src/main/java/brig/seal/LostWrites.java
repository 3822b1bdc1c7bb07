package brig.seal;

import brig.plan.Plan;
import brig.report.Printable;
import brig.report.Problem;
import brig.tree.Change;
import java.util.ArrayList;
import java.util.List;

/** The files that the service may write to on the host, and so may expect to, told in one line. */
final class LostWrites {
  private static final int NAMED = 5;

  private final Plan.ServiceIds service;
  private final List<String> paths = new ArrayList<>();

  LostWrites(Plan plan) {
    this.service = plan.service();
  }

  void add(Change.CopyFile file) {
    if (mayWrite(file)) {
      paths.add(file.path());
    }
  }

  private boolean mayWrite(Change.CopyFile file) {
    int mode = file.stat().mode();
    if (service.uid() == 0) {
      return false;
    }
    if (file.uid() == service.uid()) {
      return (mode & 0200) != 0;
    }
    boolean inGroup = file.gid() == service.gid() || service.groups().contains(file.gid());
    return (mode & (inGroup ? 020 : 02)) != 0;
  }

  /** None, or one. */
  List<Problem> warnings() {
    if (paths.isEmpty()) {
      return List.of();
    }
    StringBuilder text = new StringBuilder();
    text.append(paths.size()).append(paths.size() == 1 ? " file that" : " files that");
    text.append(" the service may write to on the host cannot be written to in the jail: ");
    for (int i = 0; i < Math.min(NAMED, paths.size()); i++) {
      text.append(i == 0 ? "" : ", ").append(Printable.text(paths.get(i)));
    }
    if (paths.size() > NAMED) {
      text.append(", ...");
    }
    return List.of(
        Problem.of(text.toString())
            .remedy("If it has to write there, name the directory under files.writable."));
  }
}
