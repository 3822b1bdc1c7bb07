package brig.audit.breakout;

import brig.linux.Credentials;
import brig.linux.CurrentPlace;
import brig.linux.Descriptors;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Mounts;
import brig.linux.Namespaces;
import brig.linux.OwnThread;
import brig.linux.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts a puppet outside of every jail: Brig's accomplices and canary processes, and what then
 * enters a plain chroot by itself, as chroot(8) does.
 *
 * @param uid its user; 0 has all of this process's capabilities
 * @param ownMounts it gets a copy of the mount namespace, so that what it mounts shows nowhere else
 *     and is gone with it; it stands at the same place, and root and {@code ..} mean the same
 * @param more descriptors that become 5, 6, ...
 */
record OutsideStart(List<String> command, int uid, int gid, boolean ownMounts, List<Fd> more) {
  static OutsideStart of(String program, int uid, int gid) {
    return new OutsideStart(List.of(program), uid, gid, false, List.of());
  }

  Puppet start(String name, Transcript transcript) throws LinuxException {
    Channel channel = Channel.open();
    Channel spare = Channel.open();
    try {
      return Puppet.hold(name, spawn(channel, spare), channel, spare, transcript);
    } catch (LinuxException e) {
      channel.close();
      spare.close();
      throw e;
    }
  }

  private int spawn(Channel channel, Channel spare) throws LinuxException {
    Program program = new Program(command, Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), true);
    List<Integer> numbers = new ArrayList<>();
    numbers.add(channel.number());
    numbers.add(spare.number());
    for (Fd fd : more) {
      numbers.add(fd.number());
    }
    return OwnThread.run(
        "outsider",
        () -> {
          try (Fd nothing = Fd.open("/dev/null", Fd.O_RDWR)) {
            Namespaces.unshare(Namespaces.CLONE_FS | (ownMounts ? Namespaces.CLONE_NEWNS : 0));
            if (ownMounts) {
              Mounts.makeAllPrivate();
            }
            CurrentPlace.changeTo("/");
            CurrentPlace.setUmask(022);
            Descriptors.keepStandardOnly();
            Descriptors.arrange(nothing, nothing, numbers);
            Credentials.become(uid, gid, List.of());
            return program.spawn();
          }
        });
  }
}
