package brig.hole.visit;

import brig.hole.session.Session;
import brig.hole.session.SessionBook;
import brig.hole.session.Token;
import brig.hole.wire.Request;
import brig.report.BrigException;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request.
 *
 * @param token what the visitor holds, or is to hold from now on
 * @param isNew whether it must be told to the visitor
 * @param session what is stored under it; null: nothing
 */
record Visitor(Token token, boolean isNew, @Nullable Session session) {
  static Visitor of(Request request, SessionBook book) throws BrigException {
    Token token = request.token() == null ? null : Token.read(request.token());
    return token == null
        ? new Visitor(Token.fresh(), true, null)
        : new Visitor(token, false, book.resume(token));
  }

  /** The same with a fresh token where the old one is due. */
  Visitor rotated(SessionBook book) throws BrigException {
    if (session == null || !book.isDue(session)) {
      return this;
    }
    SessionBook.Opened opened = book.rotate(token);
    return opened == null ? this : new Visitor(opened.token(), true, opened.session());
  }

  boolean loggedIn() {
    return session != null && session.loggedIn();
  }

  String account() {
    return session == null ? "" : session.account();
  }
}
