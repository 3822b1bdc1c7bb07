package brig.hole.job;

/** Gives a field what its form begins with. */
final class Presets {
  private Presets() {}

  static Field with(Field field, String preset) {
    Field.Common old = field.common();
    Field.Common common =
        new Field.Common(
            old.name(),
            old.at(),
            old.label(),
            old.help(),
            old.required(),
            preset,
            old.filledFrom());
    return switch (field) {
      case Field.Text f ->
          new Field.Text(
              common, f.min(), f.max(), f.characters(), f.pattern(), f.lines(), f.leadingDash());
      case Field.Whole f -> new Field.Whole(common, f.min(), f.max());
      case Field.Decimal f -> new Field.Decimal(common, f.min(), f.max(), f.places());
      case Field.Date f -> new Field.Date(common, f.min(), f.max());
      case Field.Choice f -> new Field.Choice(common, f.choices());
      case Field.Truth f -> new Field.Truth(common);
      case Field.Secret f -> new Field.Secret(common, f.min(), f.max());
      case Field.Upload f -> new Field.Upload(common, f.max());
    };
  }
}
