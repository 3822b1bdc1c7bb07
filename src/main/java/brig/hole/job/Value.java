package brig.hole.job;

import brig.hole.wire.Bytes;
import java.math.BigDecimal;
import java.time.LocalDate;

/** What a field holds, after it was judged. */
public sealed interface Value extends Judgement {
  /** As a program gets it: in an argument, on a line. Empty for what is absent, and for files. */
  String text();

  /** An optional field without a value. */
  record Absent() implements Value {
    @Override
    public String text() {
      return "";
    }
  }

  /** Of a text or a choice. */
  record Text(String text) implements Value {}

  record Whole(long number) implements Value {
    @Override
    public String text() {
      return Long.toString(number);
    }
  }

  record Decimal(BigDecimal number) implements Value {
    @Override
    public String text() {
      return number.toPlainString();
    }
  }

  record Date(LocalDate day) implements Value {
    @Override
    public String text() {
      return day.toString();
    }
  }

  record Truth(boolean truth) implements Value {
    @Override
    public String text() {
      return Boolean.toString(truth);
    }
  }

  /** Never printed. */
  record Secret(String text) implements Value {
    @Override
    public String toString() {
      return "Secret";
    }
  }

  record Upload(Bytes bytes) implements Value {
    @Override
    public String text() {
      return "";
    }
  }
}
