package brig.launch.child;

import brig.linux.LinuxException;

/** The pens of one runner: there is one for each child that runs, used again where that is good. */
sealed interface Pens permits Cgroups, ProcessSpaces, Firsts, Descendants {
  /** One for a child. */
  Pen take(ChildOrder order) throws LinuxException;

  /** Its child has ended, and nothing is left in it. */
  void giveBack(Pen pen) throws LinuxException;

  /** How many there are, used or not. */
  int count();

  /** Takes away those that are free. */
  void close() throws LinuxException;
}
