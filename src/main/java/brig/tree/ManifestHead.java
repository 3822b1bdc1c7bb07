package brig.tree;

/**
 * The first line of a manifest.
 *
 * @param time when the generation was built, in ISO 8601
 * @param seal the word of its {@link Seal.Manner}
 * @param modifiedNanos the time that directories, links and generated files have
 * @param packages what the packages were found in: {@link Planning#originsPrint}
 */
record ManifestHead(
    String jail, int generation, String time, String seal, long modifiedNanos, long packages) {
  /** As it is written, without the end of the line. */
  String text() {
    return new JsonLine(200)
        .raw("{\"format\":" + ManifestWriter.FORMAT)
        .field("jail", jail)
        .field("generation", generation)
        .field("time", time)
        .field("seal", seal)
        .field("modified", modifiedNanos)
        .field("packages", packages)
        .raw(",\"entries\":[")
        .toString();
  }
}
