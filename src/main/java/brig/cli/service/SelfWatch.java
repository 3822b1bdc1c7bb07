package brig.cli.service;

import brig.cli.jail.ReadyJail;
import brig.launch.service.RunState;
import brig.launch.service.SelfProof;
import brig.linux.LinuxException;
import brig.linux.OwnThread;
import brig.linux.Pidfd;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import org.jspecify.annotations.Nullable;

/** Looks whether a daemon that jails itself really went in, and ends it when it did not. */
public final class SelfWatch {
  private final ReadyJail jail;
  private final SelfProof proof;
  private final long millis;
  private volatile @Nullable String wrong;

  private SelfWatch(ReadyJail jail, JailSpec.Late late, RunState state) {
    this.jail = jail;
    this.proof = new SelfProof(state, late.root().value());
    this.millis = late.patience().toMillis();
  }

  /** Null for a jail that needs none. */
  public static @Nullable SelfWatch of(ReadyJail jail, RunState state) {
    JailSpec.Late late = jail.spec().late();
    return jail.spec().mode() == JailSpec.Mode.SELF && late != null
        ? new SelfWatch(jail, late, state)
        : null;
  }

  /** Looks until it is sure. */
  void await(Pidfd first) throws LinuxException {
    String found = proof.await(first, millis);
    if (found != null) {
      wrong = found;
      proof.kill();
    }
  }

  /** The same while somebody else waits for the daemon's end. */
  public Thread beside(Pidfd first) {
    return Thread.ofPlatform()
        .name("self")
        .daemon(true)
        .start(
            () -> {
              try {
                await(first);
              } catch (LinuxException e) {
                wrong = String.valueOf(e.getMessage());
              }
            });
  }

  /**
   * Throws when it did not go in.
   *
   * @param thread what {@link #beside} gave; null: none
   */
  public void check(@Nullable Thread thread) throws BrigException {
    if (thread != null) {
      OwnThread.join(thread);
    }
    String found = wrong;
    if (found != null) {
      throw BrigException.refused(
          Problem.of("cannot jail " + jail.spec().name())
              .answered(found)
              .remedy(
                  "Its own configuration has to make it chroot to "
                      + proof.site()
                      + " and run as the jailfile's user. It was ended."));
    }
  }
}
