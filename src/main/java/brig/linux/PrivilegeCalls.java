package brig.linux;

import java.util.List;

/**
 * The calls by which privileges are given up, each for one thread alone: made {@link #HERE at once,
 * by the calling thread}, or {@link ChildCalls noted down} for a child that makes them before its
 * exec.
 */
public interface PrivilegeCalls {
  /** The calling thread, now. */
  PrivilegeCalls HERE = new Here();

  /** As {@link Capabilities#boundBy}. */
  void boundBy(long kept) throws LinuxException;

  /** As {@link Capabilities#setSecurebits}. */
  void setSecurebits(int bits) throws LinuxException;

  /** As {@link Credentials#setGroups}. */
  void setGroups(List<Integer> groups) throws LinuxException;

  /** As {@link Credentials#setGid}. */
  void setGid(int gid) throws LinuxException;

  /** As {@link Credentials#setUid}. */
  void setUid(int uid) throws LinuxException;

  /** As {@link Capabilities#set}. */
  void setCapabilities(Capabilities sets) throws LinuxException;

  /** As {@link Capabilities#setAmbient}. */
  void setAmbient(long set) throws LinuxException;

  /** As {@link Capabilities#setNoNewPrivileges}. */
  void setNoNewPrivileges() throws LinuxException;

  /** Makes them. */
  final class Here implements PrivilegeCalls {
    private Here() {}

    @Override
    public void boundBy(long kept) throws LinuxException {
      Capabilities.boundBy(kept);
    }

    @Override
    public void setSecurebits(int bits) throws LinuxException {
      Capabilities.setSecurebits(bits);
    }

    @Override
    public void setGroups(List<Integer> groups) throws LinuxException {
      Credentials.setGroups(groups);
    }

    @Override
    public void setGid(int gid) throws LinuxException {
      Credentials.setGid(gid);
    }

    @Override
    public void setUid(int uid) throws LinuxException {
      Credentials.setUid(uid);
    }

    @Override
    public void setCapabilities(Capabilities sets) throws LinuxException {
      sets.set();
    }

    @Override
    public void setAmbient(long set) throws LinuxException {
      Capabilities.setAmbient(set);
    }

    @Override
    public void setNoNewPrivileges() throws LinuxException {
      Capabilities.setNoNewPrivileges();
    }
  }
}
