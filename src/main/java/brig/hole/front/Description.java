package brig.hole.front;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What pages need of the listener's JSON.
 *
 * @param language empty: not told
 * @param title of the job; empty: not told
 * @param next jobs to go on with
 * @param login jobs to log in with
 */
record Description(String language, String title, List<Link> next, List<Link> login) {
  static final Description NONE = new Description("", "", List.of(), List.of());

  /** A job to go to. */
  record Link(String job, String title) {}

  static Description read(byte[] json) throws IOException {
    String language = "";
    String title = "";
    List<Link> next = List.of();
    List<Link> login = List.of();
    if (json.length == 0) {
      return NONE;
    }
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "language" -> language = parser.getText();
          case "title" -> title = parser.getText();
          case "next" -> next = links(parser);
          case "login" -> login = links(parser);
          default -> parser.skipChildren();
        }
      }
    }
    return new Description(language, title, next, login);
  }

  private static List<Link> links(JsonParser parser) throws IOException {
    List<Link> links = new ArrayList<>();
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      String job = "";
      String title = "";
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "job" -> job = parser.getText();
          case "title" -> title = parser.getText();
          default -> parser.skipChildren();
        }
      }
      links.add(new Link(job, title));
    }
    return List.copyOf(links);
  }
}
