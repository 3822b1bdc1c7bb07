package brig.report.html;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML. There is no way to put anything into it but elements and attributes that are known
 * here, and text, which is escaped; so what a visitor typed or a job wrote stays text. Elements
 * that were begun must be ended, in their order.
 */
public final class Html {
  private final StringBuilder out = new StringBuilder(2048);
  private final Deque<Tag> open = new ArrayDeque<>();
  private boolean inTag;

  /** A whole document begins with this. */
  public Html doctype() {
    out.append("<!DOCTYPE html>\n");
    return this;
  }

  public Html begin(Tag tag) {
    closeTag();
    out.append('<').append(tag.text());
    inTag = true;
    if (!tag.isEmpty()) {
      open.push(tag);
    }
    return this;
  }

  /**
   * An attribute of the element that was just begun.
   *
   * @param value where the attribute is an address: a path of this site, a query or a fragment;
   *     never one with a scheme or another host
   */
  public Html with(Attribute attribute, String value) {
    if (!inTag) {
      throw new IllegalStateException("no element was just begun for " + attribute);
    }
    if (attribute.isAddress() && !isOwnAddress(value)) {
      throw new IllegalArgumentException("no address of this site: " + value);
    }
    out.append(' ').append(attribute.text()).append("=\"");
    escape(value);
    out.append('"');
    return this;
  }

  /** The same, if a condition holds. */
  public Html with(boolean condition, Attribute attribute, String value) {
    return condition ? with(attribute, value) : this;
  }

  /** An attribute that says something by being there. */
  public Html with(Attribute attribute) {
    if (!inTag) {
      throw new IllegalStateException("no element was just begun for " + attribute);
    }
    out.append(' ').append(attribute.text());
    return this;
  }

  public Html with(boolean condition, Attribute attribute) {
    return condition ? with(attribute) : this;
  }

  public Html text(String text) {
    closeTag();
    // A newline right after these is not part of their content (HTML, 13.1.2.5).
    if (text.startsWith("\n") && (open.peek() == Tag.PRE || open.peek() == Tag.TEXTAREA)) {
      out.append('\n');
    }
    escape(text);
    return this;
  }

  /** Ends the element that was begun last. */
  public Html end(Tag tag) {
    closeTag();
    if (open.isEmpty() || open.pop() != tag) {
      throw new IllegalStateException("not the element that was begun last: " + tag);
    }
    out.append("</").append(tag.text()).append('>');
    if (tag != Tag.SPAN && tag != Tag.A && tag != Tag.TEXTAREA) {
      out.append('\n');
    }
    return this;
  }

  /** An element that holds just text. */
  public Html element(Tag tag, String text) {
    return begin(tag).text(text).end(tag);
  }

  /**
   * A script of this site, whose bytes have this hash; never one that is written here.
   *
   * @param integrity such as {@code sha256-...}
   */
  public Html script(String address, String integrity) {
    closeTag();
    if (!isOwnAddress(address)) {
      throw new IllegalArgumentException("no address of this site: " + address);
    }
    out.append("<script defer src=\"");
    escape(address);
    out.append("\" integrity=\"");
    escape(integrity);
    out.append("\"></script>\n");
    return this;
  }

  /**
   * HTML that was made outside of this process by another {@code Html}: what the listener
   * describes. It is taken as it is.
   */
  public Html made(String html) {
    closeTag();
    out.append(html);
    return this;
  }

  private void closeTag() {
    if (inTag) {
      out.append('>');
      inTag = false;
    }
  }

  private static boolean isOwnAddress(String value) {
    boolean relative = !value.isEmpty() && !value.startsWith("//") && value.indexOf('\\') < 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '/' || c == '?' || c == '#') {
        return relative; // what follows can no longer be a scheme
      }
      if (c == ':' || c <= ' ') {
        return false;
      }
    }
    return relative;
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        case '\n', '\t' -> out.append(c);
        case '\r' -> out.append("&#13;");
        default -> out.append(isAllowed(text, i) ? c : '\uFFFD');
      }
    }
  }

  /** Not what no HTML may hold: controls, halves of surrogate pairs. */
  private static boolean isAllowed(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
    return !Character.isISOControl(c) && c < 0xFFFE;
  }

  /** What was written; all elements must have been ended. */
  @Override
  public String toString() {
    closeTag();
    if (!open.isEmpty()) {
      throw new IllegalStateException("not ended: " + open);
    }
    return out.toString();
  }
}
