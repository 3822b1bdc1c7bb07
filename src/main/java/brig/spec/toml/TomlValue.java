package brig.spec.toml;

import brig.report.Position;
import java.util.List;

/** A value of a TOML file and where it begins. */
public sealed interface TomlValue
    permits TomlTable,
        TomlValue.Text,
        TomlValue.Whole,
        TomlValue.Real,
        TomlValue.Truth,
        TomlValue.Moment,
        TomlValue.Sequence,
        TomlValue.Broken {

  Position at();

  /** The type in words, with its article: {@code a string}. */
  String kind();

  record Text(String value, Position at) implements TomlValue {
    @Override
    public String kind() {
      return "a string";
    }
  }

  record Whole(long value, Position at) implements TomlValue {
    @Override
    public String kind() {
      return "a whole number";
    }
  }

  record Real(double value, Position at) implements TomlValue {
    @Override
    public String kind() {
      return Double.isFinite(value) ? "a decimal number" : "nan or an infinity";
    }
  }

  record Truth(boolean value, Position at) implements TomlValue {
    @Override
    public String kind() {
      return "true or false";
    }
  }

  /** A date, a time or both, as written. */
  record Moment(String value, Position at) implements TomlValue {
    @Override
    public String kind() {
      return "a date or time";
    }
  }

  /** An array; {@code ofTables} when it was written with {@code [[name]]} headers. */
  record Sequence(List<TomlValue> values, boolean ofTables, Position at) implements TomlValue {
    @Override
    public String kind() {
      return "an array";
    }
  }

  /** Stands where the text was wrong; the mistake is reported already. */
  record Broken(Position at) implements TomlValue {
    @Override
    public String kind() {
      return "unreadable";
    }
  }
}
