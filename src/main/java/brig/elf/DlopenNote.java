package brig.elf;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of a {@code .note.dlopen}: an array of objects, unknown keys are skipped. */
final class DlopenNote {
  private static final int MOST_REQUESTS = 1024;
  private static final int MOST_SONAMES = 64;

  private DlopenNote() {}

  static List<DlopenRequest> parse(byte[] bytes, int from, int length) throws ElfException {
    int end = from + length;
    while (end > from && bytes[end - 1] == 0) {
      end--;
    }
    List<DlopenRequest> requests = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(bytes, from, end - from)) {
      expect(json.nextToken() == JsonToken.START_ARRAY, "is not a JSON array");
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken() == JsonToken.START_OBJECT, "holds an entry that is no object");
        expect(requests.size() < MOST_REQUESTS, "holds too many entries");
        requests.add(request(json));
      }
      expect(json.nextToken() == null, "goes on after its array");
    } catch (JacksonException e) {
      throw new ElfException(".note.dlopen is not JSON: " + e.getOriginalMessage());
    } catch (ElfException e) {
      throw e;
    } catch (IOException e) {
      throw new ElfException(".note.dlopen is not text: " + e.getMessage());
    }
    return List.copyOf(requests);
  }

  private static DlopenRequest request(JsonParser json) throws IOException {
    List<String> sonames = List.of();
    @Nullable String feature = null;
    @Nullable String description = null;
    @Nullable String priority = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = String.valueOf(json.currentName());
      JsonToken value = json.nextToken();
      boolean text = value == JsonToken.VALUE_STRING;
      switch (key) {
        case "soname" -> sonames = sonames(json);
        case "feature" -> feature = text ? json.getText() : skip(json);
        case "description" -> description = text ? json.getText() : skip(json);
        case "priority" -> priority = text ? json.getText() : skip(json);
        default -> skip(json);
      }
    }
    expect(!sonames.isEmpty(), "holds an entry without a soname");
    return new DlopenRequest(sonames, feature, description, priority);
  }

  private static List<String> sonames(JsonParser json) throws IOException {
    expect(json.currentToken() == JsonToken.START_ARRAY, "holds a soname that is no array");
    List<String> names = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken() == JsonToken.VALUE_STRING, "holds a soname that is no text");
      String name = json.getText();
      expect(!name.isEmpty() && name.indexOf('\0') < 0, "holds a soname that names no file");
      expect(names.size() < MOST_SONAMES, "holds too many sonames");
      names.add(name);
    }
    return List.copyOf(names);
  }

  private static @Nullable String skip(JsonParser json) throws IOException {
    json.skipChildren();
    return null;
  }

  private static void expect(boolean held, String otherwise) throws ElfException {
    if (!held) {
      throw new ElfException(".note.dlopen " + otherwise);
    }
  }
}
