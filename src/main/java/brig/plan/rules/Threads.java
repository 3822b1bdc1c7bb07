package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import brig.plan.Reason;
import java.io.IOException;
import java.util.List;

/**
 * pthread_cancel(3), pthread_exit(3) and backtrace(3) of glibc load libgcc_s.so.1 by name and abort
 * without it. It is small, and since glibc 2.34 any program may start threads: all get it.
 */
final class Threads implements Rule {
  private final CLibrary library = new CLibrary();
  private boolean done;

  @Override
  public void saw(PlannedFile file, Draft draft) {
    library.saw(file);
  }

  @Override
  public void settle(Draft draft) throws IOException {
    PlannedFile glibc = library.glibc();
    if (done || glibc == null) {
      return;
    }
    done = true;
    String path = CLibrary.directoryOf(glibc) + "/libgcc_s.so.1";
    Reason why = glibc.why().then(glibc.path()).then("loads libgcc_s.so.1 when a thread ends");
    if (draft.exists(path)) {
      draft.addPlugin(path, List.of(), why);
    }
  }
}
