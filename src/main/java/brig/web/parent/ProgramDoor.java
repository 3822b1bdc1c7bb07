package brig.web.parent;

import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.web.config.WebConfig;

/**
 * The parent's end of the socket by which a worker asks for programs to be started. It ends when
 * the worker does.
 */
final class ProgramDoor {
  private ProgramDoor() {}

  /** Answers a worker, on a thread of its own. */
  static void serve(WebConfig config, Account account, HostPlace jail, PacketSocket socket) {
    Thread.ofPlatform()
        .name("programs")
        .daemon(true)
        .start(
            () -> {
              try (socket) {
                while (socket.receive() != null) {
                  // No action of the configuration asks for programs yet.
                }
              } catch (LinuxException e) {
                // The worker is gone.
              }
            });
  }
}
