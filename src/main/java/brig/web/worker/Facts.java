package brig.web.worker;

import brig.linux.Fd;
import brig.report.BrigException;
import brig.web.config.JailedPaths;
import brig.web.config.WebConfig;
import brig.web.config.WebConfigReader;
import brig.web.inside.Inside;
import brig.web.log.ErrorLog;
import brig.web.wire.WorkerOrder;
import java.util.List;
import java.util.Map;

/** What the worker was told and handed. */
final class Facts implements Inside {
  private final WebConfig config;
  private final WorkerOrder order;
  private final Map<String, byte[]> files;
  private final Fd programs;
  private final Fd holes;
  private final ErrorLog errors;
  private volatile boolean entered;
  private volatile boolean tested;

  Facts(
      WebConfig config,
      WorkerOrder order,
      Map<String, byte[]> files,
      Fd programs,
      Fd holes,
      ErrorLog errors) {
    this.config = config;
    this.order = order;
    this.files = files;
    this.programs = programs;
    this.holes = holes;
    this.errors = errors;
  }

  static WebConfig config(String name, byte[] source) throws BrigException {
    return WebConfigReader.read(name, source);
  }

  WorkerOrder order() {
    return order;
  }

  /** From now on paths are the jail's. */
  void haveEntered() {
    entered = true;
  }

  /** From now on requests are those of clients. */
  void haveTested() {
    tested = true;
  }

  @Override
  public boolean serves() {
    return tested;
  }

  boolean isJailed() {
    return !order.jail().isEmpty();
  }

  @Override
  public WebConfig config() {
    return config;
  }

  @Override
  public String path(String configured) {
    return entered
        ? JailedPaths.inside(config, configured)
        : JailedPaths.outside(config, configured);
  }

  @Override
  public byte[] file(String configured) {
    byte[] bytes = files.get(configured);
    if (bytes == null) {
      throw new IllegalArgumentException("the parent did not read " + configured);
    }
    return bytes;
  }

  @Override
  public Fd programs() {
    return programs;
  }

  @Override
  public Fd holes() {
    return holes;
  }

  @Override
  public void error(String line) {
    errors.line(line);
  }

  /** The descriptors of the listens, the status's last. */
  static List<Fd> sockets(List<Fd> handed, WorkerOrder order) {
    return handed.subList(0, order.sockets() + (order.status() ? 1 : 0));
  }
}
