package brig.web.cgi;

import java.util.List;

/** What a program said before the body of its answer (RFC 3875, 6.2). */
public sealed interface CgiAnswer {
  /**
   * An answer for the client: a document, or a redirect that the client is to follow.
   *
   * @param status from 200 to 599
   * @param fields what goes to the client: nothing that frames the message
   * @param length of the body in bytes, -1 when the program did not say
   */
  record Document(int status, List<Header> fields, long length) implements CgiAnswer {
    public Document {
      fields = List.copyOf(fields);
    }
  }

  /**
   * This server is to answer as if it had been asked for another place of its own (6.2.2).
   *
   * @param target path and query, beginning with one slash
   */
  record LocalRedirect(String target) implements CgiAnswer {}
}
