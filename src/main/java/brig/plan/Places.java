package brig.plan;

import brig.plan.Resolver.Outcome;
import brig.plan.Resolver.Resolution;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;

/** What the jailfile itself puts into the jail: places, devices, sockets, small files. */
final class Places {
  private final Draft draft;
  private final Accounts accounts;
  private final Troubles troubles;

  Places(Draft draft, Accounts accounts) {
    this.draft = draft;
    this.accounts = accounts;
    this.troubles = draft.troubles();
  }

  void add() throws IOException {
    JailSpec spec = draft.spec();
    for (Located<JailSpec.WritablePath> line : spec.files().writable()) {
      JailSpec.WritablePath place = line.value();
      int[] owner = accounts.owner(place.owner(), line);
      writable(place.path(), place.mode().orElse(0750), owner, false, line);
    }
    for (Located<JailSpec.TemporaryPath> line : spec.files().temporary()) {
      JailSpec.TemporaryPath place = line.value();
      boolean root = place.owner() == null && spec.identity().startAsRoot();
      int[] owner = root ? new int[] {0, 0} : accounts.owner(place.owner(), line);
      writable(place.path(), place.mode(), owner, true, line);
    }
    for (Located<String> line : spec.files().directories()) {
      directory(line);
    }
    for (Located<JailSpec.MountedPath> line : spec.sockets()) {
      socket(line);
    }
    for (Located<String> line : spec.devices().names()) {
      device(line);
    }
  }

  private void writable(String path, int mode, int[] owner, boolean temporary, Located<?> line)
      throws IOException {
    Reason why = troubles.because(line);
    String real = draft.realDirectory(path, why);
    if (real == null) {
      return;
    }
    if (real.isEmpty()) {
      troubles.fail(
          Problem.of("cannot make the whole jail writable")
              .remedy("Name the directories that the service writes to."),
          line);
    } else if (!draft.holds(real) || draft.entry(real) instanceof Entry.Directory) {
      draft.put(
          new Entry.Writable(real, mode, owner[0], owner[1], temporary, draft.reasonsOf(real)),
          why);
    }
  }

  private void directory(Located<String> line) throws IOException {
    Reason why = troubles.because(line);
    String real = draft.realDirectory(line.value(), why);
    if (real != null && !real.isEmpty() && !draft.isInWritable(real)) {
      FileStat stat = draft.host().lstat(real);
      draft.put(
          stat == null
              ? new Entry.Directory(real, 0755, 0, 0, draft.reasonsOf(real))
              : new Entry.Directory(
                  real, stat.mode(), stat.uid(), stat.gid(), draft.reasonsOf(real)),
          why);
    }
  }

  private void socket(Located<JailSpec.MountedPath> line) throws IOException {
    Reason why = troubles.because(line);
    Resolution end = draft.resolver().resolve(line.value().outside());
    String outside = end.path();
    String refusal = Forbidden.refuseSocket(outside);
    if (refusal != null) {
      troubles.fail(
          Problem.of("cannot give the jail " + line.value().outside())
              .answered(refusal)
              .remedy("Take the line out."),
          line);
      return;
    }
    if (end.outcome() != Outcome.FOUND) {
      troubles.warn(
          Problem.of("there is no " + line.value().outside() + " on the host now")
              .remedy("Start the service that makes it before this one."),
          why);
    }
    String real = draft.realPlace(line.value().inside(), why);
    if (real != null) {
      draft.put(
          new Entry.Socket(
              real,
              end.outcome() == Outcome.FOUND ? outside : line.value().outside(),
              draft.reasonsOf(real)),
          why);
    }
  }

  private void device(Located<String> line) throws IOException {
    Reason why = troubles.because(line);
    String path = "/dev/" + line.value();
    FileStat stat = draft.host().lstat(path);
    if (stat != null && stat.type() == FileStat.Type.CHARACTER_DEVICE) {
      draft.add(path, why);
    } else if (stat != null && stat.type() == FileStat.Type.LINK) {
      draft.link(path, draft.host().readLink(path), why);
    } else {
      troubles.fail(
          Problem.of("cannot make " + path)
              .answered(
                  stat == null
                      ? "the host has no such device"
                      : "on the host it is " + Forbidden.nameOf(stat.type()))
              .remedy("Only character devices of the host's /dev can be named."),
          line);
    }
  }
}
