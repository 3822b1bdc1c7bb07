package brig.web.parent;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Sockets;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.Located;
import brig.web.config.WebConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sockets that listen. They are the parent's and outlive every worker: while none accepts,
 * whoever connects waits in the kernel's queue.
 */
final class Doors implements AutoCloseable {
  private final Map<String, Fd> sockets = new LinkedHashMap<>();

  /**
   * Those of a configuration, in its order, the status's last. What is open already stays as it is;
   * when one cannot be opened, none is.
   */
  List<Fd> of(WebConfig config) throws BrigException {
    Map<String, Fd> fresh = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    List<Fd> wanted = new ArrayList<>();
    for (Located<String> address : addresses(config)) {
      Fd open = sockets.get(address.value());
      if (open != null) {
        wanted.add(open);
        continue;
      }
      try {
        Fd socket = Sockets.listen(address.value());
        fresh.put(address.value(), socket);
        wanted.add(socket);
      } catch (LinuxException e) {
        problems.add(
            e.problem("cannot listen at " + address.value())
                .remedy(remedy(e.errno()))
                .at(address.at()));
      }
    }
    if (!problems.isEmpty()) {
      fresh.values().forEach(Fd::close);
      throw new BrigException(ExitCode.REFUSED, problems);
    }
    sockets.putAll(fresh);
    return wanted;
  }

  private static String remedy(Errno errno) {
    return switch (errno) {
      case EADDRINUSE -> "Something listens there already; ss -ltnp tells what.";
      case EACCES -> "A port below 1024 needs root.";
      case EADDRNOTAVAIL -> "This host has no such address.";
      default -> "See ip(7).";
    };
  }

  private static List<Located<String>> addresses(WebConfig config) {
    List<Located<String>> addresses = new ArrayList<>();
    for (WebConfig.Listen listen : config.listens()) {
      addresses.add(new Located<>(listen.address(), listen.at()));
    }
    Located<String> status = config.status();
    if (status != null) {
      addresses.add(status);
    }
    return addresses;
  }

  /** Closes those that a configuration has no more. */
  void keepOnly(WebConfig config) {
    List<String> wanted = new ArrayList<>();
    for (Located<String> address : addresses(config)) {
      wanted.add(address.value());
    }
    for (String address : new ArrayList<>(sockets.keySet())) {
      Fd socket = sockets.get(address);
      if (!wanted.contains(address) && socket != null) {
        sockets.remove(address);
        socket.close();
      }
    }
  }

  @Override
  public void close() {
    sockets.values().forEach(Fd::close);
    sockets.clear();
  }
}
