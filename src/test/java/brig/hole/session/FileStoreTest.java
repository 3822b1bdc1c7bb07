package brig.hole.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest extends SessionBookContract {
  @TempDir Path directory;
  private final MovableClock clock = new MovableClock();
  private FileStore store;

  @BeforeEach
  void open() throws BrigException {
    store = FileStore.open(path(), clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private String path() {
    return directory + "/sessions";
  }

  @Override
  SessionStore store() {
    return store;
  }

  @Override
  void pass(Duration time) {
    clock.pass(time);
  }

  private static RowChange put(String key, long version, int size) {
    return new RowChange.Put(new Row(key, version, "o", Long.MAX_VALUE, new byte[size]));
  }

  @Test
  void whatWasStoredIsThereAfterAnotherStart() throws Exception {
    SessionBook book = new SessionBook(store, LIMITS);
    SessionBook.Opened kept = (SessionBook.Opened) book.logIn(null, "anne", "");
    SessionBook.Opened ended = (SessionBook.Opened) book.logIn(null, "bob", "");
    assertThat(kept).isNotNull();
    assertThat(ended).isNotNull();
    book.logOut(ended.token());
    store.close();
    open();
    SessionBook again = new SessionBook(store, LIMITS);
    assertThat(again.resume(kept.token())).isNotNull();
    assertThat(again.resume(ended.token())).isNull();
    assertThat(store.notice()).isNull();
  }

  @Test
  void onlyItsOwnerCanReadTheFile() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(path()))))
        .isEqualTo("rw-------");
  }

  @Test
  void twoListenersDoNotShareAFile() {
    assertThatThrownBy(() -> FileStore.open(path(), InstantSource.system()))
        .isInstanceOf(BrigException.class)
        .hasMessage(
            "cannot open the sessions in "
                + path()
                + ": another process keeps them. Two listeners need a file each, or share sessions"
                + " in PostgreSQL.");
  }

  @Test
  void aFileThatIsSomethingElseIsLeftAlone() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "root:x:0:0\n");
    assertThatThrownBy(() -> FileStore.open(other.toString(), clock))
        .hasMessageContaining("it is not a file of sessions");
    assertThat(other).hasContent("root:x:0:0\n");
  }

  @Test
  void aCommitWithOneStaleVersionChangesNothing() throws BrigException {
    assertThat(store.commit(List.of(put("a", 0, 1), put("b", 0, 1)))).isTrue();
    assertThat(store.commit(List.of(put("a", 1, 5), put("b", 7, 5)))).isFalse();
    Row row = store.find("a").row();
    assertThat(row).isNotNull();
    assertThat(row.body()).hasSize(1);
    assertThat(row.version()).isEqualTo(1);
  }

  @Test
  void cutOffAtAnyByteEveryWholeCommitBeforeItIsThereAndNoPartOfALaterOne() throws Exception {
    for (int i = 0; i < 6; i++) {
      store.commit(List.of(put("first" + i, 0, 3 * i), put("second" + i, 0, i)));
    }
    store.commit(List.of(new RowChange.Remove("first0", 1)));
    store.close();
    byte[] whole = Files.readAllBytes(Path.of(path()));
    List<Integer> ends = new ArrayList<>();
    for (int length = RowLog.MAGIC.length; length <= whole.length; length++) {
      Map<String, Row> rows = new HashMap<>();
      if (RowLog.replay(Arrays.copyOf(whole, length), rows) == length) {
        ends.add(length);
      }
      assertThat(rows.keySet().stream().filter(k -> k.startsWith("first") && !k.equals("first0")))
          .hasSameSizeAs(
              rows.keySet().stream()
                  .filter(k -> k.startsWith("second") && !k.equals("second0"))
                  .toList());
    }
    assertThat(ends).hasSize(8); // none, and after each of seven commits
    open();
  }

  @Test
  void afterATornWriteTheStoreGoesOnAndSaysWhatIsGone() throws Exception {
    store.commit(List.of(put("kept", 0, 10)));
    store.close();
    Path file = Path.of(path());
    byte[] whole = Files.readAllBytes(file);
    byte[] torn = Arrays.copyOf(whole, whole.length + 100);
    Arrays.fill(torn, whole.length, torn.length, (byte) 7);
    Files.write(file, torn);
    open();
    Problem notice = store.notice();
    assertThat(notice).isNotNull();
    assertThat(notice.text()).startsWith("the last 100 bytes of " + path());
    assertThat(store.find("kept").row()).isNotNull();
    store.commit(List.of(put("new", 0, 10)));
    store.close();
    open();
    assertThat(store.notice()).isNull();
    assertThat(store.find("new").row()).isNotNull();
  }

  @Test
  void aFlippedBitAnywhereIsNotTakenForData() throws Exception {
    for (int i = 0; i < 4; i++) {
      store.commit(List.of(put("key" + i, 0, 20)));
    }
    store.close();
    byte[] whole = Files.readAllBytes(Path.of(path()));
    for (int at = RowLog.MAGIC.length; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 0x10;
      Map<String, Row> rows = new HashMap<>();
      assertThat(RowLog.replay(flipped, rows)).isLessThanOrEqualTo(at);
      assertThat(rows.values()).allSatisfy(row -> assertThat(row.body()).containsOnly(0));
    }
    open();
  }

  @Test
  void theLogIsWrittenAnewWhenMostOfItIsOld() throws Exception {
    for (int i = 0; i < 400; i++) {
      assertThat(store.commit(List.of(put("same", i, 20_000)))).isTrue();
    }
    assertThat(Files.size(Path.of(path()))).isLessThan(2_000_000);
    store.close();
    open();
    Row row = store.find("same").row();
    assertThat(row).isNotNull();
    assertThat(row.version()).isEqualTo(400);
  }

  @Test
  void afterItWasClosedItRefuses() {
    store.close();
    assertThatThrownBy(() -> store.commit(List.of(put("late", 0, 1))))
        .hasMessageContaining("the listener is ending");
  }
}
