package brig.tree;

import brig.plan.Entry;
import brig.plan.Plan;
import brig.plan.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * {@code manifest.json} of a generation: what was put into it and why. One line for each entry, so
 * that two manifests can be compared with diff(1). Written by hand: a JSON library takes longer to
 * load than this takes to write.
 */
final class Manifest {
  private final StringBuilder text;

  private Manifest(int entries) {
    this.text = new StringBuilder(256 + entries * 320);
  }

  /**
   * Renders it.
   *
   * @param changes one for each entry of the plan, in its order, as they were carried out
   */
  static byte[] of(
      Plan plan, int generation, Instant time, Seal.Manner manner, List<Change> changes) {
    Manifest manifest = new Manifest(changes.size());
    manifest.head(plan, generation, time, manner);
    for (int i = 0; i < changes.size(); i++) {
      manifest.text.append(i == 0 ? "\n" : ",\n");
      manifest.entry(plan.entries().get(i), changes.get(i));
    }
    manifest.text.append("\n]}\n");
    return manifest.text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void head(Plan plan, int generation, Instant time, Seal.Manner manner) {
    text.append("{\"format\":1");
    field("jail", plan.jail());
    text.append(",\"generation\":").append(generation);
    field("time", time.toString());
    field("seal", manner.word());
    text.append(",\"entries\":[");
  }

  private void entry(Entry entry, Change change) {
    text.append("{\"path\":");
    quote(entry.path());
    switch (change) {
      case Change.MakeDirectory d -> {
        field("kind", "directory");
        owner(d.mode(), d.uid(), d.gid());
      }
      case Change.CopyFile f -> file(f);
      case Change.AddName n -> {
        file(n.file());
        field("same", n.file().path());
      }
      case Change.WriteFile w -> {
        field("kind", "generated");
        owner(w.mode(), w.uid(), w.gid());
        text.append(",\"size\":").append(w.content().length);
      }
      case Change.MakeLink l -> {
        field("kind", "link");
        field("target", l.target());
      }
      case Change.MakeDevice d -> {
        field("kind", "device");
        owner(d.mode(), 0, 0);
        field("type", d.block() ? "block" : "character");
        text.append(",\"major\":").append(d.major()).append(",\"minor\":").append(d.minor());
      }
      case Change.MakeFifo f -> {
        field("kind", "fifo");
        owner(f.mode(), f.uid(), f.gid());
      }
      case Change.MakeMountPoint _ -> mountPoint(entry);
    }
    reasons(entry.reasons());
    text.append('}');
  }

  private void file(Change.CopyFile file) {
    field("kind", "file");
    owner(file.mode(), file.uid(), file.gid());
    text.append(",\"size\":").append(file.stat().size());
    text.append(",\"modified\":").append(file.stat().modifiedNanos());
    field("source", file.source());
  }

  private void mountPoint(Entry entry) {
    switch (entry) {
      case Entry.Writable w -> {
        field("kind", w.temporary() ? "temporary" : "writable");
        owner(w.mode(), w.uid(), w.gid());
      }
      case Entry.Socket s -> {
        field("kind", "socket");
        field("source", s.source());
      }
      case Entry.Device d -> {
        field("kind", "device");
        owner(d.mode(), 0, 0);
        field("source", d.path());
      }
      case Entry.File _, Entry.Generated _, Entry.Directory _, Entry.Link _ ->
          throw new IllegalArgumentException("nothing is mounted on " + entry.path());
    }
  }

  private void owner(int mode, int uid, int gid) {
    text.append(",\"mode\":\"0").append(Integer.toOctalString(mode));
    text.append("\",\"uid\":").append(uid).append(",\"gid\":").append(gid);
  }

  private void reasons(List<Reason> reasons) {
    text.append(",\"reasons\":[");
    for (int i = 0; i < reasons.size(); i++) {
      text.append(i == 0 ? "[" : ",[");
      steps(reasons.get(i));
      text.append(']');
    }
    text.append(']');
  }

  private void steps(Reason reason) {
    Reason parent = reason.parent();
    if (parent != null) {
      steps(parent);
      text.append(',');
    }
    quote(reason.step());
  }

  private void field(String name, String value) {
    text.append(",\"").append(name).append("\":");
    quote(value);
  }

  /** A JSON string (RFC 8259, 7); bytes of a name that are not UTF-8 stay lone surrogates. */
  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < 0x20 || Character.isSurrogate(c)) {
        String hex = Integer.toHexString(c);
        text.append("\\u").repeat('0', 4 - hex.length()).append(hex);
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
