package brig.launch.service;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Sockets;
import brig.report.BrigException;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.List;

/** Sockets that are bound outside and handed in, so that the service needs no right to bind. */
public record HandedIn(List<Fd> sockets) implements AutoCloseable {
  public static HandedIn open(List<Located<String>> addresses) throws BrigException {
    List<Fd> sockets = new ArrayList<>();
    HandedIn opened = new HandedIn(sockets);
    for (Located<String> address : addresses) {
      try {
        sockets.add(Sockets.listen(address.value()));
      } catch (LinuxException e) {
        opened.close();
        throw BrigException.refused(
            e.problem("cannot listen on " + address.value())
                .remedy("ss -ltnp shows who does already.")
                .at(address.at()));
      }
    }
    return opened;
  }

  public boolean isEmpty() {
    return sockets.isEmpty();
  }

  /** As the launch order wants them. */
  public List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    for (Fd socket : sockets) {
      numbers.add(socket.number());
    }
    return numbers;
  }

  @Override
  public void close() {
    for (Fd socket : sockets) {
      socket.close();
    }
  }
}
