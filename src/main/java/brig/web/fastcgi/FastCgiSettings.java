package brig.web.fastcgi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a location says of its application server.
 *
 * @param prefix the location's path
 * @param suffix of scripts; empty: all of the location is the application's
 * @param index the script that stands for its directory
 * @param fallback the script for what is not there, such as {@code /index.php}; null: none
 * @param scriptRoot what the application server calls the site's root
 * @param bodyBuffer bytes of a body of unknown length that are gathered at most
 * @param set variables beside those of the request
 */
public record FastCgiSettings(
    String prefix,
    String suffix,
    String index,
    @Nullable String fallback,
    String scriptRoot,
    int bodyBuffer,
    Map<String, String> set) {
  public FastCgiSettings {
    set = Map.copyOf(set);
  }
}
