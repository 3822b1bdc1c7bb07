package brig.web.config;

import brig.report.Position;
import brig.spec.Located;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is answered for some host names.
 *
 * @param names in lower case; one may begin with {@code *.}; none: any name
 * @param root the directory that is served
 * @param index what stands for a directory, the first that is there
 * @param listing a directory without one of them is listed
 * @param links what symbolic links may do
 * @param errorPages status to the path of a page, below the root
 * @param headers what answers bear beside their own headers
 * @param locations the longest path that fits decides
 * @param tls null: it is answered without TLS only
 */
public record Site(
    List<String> names,
    Located<String> root,
    List<String> index,
    boolean listing,
    Links links,
    Map<Integer, Located<String>> errorPages,
    List<Header> headers,
    List<Rewrite> rewrites,
    List<Location> locations,
    @Nullable Tls tls,
    Position at) {

  public Site {
    names = List.copyOf(names);
    index = List.copyOf(index);
    errorPages = Map.copyOf(errorPages);
    headers = List.copyOf(headers);
    rewrites = List.copyOf(rewrites);
    locations = List.copyOf(locations);
  }

  /** What symbolic links below a root may do. */
  public enum Links {
    /** Lead to what is below the same root. */
    INSIDE,
    /** Nothing: a path with one of them is not found. */
    NONE
  }

  /** A header; an empty value takes a default one away. */
  public record Header(String name, String value, Position at) {}

  /**
   * Another path for some, before a location is looked for.
   *
   * @param from a path; one {@code *} at its end stands for the rest
   * @param to a path, or an address if {@code redirect} is set; a {@code *} at its end is the rest
   * @param redirect the status that tells the client to ask there; 0: it is not told
   */
  public record Rewrite(String from, String to, int redirect, Position at) {}

  /** Files with a chain of certificates and its key, in PEM; both are read outside. */
  public record Tls(Located<String> certificate, Located<String> key) {}
}
