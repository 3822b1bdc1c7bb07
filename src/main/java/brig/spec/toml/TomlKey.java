package brig.spec.toml;

import brig.report.Position;
import brig.report.Problem;
import brig.spec.toml.TomlTable.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * One part of a dotted key or of a table's name, and what it may do to the table that it stands in:
 * TOML 1.0 has nothing given twice, but lets headers add to a table that was only on the way.
 */
record TomlKey(String name, Position at) {
  /** The table of that name on the way to another; the last one of an array of tables. */
  TomlTable step(TomlTable table) throws TomlSyntaxException {
    TomlTable.Item item = table.get(name);
    if (item == null) {
      TomlTable implied = new TomlTable(at, Origin.IMPLIED);
      table.put(name, at, implied);
      return implied;
    }
    if (item.value() instanceof TomlTable next && next.origin() != Origin.INLINE) {
      return next;
    }
    if (item.value() instanceof TomlValue.Sequence array
        && array.ofTables()
        && array.values().getLast() instanceof TomlTable next) {
      return next;
    }
    throw twice(item);
  }

  /** The table of that name, as its own header begins it. */
  TomlTable define(TomlTable parent) throws TomlSyntaxException {
    TomlTable.Item item = parent.get(name);
    if (item == null) {
      TomlTable table = new TomlTable(at, Origin.HEADER);
      parent.put(name, at, table);
      return table;
    }
    if (item.value() instanceof TomlTable table && table.origin() == Origin.IMPLIED) {
      table.define();
      return table;
    }
    throw twice(item);
  }

  /** A new table at the end of the array of that name. */
  TomlTable appendTo(TomlTable parent) throws TomlSyntaxException {
    TomlTable.Item item = parent.get(name);
    TomlTable table = new TomlTable(at, Origin.HEADER);
    if (item == null) {
      List<TomlValue> values = new ArrayList<>();
      values.add(table);
      parent.put(name, at, new TomlValue.Sequence(values, true, at));
      return table;
    }
    if (item.value() instanceof TomlValue.Sequence array && array.ofTables()) {
      array.values().add(table);
      return table;
    }
    throw twice(item);
  }

  private TomlSyntaxException twice(TomlTable.Item first) {
    return new TomlSyntaxException(
        Problem.of("'" + name + "' is there already")
            .remedy("It was given at line " + first.at().line() + "; put both together.")
            .at(at));
  }

  /** The table that a dotted key leads through; no header and no value may have made it. */
  TomlTable dotted(TomlTable table) throws TomlSyntaxException {
    TomlTable.Item item = table.get(name);
    if (item == null) {
      TomlTable dotted = new TomlTable(at, Origin.DOTTED);
      table.put(name, at, dotted);
      return dotted;
    }
    if (item.value() instanceof TomlTable next && next.origin() == Origin.DOTTED) {
      return next;
    }
    throw twice(item);
  }

  void requireFree(TomlTable table) throws TomlSyntaxException {
    TomlTable.Item item = table.get(name);
    if (item != null) {
      throw twice(item);
    }
  }
}
