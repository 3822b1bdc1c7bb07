package brig.cli.recipe;

import static brig.cli.recipe.Services.lay;
import static brig.cli.recipe.Services.run;
import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.testing.Gcc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Mail that is taken in a jail and delivered outside of it: by Obtuse's smtpd and smtpfwdd, played
 * by stand-ins, and by Debian's Postfix, which another Postfix of the test's takes it from. The
 * host's own mail is not touched: configuration, queue and mailbox are the test's.
 */
final class MailServices {
  private static final String SENDER = "ann@example.net";
  private static final String RECIPIENT = "bob@example.org";

  private MailServices() {}

  static List<Recipe> all() {
    return List.of(smtpd(), postfix());
  }

  /** Sends a message by SMTP; the client's words. */
  private static Installation.Result send(Installation machine, String to, String body)
      throws Exception {
    return machine.run(
        List.of(
            "swaks",
            "--server",
            "127.0.0.1",
            "--helo",
            "client.example.net",
            "--from",
            SENDER,
            "--to",
            to,
            "--header",
            "Subject: a test",
            "--body",
            body));
  }

  /** What the jail cannot hand on at once it tries again after minutes only. */
  private static void awaitMailer(Installation machine) throws Exception {
    List<String> greet =
        List.of("swaks", "--server", "127.0.0.1", "--port", "10025", "--quit-after", "HELO");
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (machine.run(greet).status() != 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the mailer outside does not answer");
      }
      Thread.sleep(50);
    }
  }

  /** The mailbox, when a message with these words has come. */
  private static String delivered(Path mailbox, String words) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < deadline) {
      if (Files.exists(mailbox) && Files.readString(mailbox).contains(words)) {
        return Files.readString(mailbox);
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no message with \"" + words + "\" came to " + mailbox);
  }

  /**
   * A process outside, with all that it starts, in a process namespace that ends with it: with its
   * shell, for the kernel forgets to kill whoever changes its user (PR_SET_PDEATHSIG).
   */
  private static Process outside(Installation machine, String command) throws IOException {
    return machine.start(
        List.of("unshare", "--fork", "--pid", "--kill-child", "sh", "-c", command));
  }

  private static Recipe smtpd() {
    return Recipe.of("smtpd")
        .change("\"/usr/local/sbin/smtpd\"", "\"HOME/bin/smtpd\"")
        .change("/var/chroot", "HOME/chroot")
        .change("\"smtpd\"", "\"news\"")
        .inItsOwnMode()
        .prepared(
            machine -> {
              String home = machine.home().toString();
              Gcc.compile(
                  machine.home().resolve("bin/smtpd"),
                  SmallServices.source("smtpd"),
                  "-DSPOOLDIR=\"" + home + "/chroot\"");
              Gcc.compile(machine.home().resolve("bin/smtpfwdd"), SmallServices.source("smtpfwdd"));
              run(machine, "install", "-d", home + "/chroot/mnt");
              run(
                  machine,
                  "install",
                  "-d",
                  "-o",
                  "news",
                  "-g",
                  "news",
                  "-m",
                  "700",
                  home + "/chroot/mqueue",
                  home + "/mail");
              lay(
                  machine,
                  "bin/deliver",
                  "rwxr-xr-x",
                  "#!/bin/sh\n{ echo \"From and to: $*\"; cat; } >>" + home + "/mail/box\n");
            })
        .asked(
            machine -> {
              String home = machine.home().toString();
              Path spool = machine.home().resolve("chroot/mqueue");
              Installation.Result sent = send(machine, RECIPIENT, "stored in the jail");
              assertThat(sent.status()).as(sent.output()).isZero();
              List<Path> stored;
              try (var files = Files.list(spool)) {
                stored = files.toList();
              }
              // Nobody has taken it yet: the jail stores and does nothing else.
              assertThat(stored).hasSize(1);
              assertThat(Files.readString(stored.getFirst()))
                  .startsWith("FROM <" + SENDER + ">\nRCPT <" + RECIPIENT + ">\nBODY\n");
              Process forwarder =
                  outside(
                      machine,
                      home
                          + "/bin/smtpfwdd -u news -g news -P 1 -d "
                          + spool
                          + " -s "
                          + home
                          + "/bin/deliver; exec sleep 1000");
              try {
                String box = delivered(machine.home().resolve("mail/box"), "stored in the jail");
                assertThat(box)
                    .contains("From and to: -oi -f " + SENDER + " " + RECIPIENT + "\n")
                    .contains("Subject: a test\n");
                assertThat(send(machine, RECIPIENT, "a second one").status()).isZero();
                delivered(machine.home().resolve("mail/box"), "a second one");
              } finally {
                forwarder.destroyForcibly().waitFor();
              }
              return List.of("delivered");
            });
  }

  private static Recipe postfix() {
    return Recipe.of("postfix")
        .prepared(MailServices::layOutside)
        .built(
            machine -> {
              String queue = machine.paths().writable("postfix") + "/var/spool/postfix";
              queue(machine, queue);
            })
        .asked(
            machine -> {
              Process mailer =
                  outside(
                      machine,
                      "/usr/lib/postfix/sbin/master -d -c " + machine.home() + "/outside; :");
              try {
                awaitMailer(machine);
                Installation.Result open = send(machine, "eve@elsewhere.example", "through you");
                assertThat(open.output()).contains("Relay access denied");
                Installation.Result sent = send(machine, RECIPIENT, "from the jail");
                assertThat(sent.status()).as(sent.output()).isZero();
                String box = delivered(machine.home().resolve("mail/box"), "from the jail");
                assertThat(box)
                    .contains("From " + SENDER)
                    .contains("X-Original-To: " + RECIPIENT + "\n")
                    .contains("Subject: a test\n")
                    .contains("by mail.example.org (Postfix)");
                Files.delete(machine.home().resolve("mail/box"));
              } finally {
                mailer.destroyForcibly().waitFor();
              }
              return List.of("delivered");
            });
  }

  /** The directories of a queue, as the recipe says. */
  private static void queue(Installation machine, String queue) throws Exception {
    run(machine, "sh", "-c", "cd " + queue + " && " + QUEUE);
  }

  private static final String QUEUE =
      "install -d -m 755 pid && install -d -m 700 -o postfix active bounce corrupt defer deferred"
          + " hold incoming private saved trace && install -d -m 711 -o postfix public";

  /** The mailer outside: another Postfix, whose whole world is the test's directory. */
  private static void layOutside(Installation machine) throws Exception {
    String home = machine.home().toString();
    lay(
        machine,
        "outside/main.cf",
        "rw-r--r--",
        """
        compatibility_level = 3.6
        queue_directory = HOME/queue
        data_directory = HOME/data
        maillog_file = HOME/outside/log
        myhostname = outside.example.org
        mydestination =
        alias_maps =
        virtual_mailbox_domains = example.org
        virtual_mailbox_base = HOME/mail
        virtual_mailbox_maps = static:box
        virtual_minimum_uid = 1
        virtual_uid_maps = static:9
        virtual_gid_maps = static:9
        fast_flush_domains =
        """
            .replace("HOME", home));
    lay(
        machine,
        "outside/master.cf",
        "rw-r--r--",
        """
        127.0.0.1:10025 inet n - n - - smtpd
        cleanup   unix  n - n - 0 cleanup
        qmgr      unix  n - n 300 1 qmgr
        rewrite   unix  - - n - - trivial-rewrite
        bounce    unix  - - n - 0 bounce
        defer     unix  - - n - 0 bounce
        trace     unix  - - n - 0 bounce
        error     unix  - - n - - error
        retry     unix  - - n - - error
        virtual   unix  - n n - - virtual
        anvil     unix  - - n - 1 anvil
        proxymap  unix  - - n - - proxymap
        postlog   unix-dgram n - n - 1 postlogd
        """);
    run(machine, "install", "-d", home + "/queue");
    run(machine, "install", "-d", "-o", "postfix", home + "/data");
    run(machine, "install", "-d", "-o", "news", "-g", "news", "-m", "700", home + "/mail");
    queue(machine, home + "/queue");
  }
}
