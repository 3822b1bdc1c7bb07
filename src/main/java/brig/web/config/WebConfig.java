package brig.web.config;

import brig.report.Position;
import brig.spec.Located;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a file of {@code brig serve} says. Paths are those of the host, absolute.
 *
 * @param file its name, for messages
 * @param serverRoot what relative paths begin at: the file's own directory, if it does not say
 * @param chroot the directory that becomes the worker's root
 * @param fixRoot paths are the host's, and are made the jail's; else those of sites and locations
 *     are the jail's already
 * @param user the account of the worker; null: the one that serves when nothing is said
 * @param pidFile null: none
 * @param mimeTypes the table of types, read outside
 * @param status where metrics and status are answered; null: nowhere
 * @param sites the first answers for names that none has
 */
public record WebConfig(
    String file,
    String serverRoot,
    Located<String> chroot,
    boolean fixRoot,
    @Nullable Located<String> user,
    @Nullable Located<String> group,
    List<Listen> listens,
    @Nullable Located<String> pidFile,
    Located<String> mimeTypes,
    @Nullable Located<String> status,
    Logs logs,
    Limits limits,
    Worker worker,
    List<Site> sites) {

  public WebConfig {
    listens = List.copyOf(listens);
    sites = List.copyOf(sites);
  }

  /**
   * A place to listen at.
   *
   * @param address numeric, with its port: {@code 0.0.0.0:80}, {@code [::]:443}
   * @param tls whether TLS is spoken there
   */
  public record Listen(String address, boolean tls, Position at) {}

  /** How a line of the access log looks. */
  public enum LogFormat {
    COMBINED,
    JSON
  }

  /**
   * Where is told what.
   *
   * @param access null: nowhere
   * @param error null: standard error
   */
  public record Logs(
      @Nullable Located<String> access, LogFormat format, @Nullable Located<String> error) {}

  /**
   * The worker's own bounds.
   *
   * @param heapBytes of its Java heap, at most
   * @param cacheBytes of files that it keeps in memory, at most
   * @param cacheFileBytes a larger file is not kept
   * @param drainSeconds how long an old worker may finish its requests after a reload or a stop
   */
  public record Worker(long heapBytes, long cacheBytes, long cacheFileBytes, long drainSeconds) {}
}
