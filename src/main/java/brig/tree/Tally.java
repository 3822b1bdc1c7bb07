package brig.tree;

import java.util.List;

/** What a list of changes comes to. */
record Tally(int files, int links, long bytes) {
  static Tally of(List<Change> changes) {
    int files = 0;
    int links = 0;
    long bytes = 0;
    for (Change change : changes) {
      // Not a switch over the types: that would be linked at run time, at every build.
      if (change instanceof Change.CopyFile f) {
        files++;
        bytes += f.stat().size();
      } else if (change instanceof Change.MountFile m) {
        files++;
        bytes += m.stat().size();
      } else if (change instanceof Change.WriteFile w) {
        files++;
        bytes += w.content().length;
      } else if (change instanceof Change.AddName) {
        files++;
      } else if (change instanceof Change.MakeLink) {
        links++;
      }
    }
    return new Tally(files, links, bytes);
  }
}
