package brig.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.testing.ElfImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElfFileTest {
  private static ElfFile read(byte[] bytes) throws IOException {
    ElfFile elf = ElfFile.read(ByteSource.of(bytes));
    assertThat(elf).isNotNull();
    return elf;
  }

  private static Dynamic dynamic(byte[] bytes) throws IOException {
    Dynamic dynamic = read(bytes).dynamic();
    assertThat(dynamic).isNotNull();
    return dynamic;
  }

  @ParameterizedTest
  @CsvSource({"true,false,62", "true,true,22", "false,false,3", "false,true,8"})
  void everyClassAndByteOrderIsRead(boolean wide, boolean big, int machine) throws IOException {
    byte[] bytes =
        ElfImage.of(wide, big, machine)
            .interpreter("/lib/ld.so.1")
            .soname("libself.so.1")
            .needed("libone.so", "libtwo.so")
            .rpath("/one")
            .runpath("$ORIGIN/two")
            .flags1(Dynamic.DF_1_NODEFLIB)
            .abiTag(0, 3, 2, 0)
            .bytes();
    ElfFile elf = read(bytes);
    assertThat(elf.wide()).isEqualTo(wide);
    assertThat(elf.bigEndian()).isEqualTo(big);
    assertThat(elf.machine()).isEqualTo(machine);
    assertThat(elf.type()).isEqualTo(ElfFile.ET_DYN);
    assertThat(elf.interpreter()).isEqualTo("/lib/ld.so.1");
    assertThat(elf.abiTag()).isEqualTo(new AbiTag(AbiTag.LINUX, 3, 2, 0));
    assertThat(elf.dynamic())
        .isEqualTo(
            new Dynamic(
                "libself.so.1",
                List.of("libone.so", "libtwo.so"),
                List.of(),
                List.of(),
                "/one",
                "$ORIGIN/two",
                0,
                Dynamic.DF_1_NODEFLIB));
  }

  @Test
  void aFileWithoutTheMagicIsNoElfFile() throws IOException {
    assertThat(ElfFile.read(ByteSource.of("#!/bin/sh\n".getBytes("UTF-8")))).isNull();
    assertThat(ElfFile.read(ByteSource.of(new byte[0]))).isNull();
    assertThat(ElfFile.read(ByteSource.of(new byte[] {0x7F, 'E', 'L'}))).isNull();
  }

  @Test
  void kindsOfFilesAreToldByTheirFirstBytes() throws IOException {
    assertThat(FileKind.of(ByteSource.of(ElfImage.x86().bytes()))).isEqualTo(FileKind.ELF);
    assertThat(FileKind.of(ByteSource.of(new byte[] {'#', '!'}))).isEqualTo(FileKind.SCRIPT);
    assertThat(FileKind.of(ByteSource.of(new byte[] {'#'}))).isEqualTo(FileKind.OTHER);
    assertThat(FileKind.of(ByteSource.of(new byte[0]))).isEqualTo(FileKind.EMPTY);
  }

  @Test
  void aFileWithoutDynamicSectionIsStatic() throws IOException {
    assertThat(read(ElfImage.x86().asStatic().type(2).bytes()).dynamic()).isNull();
  }

  @Test
  void aNameThatIsNotUtf8IsKeptByteForByte() throws IOException {
    byte[] bytes = ElfImage.x86().needed("libX.so").bytes();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 'X') {
        bytes[i] = (byte) 0xE9;
      }
    }
    assertThat(dynamic(bytes).needed()).containsExactly("lib\uDCE9.so");
  }

  @Test
  void namesFarFromEachOtherAreReadOneByOne() throws IOException {
    ElfImage image = ElfImage.x86().needed("libfirst.so");
    image.tag(0x12345, "x".repeat(40_000));
    assertThat(dynamic(image.needed("liblast.so").bytes()).needed())
        .containsExactly("libfirst.so", "liblast.so");
  }

  @Test
  void aLongRunpathIsReadWhole() throws IOException {
    String path = "/long".repeat(600);
    assertThat(dynamic(ElfImage.x86().runpath(path).bytes()).runpath()).isEqualTo(path);
  }

  @Test
  void aDlopenNoteIsRead() throws IOException {
    ElfFile elf =
        read(
            ElfImage.x86()
                .abiTag(0, 3, 2, 0)
                .dlopenNote(
                    """
                    [{"soname":["libone.so.2","libone.so.1"],"feature":"one","priority":"suggested",
                      "unknown":{"a":[1,2]}},
                     {"soname":["libtwo.so"],"description":"Two","priority":"required"}]\
                    """)
                .bytes());
    assertThat(elf.dlopen())
        .containsExactly(
            new DlopenRequest(List.of("libone.so.2", "libone.so.1"), "one", null, "suggested"),
            new DlopenRequest(List.of("libtwo.so"), null, "Two", "required"));
    assertThat(elf.abiTag()).isEqualTo(new AbiTag(0, 3, 2, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|.note.dlopen is not a JSON array",
        "[{}]|.note.dlopen holds an entry without a soname",
        "[1]|.note.dlopen holds an entry that is no object",
        "[{\"soname\":\"x\"}]|.note.dlopen holds a soname that is no array",
        "[{\"soname\":[\"\"]}]|.note.dlopen holds a soname that names no file",
        "[] []|.note.dlopen goes on after its array",
        "[{\"soname\":[\"x\"]|.note.dlopen is not JSON"
      })
  void aWrongDlopenNoteIsRefused(String json, String reason) {
    assertThatThrownBy(() -> read(ElfImage.x86().dlopenNote(json).bytes()))
        .isInstanceOf(ElfException.class)
        .hasMessageStartingWith(reason);
  }

  @Test
  void deeplyNestedJsonIsRefused() {
    String json = "[{\"x\":" + "[".repeat(100_000);
    assertThatThrownBy(() -> read(ElfImage.x86().dlopenNote(json).bytes()))
        .isInstanceOf(ElfException.class)
        .hasMessageContaining("nesting");
  }

  @Test
  void wrongHeadersAreRefusedWithTheReason() {
    refused(4, 9, "unknown ELF class 9");
    refused(5, 3, "unknown ELF data encoding 3");
    refused(6, 2, "ELF file version ident does not match current one");
    refused(20, 2, "ELF file version does not match current one");
    refused(54, 55, "ELF file's phentsize not the expected size");
    refused(39, 0x7F, "program header table lies beyond the end of the file");
    refused(32, 0xFF, 0xFF, "program header table lies beyond the end of the file");
  }

  private static void refused(int at, int value, String reason) {
    refused(at, value, -1, reason);
  }

  private static void refused(int at, int value, int next, String reason) {
    byte[] bytes = ElfImage.x86().needed("libc.so.6").bytes();
    bytes[at] = (byte) value;
    if (next >= 0) {
      bytes[at + 1] = (byte) next;
    }
    assertThatThrownBy(() -> read(bytes)).isInstanceOf(ElfException.class).hasMessage(reason);
  }

  @Test
  void aNameOutsideOfTheStringTableIsRefused() {
    assertThatThrownBy(() -> read(ElfImage.x86().tag(1, 1_000_000).bytes()))
        .isInstanceOf(ElfException.class)
        .hasMessage("a name lies outside of the string table");
    assertThatThrownBy(() -> read(ElfImage.x86().tag(1, -1).bytes()))
        .isInstanceOf(ElfException.class)
        .hasMessage("a name lies outside of the string table");
  }

  @Test
  void manyNamesThatShareOneLongTextDoNotFillTheMemory() {
    ElfImage image = ElfImage.x86().needed("n".repeat(4000));
    for (int i = 0; i < 4000; i++) {
      image.tag(1, 1);
    }
    assertThatThrownBy(() -> read(image.bytes()))
        .isInstanceOf(ElfException.class)
        .hasMessage("the names of the dynamic section exceed 1 MB");
  }

  @Test
  void aFileCutOffAnywhereIsReadOrRefusedButNothingElse() throws IOException {
    byte[] whole = sample();
    List<Integer> read = new ArrayList<>();
    for (int length = 0; length < whole.length; length++) {
      try {
        if (ElfFile.read(ByteSource.of(Arrays.copyOf(whole, length))) != null) {
          read.add(length);
        }
      } catch (ElfException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(read).as("only what is cut off behind all that matters").hasSizeLessThan(64);
  }

  @Test
  void aFileWithAnyByteChangedIsReadOrRefusedButNothingElse() throws IOException {
    byte[] whole = sample();
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = whole.clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        ElfFile.read(ByteSource.of(bytes));
      } catch (ElfException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static byte[] sample() {
    return ElfImage.x86()
        .program()
        .needed("liba.so", "libb.so")
        .runpath("$ORIGIN")
        .abiTag(0, 3, 2, 0)
        .dlopenNote("[{\"soname\":[\"libc.so\"]}]")
        .bytes();
  }

  @Test
  void fewBytesOfABigFileAreRead() throws IOException {
    byte[] bytes = Arrays.copyOf(sample(), 50_000_000);
    int[] asked = new int[1];
    ByteSource source = ByteSource.of(bytes);
    ByteSource counting =
        new ByteSource() {
          @Override
          public long size() {
            return bytes.length;
          }

          @Override
          public int read(long position, byte[] into, int offset, int length) throws IOException {
            asked[0] += length;
            return source.read(position, into, offset, length);
          }

          @Override
          public void close() {}
        };
    assertThat(ElfFile.read(counting)).isNotNull();
    assertThat(asked[0]).isLessThan(32_768);
  }
}
