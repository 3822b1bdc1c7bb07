package brig.audit.breakout;

import static brig.audit.breakout.Steps.CWD;
import static brig.audit.breakout.Steps.DIRECTORY;

import brig.audit.breakout.AttemptEnd.Refused;
import brig.audit.breakout.Puppet.Buffer;
import brig.linux.Signal;
import brig.report.BrigException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Ways through another process, outside, that runs as the same user. */
final class ProcessWays {
  private static final int PTRACE_SEIZE = 0x4206;
  private static final int SIGTERM = 15;
  private static final int RLIMIT_NOFILE = 7;
  private static final int FILES = 61;
  private static final long DEATH_MILLIS = 3000;

  static final List<Attempt> ALL =
      List.of(
          new Attempt(
              "B12",
              "ptrace, process_vm_readv",
              List.of(Guard.filter("ptrace"), Guard.OWN_PIDS, Guard.LANDLOCK),
              ProcessWays::readMemory),
          new Attempt(
              "B13",
              "pidfd_getfd steals a directory",
              List.of(Guard.OWN_PIDS, Guard.filter("pidfd_getfd"), Guard.LANDLOCK),
              ProcessWays::stealDescriptor),
          new Attempt(
              "B14",
              "a signal to an outsider",
              List.of(Guard.OWN_PIDS, Guard.LANDLOCK_SCOPE),
              ProcessWays::signal),
          new Attempt(
              "B15",
              "prlimit on an outsider",
              List.of(Guard.OWN_PIDS, Guard.filter("prlimit64")),
              ProcessWays::limit));

  private ProcessWays() {}

  private static String readMemory(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet twin = scene.twin();
    byte[] secret = scene.canary().secret();
    Buffer theirs = twin.put(secret);
    Puppet inmate = scene.inmate();
    Buffer mine = inmate.buffer(secret.length);
    byte[] local = Struct.of(16).u64(0, mine.address()).u64(8, mine.size()).bytes();
    byte[] remote = Struct.of(16).u64(0, theirs.address()).u64(8, theirs.size()).bytes();
    return Steps.anyOf(
        () -> {
          inmate.must("ptrace", PTRACE_SEIZE, twin.pid(), 0, 0); // ends with this process
          return "traced a process outside";
        },
        () -> {
          inmate.must("process_vm_readv", twin.pid(), local, 1, remote, 1, 0);
          if (!Arrays.equals(inmate.get(mine), secret)) {
            throw new Refused("process_vm_readv", "other memory");
          }
          return "read memory outside";
        });
  }

  private static String stealDescriptor(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet twin = scene.twin();
    long theirs = twin.need("openat", CWD, scene.canary().outside().path(), DIRECTORY, 0);
    Puppet inmate = scene.inmate();
    long process = inmate.must("pidfd_open", twin.pid(), 0);
    long directory = inmate.must("pidfd_getfd", process, theirs, 0);
    return Steps.secret(scene, inmate, directory, Canary.SECRET);
  }

  private static String signal(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet twin = scene.twin();
    scene.inmate().must("kill", twin.pid(), SIGTERM);
    if (!Signal.name(SIGTERM).equals(twin.ended(DEATH_MILLIS))) {
      throw new Refused("kill", "without effect");
    }
    return "ended a process outside";
  }

  private static String limit(Scene scene) throws AttemptEnd, BrigException, IOException {
    Puppet twin = scene.twin();
    byte[] wanted = Struct.of(16).u64(0, FILES).u64(8, FILES).bytes();
    scene.inmate().must("prlimit64", twin.pid(), RLIMIT_NOFILE, wanted, 0);
    Buffer now = twin.buffer(16);
    twin.need("prlimit64", 0, RLIMIT_NOFILE, 0, now);
    if (!Arrays.equals(twin.get(now), wanted)) {
      throw new Refused("prlimit64", "without effect");
    }
    return "set a limit outside";
  }
}
