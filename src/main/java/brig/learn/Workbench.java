package brig.learn;

import brig.launch.LaunchOrder;
import brig.linux.Fd;
import brig.plan.Plan;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.LockFile;
import java.io.IOException;
import java.util.List;

/** The jail that is learned about, planned, built and started as by the other commands. */
public interface Workbench {
  /** The jailfile with that lock file; nothing is written. */
  JailSpec spec(LockFile lock) throws BrigException, IOException;

  Plan plan(JailSpec spec) throws BrigException, IOException;

  /** Writes the lock file, unless it is empty and there is none, and builds the jail. */
  void build(LockFile lock) throws BrigException, IOException;

  /** Makes ready for one start. */
  Start start() throws BrigException, IOException;

  /** What the service printed since its last start. */
  List<String> words() throws IOException;

  /** What can be told of a service that fails: from its words, and from what the jail lacks. */
  List<Problem> explain(List<String> words) throws IOException;

  /**
   * A start.
   *
   * @param handedIn descriptors that were opened for the service; closed with this
   */
  record Start(LaunchOrder order, List<Fd> handedIn) implements AutoCloseable {
    @Override
    public void close() {
      for (Fd fd : handedIn) {
        fd.close();
      }
    }
  }
}
