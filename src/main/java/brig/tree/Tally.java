package brig.tree;

import java.util.List;

/** What a list of changes comes to. */
record Tally(int files, int links, long bytes) {
  static Tally of(List<Change> changes) {
    int files = 0;
    int links = 0;
    long bytes = 0;
    for (Change change : changes) {
      switch (change) {
        case Change.CopyFile f -> {
          files++;
          bytes += f.stat().size();
        }
        case Change.WriteFile w -> {
          files++;
          bytes += w.content().length;
        }
        case Change.AddName _ -> files++;
        case Change.MakeLink _ -> links++;
        case Change.MakeDirectory _,
            Change.MakeDevice _,
            Change.MakeFifo _,
            Change.MakeMountPoint _ -> {}
      }
    }
    return new Tally(files, links, bytes);
  }
}
