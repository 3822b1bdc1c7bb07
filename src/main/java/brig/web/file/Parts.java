package brig.web.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** What is sent of a file: all of it, one range, or several with their own heads (RFC 9110, 14). */
record Parts(List<FileSender.Part> all) {
  /**
   * Works them out, and sets the status and the headers that say so.
   *
   * @param ranges those that were asked for; null: all of the file
   */
  static Parts announce(
      Response response, @Nullable List<Ranges.Range> ranges, Version version, String type) {
    HttpFields.Mutable headers = response.getHeaders();
    long size = version.size();
    List<FileSender.Part> parts = new ArrayList<>();
    if (ranges == null) {
      response.setStatus(200);
      headers.put(HttpHeader.CONTENT_TYPE, type);
      headers.put(HttpHeader.CONTENT_LENGTH, size);
      parts.add(new FileSender.Part(new byte[0], 0, size));
      return new Parts(parts);
    }
    response.setStatus(206);
    if (ranges.size() == 1) {
      Ranges.Range one = ranges.getFirst();
      headers.put(HttpHeader.CONTENT_TYPE, type);
      headers.put(HttpHeader.CONTENT_RANGE, "bytes " + one.first() + "-" + one.last() + "/" + size);
      headers.put(HttpHeader.CONTENT_LENGTH, one.length());
      parts.add(new FileSender.Part(new byte[0], one.first(), one.length()));
      return new Parts(parts);
    }
    String boundary = "brig" + Long.toHexString(System.nanoTime());
    headers.put(HttpHeader.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary);
    long length = 0;
    for (Ranges.Range range : ranges) {
      String head =
          "\r\n--"
              + boundary
              + "\r\nContent-Type: "
              + type
              + "\r\nContent-Range: bytes "
              + range.first()
              + "-"
              + range.last()
              + "/"
              + size
              + "\r\n\r\n";
      byte[] before = head.getBytes(StandardCharsets.ISO_8859_1);
      parts.add(new FileSender.Part(before, range.first(), range.length()));
      length += before.length + range.length();
    }
    byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
    parts.add(new FileSender.Part(end, 0, 0));
    headers.put(HttpHeader.CONTENT_LENGTH, length + end.length);
    return new Parts(parts);
  }

  /** What is sent, of a file that is in memory. */
  ByteBuffer of(ByteBuffer body) {
    if (all.size() == 1 && all.getFirst().before().length == 0) {
      FileSender.Part part = all.getFirst();
      return body.slice((int) part.first(), (int) part.length());
    }
    long length = 0;
    for (FileSender.Part part : all) {
      length += part.before().length + part.length();
    }
    ByteBuffer joined = ByteBuffer.allocate((int) length);
    for (FileSender.Part part : all) {
      joined.put(part.before()).put(body.slice((int) part.first(), (int) part.length()));
    }
    return joined.flip();
  }
}
