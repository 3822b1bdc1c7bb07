package brig.hole.wire;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a request together from a client's frames and holds their order: {@code V} first; then
 * {@code J}, {@code T} and {@code L} at most once each, {@code A}, {@code I} and {@code Z} at will;
 * {@code G} or {@code D} ends it; {@code C} may follow, once. Nothing may run before {@link
 * #request} answers. Not for several threads at once.
 */
public final class RequestReader {
  private final Caps caps;
  private final Map<String, Bytes> values = new LinkedHashMap<>();
  private final List<Request.Section> sections = new ArrayList<>();
  private final ByteArrayOutputStream section = new ByteArrayOutputStream(0);
  private boolean inSection;
  private int valueBytes;
  private int inputBytes;
  private boolean greeted;
  private boolean cancelled;
  private @Nullable String job;
  private @Nullable String token;
  private @Nullable String language;
  private @Nullable Request request;

  public RequestReader(Caps caps) {
    this.caps = caps;
  }

  /**
   * Takes the next frame.
   *
   * @throws WireException it is out of order, said twice, or more than the caps allow
   */
  public void accept(ClientFrame frame) throws WireException {
    char type = frame.type();
    if (!greeted) {
      require(frame instanceof ClientFrame.Version, type, "before V");
      greeted = true;
      return;
    }
    if (request != null) {
      require(frame instanceof ClientFrame.Cancel && !cancelled, type, "after the request's end");
      cancelled = true;
      return;
    }
    switch (frame) {
      case ClientFrame.Version v -> throw outOfOrder('V', "twice");
      case ClientFrame.Job named -> {
        require(job == null, 'J', "twice");
        job = named.name();
      }
      case ClientFrame.Token held -> {
        require(token == null, 'T', "twice");
        token = held.token();
      }
      case ClientFrame.Language wished -> {
        require(language == null, 'L', "twice");
        language = wished.wish();
      }
      case ClientFrame.Value value -> accept(value);
      case ClientFrame.Input input -> accept(input);
      case ClientFrame.EndOfSection end -> endSection(end.name());
      case ClientFrame.Go go -> {
        require(job != null, 'G', "without a job");
        finish('G', null);
      }
      case ClientFrame.Describe describe -> finish('D', describe.as());
      case ClientFrame.Cancel c -> throw outOfOrder('C', "before the request's end");
    }
  }

  private void accept(ClientFrame.Value value) throws WireException {
    valueBytes += value.value().length();
    limit(values.size() < caps.values(), "values", caps.values());
    limit(valueBytes <= caps.valueBytes(), "bytes of values", caps.valueBytes());
    require(values.putIfAbsent(value.name(), value.value()) == null, 'A', "twice of a field");
  }

  private void accept(ClientFrame.Input input) throws WireException {
    inputBytes += input.bytes().length();
    limit(sections.size() < caps.sections(), "input sections", caps.sections());
    limit(inputBytes <= caps.inputBytes(), "bytes of input", caps.inputBytes());
    section.writeBytes(input.bytes().array());
    inSection = true;
  }

  private void endSection(String name) throws WireException {
    limit(sections.size() < caps.sections(), "input sections", caps.sections());
    sections.add(new Request.Section(name, Bytes.of(section.toByteArray())));
    section.reset();
    inSection = false;
  }

  private void finish(char type, @Nullable Description describe) throws WireException {
    require(!inSection, type, "within an input section");
    request =
        new Request(
            job, token, language == null ? "" : language, values, List.copyOf(sections), describe);
  }

  /** The request, once the client has said {@code G} or {@code D}; null before. */
  public @Nullable Request request() {
    return request;
  }

  /** Whether the client wants the end of what runs. */
  public boolean isCancelled() {
    return cancelled;
  }

  private static void limit(boolean good, String what, long most) throws WireException {
    if (!good) {
      throw new WireException(new WireError.TooMuch(what, most));
    }
  }

  private static void require(boolean good, char type, String why) throws WireException {
    if (!good) {
      throw outOfOrder(type, why);
    }
  }

  private static WireException outOfOrder(char type, String why) {
    return new WireException(new WireError.OutOfOrder(type, why));
  }
}
