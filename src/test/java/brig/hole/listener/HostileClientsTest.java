package brig.hole.listener;

import static brig.hole.listener.ServedHole.await;
import static brig.hole.listener.ServedHole.begin;
import static brig.hole.listener.ServedHole.frame;
import static brig.hole.listener.ServedHole.go;
import static brig.hole.listener.ServedHole.jobProcesses;
import static brig.hole.listener.ServedHole.join;
import static org.assertj.core.api.Assertions.assertThat;

import brig.hole.listener.ServedHole.Answer;
import brig.hole.listener.ServedHole.Client;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a hostile client sends, by the numbers of the list in SECURITY.md, against a running
 * listener, from a jail under the web user's uid. After each, the listener still serves, and
 * nothing of a job is left. Those that concern its end or its configuration are in {@link
 * HostileMomentsTest}, those that concern who a visitor is in {@link HostileVisitorsTest}.
 */
@Tag("root")
class HostileClientsTest {
  static final String HOLE =
      """
      callers = ["33"]
      user = "uucp"
      at_once = 8
      at_once_each_user = 8
      queue = 2
      queue_wait = "60s"

      [jobs.sh]
      title = "A program that does what it is told"
      at_once = 8
      at_once_each_user = 8
      fields = [ { name = "x", type = "text", label = "x", max = 4000 } ]
      [[jobs.sh.steps]]
      role = "output"
      command = ["/bin/sh", "-c", "eval \\"$0\\"", "{x}"]
      errors = "visitor"
      limits = { time = "20s", output = "100K", processes = 20 }

      [jobs.stays]
      title = "The same, to its end"
      on_leave = "finish"
      fields = [ { name = "x", type = "text", label = "x", max = 4000 } ]
      [[jobs.stays.steps]]
      role = "output"
      command = ["/bin/sh", "-c", "eval \\"$0\\"", "{x}"]
      limits = { time = "20s", output = "8M" }

      [jobs.args]
      title = "Arguments as they came"
      fifo = true
      fields = [
        { name = "word", type = "text", label = "w", max = 100, required = false },
        { name = "must", type = "text", label = "m", max = 20, characters = "identifier" },
        { name = "number", type = "integer", label = "n", required = false, min = 0, max = 99 },
        { name = "like", type = "text", label = "l", max = 60, required = false, pattern = "(a+)+b" },
      ]
      [[jobs.args.steps]]
      role = "output"
      command = ["/usr/bin/printf", "[%s]", "{word}", "{must}", "{number}"]

      [jobs.two]
      title = "Two sections"
      fifo = true
      fields = [
        { name = "one", type = "file", label = "1", max = "64K" },
        { name = "two", type = "file", label = "2", max = "64K" },
      ]
      [[jobs.two.steps]]
      role = "output"
      command = ["/bin/cat"]
      input = { raw = "one" }
      [[jobs.two.steps]]
      role = "output"
      command = ["/usr/bin/tr", "a-z", "A-Z"]
      input = { raw = "two" }

      [jobs.steps]
      title = "The second fails"
      [[jobs.steps.steps]]
      role = "output"
      command = ["/bin/echo", "first"]
      [[jobs.steps.steps]]
      command = ["/bin/false"]
      role = "silent"
      [[jobs.steps.steps]]
      role = "output"
      command = ["/bin/echo", "third"]

      [jobs.env]
      title = "Environment"
      [[jobs.env.steps]]
      role = "output"
      command = ["/usr/bin/env"]
      environment = { LANG = "C" }

      [jobs.others]
      title = "For somebody else"
      callers = ["65000"]
      [[jobs.others.steps]]
      role = "output"
      command = ["/bin/echo", "never"]
      """;

  @TempDir static Path directory;
  private static ServedHole hole;

  @BeforeAll
  static void open() throws Exception {
    hole = new ServedHole(directory, HOLE, "--request-time", "3", "--reply-time", "3");
  }

  @AfterAll
  static void close() throws Exception {
    hole.close();
  }

  @AfterEach
  void servesStillAndNothingIsLeft() throws Exception {
    assertThat(hole.call("args", "must=ok").output()).isEqualTo("[][ok][]");
    await("the end of all jobs", () -> jobProcesses().isEmpty());
    for (String line : hole.log().lines().toList()) {
      assertThat(line).startsWith("{\"time\":\"").endsWith("}").matches("[\\x20-\\x7e]+");
    }
  }

  @Test
  void hostile01_aNameThatIsTooLongOrHoldsNulIsAProtocolErrorBeforeAnyLookUp() throws Exception {
    for (String name : List.of("x".repeat(41), "sh\0", "x".repeat(60_000))) {
      Answer answer = hole.raw(join(frame('V', "1"), frame('J', name), go()));
      assertThat(answer.end()).isEqualTo("100 0 protocol");
    }
    // A length over the cap is refused before a byte of it is read.
    assertThat(hole.raw("V 1\n1J 99999999\n".getBytes(StandardCharsets.US_ASCII)).end())
        .isEqualTo("100 0 protocol");
    assertThat(hole.log()).contains("a frame J whose payload is no name of a job");
  }

  @Test
  void hostile02_anUnknownJobIsAnsweredAsOneThatIsNotAllowed() throws Exception {
    Answer unknown = hole.call("nosuch");
    Answer forbidden = hole.call("others");
    assertThat(unknown.of('X')).isEqualTo(forbidden.of('X'));
    assertThat(unknown.end()).isEqualTo("100 0 refused");
    assertThat(unknown.frames).hasSize(1);
    assertThat(forbidden.output()).isEmpty();
    // The list of jobs does not tell of it either.
    assertThat(hole.raw(join(frame('V', "1"), frame('D', "json"))).output())
        .contains("\"job\":\"env\"")
        .doesNotContain("others");
  }

  @Test
  void hostile03_newlinesAndTabsInARequestAreRefusedAndForgeNoLineOfTheLog() throws Exception {
    String forged = "sh\n{\"time\":\"2000\",\"event\":\"forged\"}";
    assertThat(hole.raw(join(frame('V', "1"), frame('J', forged), go())).end())
        .isEqualTo("100 0 protocol");
    assertThat(hole.raw(join(begin("args", "mu\tst=x"), go())).end()).isEqualTo("100 0 protocol");
    assertThat(hole.call("args", "must=a\nb").end()).isEqualTo("100 0 invalid");
    assertThat(hole.log()).doesNotContain("\"event\":\"forged\"");
  }

  @Test
  void hostile04_aLineOfTheFifoThatIsTooLongIsDroppedAndTheNextIsServed() throws Exception {
    String answer =
        hole.inJail(
            "cd /run/hole; head -c 5000 /bin/busybox | tr -d '\\n' > fifo; echo > fifo;"
                + " mkfifo replies/r4 replies/r4.in;"
                + " echo 'args r4' > fifo; printf 'must=yes\\n%%%%\\n' > replies/r4.in;"
                + " cat replies/r4; rm replies/r4*");
    assertThat(answer).isEqualTo("[][yes][]");
    await("the record", () -> hole.log().contains("a line of more than 4096 bytes"));
  }

  @Test
  void hostile05_aSeparatorInASectionIsBytesForTheSocketAndCountedForTheFifo() throws Exception {
    byte[] request =
        join(
            begin("two"),
            frame('I', "a\n%%\nb\n"),
            frame('Z', "one"),
            frame('I', "c\n"),
            frame('Z', "two"),
            go());
    assertThat(hole.raw(request).output()).isEqualTo("a\n%%\nb\nC\n");
    String answer =
        hole.inJail(
            "cd /run/hole/replies; mkfifo r5 r5.in r5.end; echo 'two r5' > ../fifo;"
                + " printf '%%%%\\na\\n%%%%\\nb\\n%%%%\\nc\\n%%%%\\n' > r5.in; cat r5; cat r5.end;"
                + " rm r5*");
    assertThat(answer).startsWith("100 0 protocol");
  }

  @Test
  void hostile06_aPlaceForTheReplyIsAnIdentifierAndNothingElse() throws Exception {
    for (String place : List.of("../r6", "/tmp/r6", "..%2fr6", ".r6", "R6", "r".repeat(41))) {
      hole.inJail("echo 'args " + place + "' > /run/hole/fifo");
    }
    await(
        "the records",
        () -> hole.log().lines().filter(l -> l.contains("names no reply")).count() >= 6);
  }

  @Test
  void hostile07_whatIsNoPipeOfTheClientsIsNotOpened() throws Exception {
    Path secret = Files.writeString(hole.jail.resolve("secret"), "secret");
    String script =
        "cd /run/hole/replies; mkfifo r7.in; ln -s /secret r7; echo 'args r7' > ../fifo;"
            + " printf 'must=yes\\n%%%%\\n' > r7.in;"
            + " mkfifo f7.in; echo kept > f7; echo 'args f7' > ../fifo;"
            + " printf 'must=yes\\n%%%%\\n' > f7.in;"
            + " mkfifo l7 l7.in; ln l7 l7.too; echo 'args l7' > ../fifo;"
            + " printf 'must=yes\\n%%%%\\n' > l7.in";
    hole.inJail(script);
    // A pipe of a user who is no caller.
    for (String pipe : List.of("o7", "o7.in")) {
      Path path = hole.doors.resolve("replies/" + pipe);
      new ProcessBuilder("mkfifo", path.toString()).start().waitFor();
      Files.setAttribute(path, "unix:uid", 9);
    }
    hole.inJail("echo 'args o7' > /run/hole/fifo");
    for (String refused :
        List.of("open r7: EPERM", "open f7: EPERM", "open l7: EPERM", "open o7.in: EPERM")) {
      await(refused, () -> hole.log().contains(refused));
    }
    assertThat(secret).hasContent("secret");
    assertThat(hole.doors.resolve("replies/f7")).hasContent("kept");
    hole.inJail("rm -f /run/hole/replies/*");
  }

  @Test
  void hostile08_aReplyPipeThatNobodyOpensIsGivenUp() throws Exception {
    int before = descriptors();
    hole.inJail(
        "cd /run/hole/replies; mkfifo r8 r8.in; echo 'args r8' > ../fifo;"
            + " printf 'must=yes\\n%%%%\\n' > r8.in");
    await("the record", () -> hole.log().contains("an answer that took too long"));
    await("closed descriptors", () -> descriptors() <= before);
    hole.inJail("rm /run/hole/replies/r8*");
  }

  private static int descriptors() throws Exception {
    try (var files = Files.list(Path.of("/proc/" + hole.listener().pid() + "/fd"))) {
      return (int) files.count();
    }
  }

  @Test
  void hostile09_aClientThatStopsReadingIsLeftAndItsJobKilled() throws Exception {
    try (Client deaf = hole.client("deaf")) {
      deaf.send(join(begin("stays", "x=echo begun; head -c 7000000 /dev/zero; sleep 100"), go()));
      await("the record", () -> hole.log().contains("an answer that nobody reads"));
    }
    long before = hole.log().lines().count();
    try (Client deaf = hole.client("deaf")) {
      deaf.send(join(begin("sh", "x=while :; do head -c 90000 /dev/zero; sleep 1; done"), go()));
      await("its end", () -> hole.log().lines().skip(before).anyMatch(l -> l.contains("ended")));
    }
  }

  @Test
  void hostile10_aRequestThatNeverEndsHasItsDeadline() throws Exception {
    try (Client silent = hole.client()) {
      assertThat(silent.send(begin("args", "must=x")).answer().end()).isEqualTo("111 0 timeout");
    }
    try (Client drip = hole.client("drip")) {
      drip.send(join(begin("args", "must=" + "x".repeat(100)), go())).end();
      assertThat(drip.answer().end()).isEqualTo("111 0 timeout");
    }
    // Through the pipes as well.
    String answer =
        hole.inJail(
            "cd /run/hole/replies; mkfifo r10 r10.in; echo 'args r10' > ../fifo;"
                + " (printf 'must='; sleep 20) > r10.in & sleep 6; kill %1; echo over; rm r10*");
    assertThat(answer).contains("over");
    assertThat(hole.log()).contains("a request that took too long");
  }

  @Test
  void hostile11_aClientThatDiesWithinItsRequestRunsNothing() throws Exception {
    Path mark = mark("eleven");
    try (Client client = hole.client()) {
      client.send(begin("sh", "x=echo > " + mark));
      Thread.sleep(100);
      client.kill();
    }
    await("the record", () -> hole.log().contains("a request that was never finished"));
    assertThat(mark).doesNotExist();
  }

  /** A file that a job can make, as the user that jobs run as. */
  private static Path mark(String name) throws Exception {
    Path marks = directory.resolve("marks");
    if (!Files.exists(marks)) {
      Files.createDirectory(marks);
      Files.setAttribute(marks, "unix:uid", ServedHole.JOBS);
    }
    return marks.toRealPath().resolve(name);
  }

  @Test
  void hostile12_aClientThatGoesWithinItsJobEndsItOrNotAsTheJobSays() throws Exception {
    Path killed = mark("killed");
    Path finished = mark("finished");
    try (Client client = hole.client()) {
      client.send(join(begin("sh", "x=echo begun; sleep 2; echo > " + killed), go()));
      assertThat(untilBegun(client)).contains("begun");
      client.kill();
    }
    try (Client client = hole.client()) {
      client.send(
          join(begin("stays", "x=echo begun; sleep 1; echo more; echo > " + finished), go()));
      assertThat(untilBegun(client)).contains("begun");
      client.kill();
    }
    await("the one that stays", () -> Files.exists(finished));
    await("the end of all jobs", () -> jobProcesses().isEmpty());
    assertThat(killed).doesNotExist();
    await("the records", () -> hole.log().contains("\"left\":\"yes\""));
  }

  private static String untilBegun(Client client) throws Exception {
    return until(client, "begun");
  }

  private static String until(Client client, String word) throws Exception {
    StringBuilder all = new StringBuilder();
    while (all.indexOf(word) < 0) {
      String some = client.some();
      if (some.isEmpty()) {
        break;
      }
      all.append(some);
    }
    return all.toString();
  }

  @Test
  void hostile13_aFloodIsAnsweredBusyAtOnce() throws Exception {
    List<Client> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        Client client = hole.client();
        crowd.add(client);
        client.send(join(begin("sh", "x=echo begun; sleep 15"), go()));
        // Eight run, two wait and are told their place.
        String word = i < 8 ? "begun" : "Q ";
        assertThat(until(client, word)).as("client %d", i).contains(word);
      }
      assertThat(hole.call("args", "must=x").end()).isEqualTo("111 0 busy");
    } finally {
      for (Client client : crowd) {
        client.close();
      }
    }
    await("an empty queue", () -> hole.call("args", "must=x").end().equals("0 0 done"));
    // Connections that say nothing: more than one user may have.
    try (Client idle = hole.client("idle", "1000")) {
      assertThat(idle.some()).isEqualTo("1000\n");
      assertThat(hole.call("args", "must=x").end()).isEqualTo("0 0 done");
      try (Client more = hole.client("idle", "1020");
          Client rest = hole.client("idle", "100")) {
        assertThat(more.some()).isEqualTo("1020\n");
        assertThat(rest.some()).isEqualTo("100\n");
        await("the record", () -> hole.log().contains("too many connections"));
      }
    }
    await("room again", () -> hole.call("args", "must=x").end().equals("0 0 done"));
  }

  @Test
  void hostile14_aForkBombStaysWithinItsCgroup() throws Exception {
    try (Client client = hole.client()) {
      client.send(join(begin("sh", "x=echo begun; b() { b | b & }; b; sleep 3"), go()));
      assertThat(untilBegun(client)).contains("begun");
      for (int i = 0; i < 10; i++) {
        assertThat(jobProcesses()).hasSizeLessThanOrEqualTo(20);
        Thread.sleep(100);
      }
      client.read();
    }
  }

  @Test
  void hostile15_whatHidesInSessionsOfItsOwnDiesWithTheJobAndLeavesNoZombie() throws Exception {
    Answer answer =
        hole.call(
            "sh",
            "x=trap '' TERM; (setsid sh -c 'trap \"\" TERM; sleep 1000' > /dev/null 2>&1 &) &"
                + " setsid setsid sleep 1000 > /dev/null 2>&1 & sleep 0.2; echo done");
    assertThat(answer.output()).isEqualTo("done\n");
    await("the end of all", () -> jobProcesses().isEmpty());
    assertThat(zombies()).isZero();
  }

  private static long zombies() throws Exception {
    long count = 0;
    for (int pid : brig.linux.ProcessStatus.all()) {
      var status = brig.linux.ProcessStatus.of(pid);
      if (status != null && status.ended() && status.parent() == hole.listener().pid()) {
        count++;
      }
    }
    return count;
  }

  @Test
  void hostile16_endlessOutputIsCutOffAndTheJobKilled() throws Exception {
    long before = residentKib();
    for (int i = 0; i < 5; i++) {
      Answer answer = hole.call("sh", "x=yes");
      assertThat(answer.end()).isEqualTo("111 0 truncated");
      assertThat(answer.output()).hasSize(100 << 10);
    }
    assertThat(residentKib() - before).isLessThan(60 << 10);
  }

  private static long residentKib() throws Exception {
    var status = brig.linux.ProcessStatus.of((int) hole.listener().pid());
    return status == null ? 0 : status.residentKib();
  }

  @Test
  void hostile17_anOrphanThatKeepsTheOutputOpenDoesNotKeepTheCall() throws Exception {
    Answer answer = hole.call("sh", "x=setsid sleep 1000 & echo said");
    assertThat(answer.end()).isEqualTo("0 0 done");
    assertThat(answer.output()).isEqualTo("said\n");
  }

  @Test
  void hostile18_afterAStepThatFailsTheLaterOnesNeverStart() throws Exception {
    Answer answer = hole.call("steps");
    assertThat(answer.output()).isEqualTo("first\n");
    assertThat(answer.of('P')).isEqualTo("1 started1 ended 02 started2 ended 1");
    assertThat(answer.end()).isEqualTo("1 0 failed");
  }

  @Test
  void hostile19_metacharactersOfShellsArriveAsTheyAre() throws Exception {
    String word = "; touch x | cat $(id) `id` > f && * ? ~ \\ \" ' # !";
    assertThat(hole.call("args", "must=a", "word=" + word).output())
        .isEqualTo("[" + word + "][a][]");
  }

  @Test
  void hostile20_aLeadingHyphenIsRefused() throws Exception {
    Answer answer = hole.call("args", "must=a", "word=--version");
    assertThat(answer.end()).isEqualTo("100 0 invalid");
    assertThat(answer.of('W')).startsWith("word=");
  }

  @Test
  void hostile21_theEnvironmentHoldsWhatTheJobSaysAndNothingElse() throws Exception {
    assertThat(hole.call("env").output()).isEqualTo("LANG=C\n");
    Answer answer = hole.call("env", "ld_preload=/tmp/x.so");
    assertThat(answer.end()).isEqualTo("100 0 invalid");
    assertThat(hole.raw(join(begin("env", "LD_PRELOAD=/x"), go())).end())
        .isEqualTo("100 0 protocol");
  }

  @Test
  void hostile22_anUndeclaredFieldAndAnEmptyOneThatIsRequiredAreRefused() throws Exception {
    assertThat(hole.call("args", "must=a", "other=1").of('W')).startsWith("other=");
    assertThat(hole.call("args", "must=").of('W')).startsWith("must=");
    assertThat(hole.call("args").end()).isEqualTo("100 0 invalid");
    assertThat(hole.raw(join(begin("args", "must=a", "must=b"), go())).end())
        .isEqualTo("100 0 protocol");
  }

  @Test
  void hostile23_textThatIsNotPlainUtf8IsRefused() throws Exception {
    for (String bytes :
        List.of(
            "\u00c0\u00af", // overlong /
            "\u00ed\u00a0\u0080", // a surrogate
            "\u00f4\u0090\u0080\u0080", // above U+10FFFF
            "\u00e2\u0080\u00ae", // right-to-left override
            "\u00ff")) {
      assertThat(hole.call("args", "must=a", "word=" + bytes).end())
          .as(bytes)
          .isEqualTo("100 0 invalid");
    }
    // ARABIC-INDIC DIGIT FOUR is a digit to Java, not here.
    assertThat(hole.call("args", "must=a", "number=\u00d9\u00a4").end()).isEqualTo("100 0 invalid");
    assertThat(hole.call("args", "must=a", "number=4").output()).isEqualTo("[][a][4]");
  }

  @Test
  void hostile24_patternsAreMatchedInLinearTimeAfterTheLength() throws Exception {
    long begun = System.nanoTime();
    assertThat(hole.call("args", "must=a", "like=" + "a".repeat(59) + "c").end())
        .isEqualTo("100 0 invalid");
    assertThat(hole.call("args", "must=a", "like=" + "a".repeat(60_000)).end())
        .isEqualTo("100 0 invalid");
    assertThat(System.nanoTime() - begun).isLessThan(10_000_000_000L);
    assertThat(hole.call("args", "must=a", "like=aab\n").end()).isEqualTo("100 0 invalid");
  }

  @Test
  void hostile25_aJobSeesThreeDescriptors() throws Exception {
    assertThat(hole.call("sh", "x=ls /proc/self/fd | tr '\\n' ' '").output()).isEqualTo("0 1 2 3 ");
  }

  @Test
  void hostile28_escapesInWhatAProgramSaysReachNoTerminalThroughTheLog() throws Exception {
    Answer answer = hole.call("sh", "x=printf '\\033[2J<script>\\r\\n'; exit 1");
    assertThat(answer.output()).isEqualTo("\u001b[2J<script>\r\n");
    assertThat(hole.log()).doesNotContain("\u001b");
  }
}
