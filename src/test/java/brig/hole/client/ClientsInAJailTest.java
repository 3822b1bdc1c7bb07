package brig.hole.client;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clients of clients/, run by the real interpreters from inside a jail as www-data, through a
 * listener that answers without running anything.
 */
@Tag("root")
class ClientsInAJailTest {
  private static final int WWW_DATA = 33;

  private static Installation brig;
  private static PlainListener listener;

  @BeforeAll
  static void buildTheJail() throws Exception {
    brig = new Installation();
    Path hole = brig.home().resolve("hole");
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-static",
                "-Os",
                "-Wall",
                "-Werror",
                "-o",
                hole.toString(),
                "clients/hole.c")
            .inheritIO()
            .start();
    assertThat(gcc.waitFor()).isZero();
    List<String> map = new ArrayList<>();
    map.add("\"/usr/local/bin/hole\" = \"" + hole + "\"");
    for (String file : List.of("hole.py", "hole.pl", "hole.php", "hole.sh")) {
      map.add("\"/srv/cgi/" + file + "\" = \"" + Path.of("clients", file).toAbsolutePath() + "\"");
    }
    for (String file : List.of("report.py", "report.pl", "report.php", "report.sh")) {
      Path stub = Path.of("clients/stub", file).toAbsolutePath();
      map.add("\"/srv/cgi/" + file + "\" = \"" + stub + "\"");
    }
    brig.jailfile(
        "web",
        """
        mode = "bind"
        command = ["/usr/bin/cat"]
        user = "www-data"
        [files]
        programs = ["/usr/bin/dash", "/usr/bin/mkfifo", "/usr/bin/rm", "/usr/bin/perl",
          "/usr/bin/python3", "/usr/bin/php", "/usr/bin/php-cgi"]
        temporary = ["/tmp"]
        [files.map]
        %s
        [holes]
        test = "/run/hole"
        """
            .formatted(String.join("\n", map)));
    Installation.Result built = brig.brig("build", "web");
    assertThat(built.status()).as(built.output()).isZero();
    listener = new PlainListener(Path.of(brig.paths().writable("web"), "run/hole"), WWW_DATA);
  }

  @AfterAll
  static void removeTheJail() throws Exception {
    listener.close();
    brig.close();
  }

  private static Installation.Result inJail(String... command) throws Exception {
    List<String> line = new ArrayList<>(List.of("shell", "web", "--"));
    line.addAll(List.of(command));
    return brig.brig(line.toArray(new String[0]));
  }

  private static String script(String interpreter, String option, String script) throws Exception {
    Installation.Result result = inJail(interpreter, option, script);
    assertThat(result.status()).as(result.output()).isZero();
    return result.output();
  }

  @Test
  void theShellsClientCallsThroughThePipes() throws Exception {
    assertThat(
            script(
                "/usr/bin/dash",
                "-c",
                """
                cd /srv/cgi; . ./hole.sh
                hole_begin; hole_value year 2026; hole_value x "a 'b' $(printf '\\303\\251')"
                hole_language fr-CA
                hole_call report; echo "$? $hole_code $hole_signal $hole_reason"
                printf 'no newline' >/tmp/f; hole_begin; hole_call file /tmp/f; echo "$?"
                hole_begin; hole_call fails; echo "$? $hole_reason: $hole_message"
                hole_begin; hole_call killed; echo "$? $hole_signal $hole_reason"
                hole_begin; hole_call nobody; echo "$? $hole_reason"
                hole_begin; hole_call large >/tmp/l; echo "$?"
                hole_begin; hole_value a "1
                @token=x"; echo "$? $hole_reason"
                hole_begin; hole_value year 7; hole_form report checked; echo " $?"
                for f in /run/hole/replies/*; do echo "$f"; done
                """))
        .isEqualTo(
            """
            year=2026
            x=a 'b' é
            <b>fr-CA\u001b[2J</b>
            0 0 0 done
            : 10 bytes
            <b>\u001b[2J</b>
            0
            3 failed: No such account.
            137 9 signalled
            100 refused
            0
            1 invalid
            <form method="post"><input name="year" value="7"><i> html checked</i></form> 0
            /run/hole/replies/*
            """);
  }

  @Test
  void perlsClientCalls() throws Exception {
    assertThat(
            script(
                "/usr/bin/perl",
                "-e",
                """
                require '/srv/cgi/hole.pl';
                sub show {
                    my ($a) = @_;
                    print "$a->{code} $a->{signal} $a->{reason} [$a->{message}] ",
                        length $a->{output}, " [$a->{errors}]\\n";
                }
                my $a = Hole::call('report', values => { year => 2026, x => "\\xc3\\xa9\\n\\0" },
                    files => { doc => 'abc' x 50000, none => '' }, language => 'fr');
                show($a); print $a->{output};
                show(Hole::call('fails')); show(Hole::call('killed')); show(Hole::call('nobody'));
                show(Hole::call('large')); my $n = 0;
                show(Hole::call('large', output => sub { $n += length $_[0] })); print "$n\\n";
                my $w = Hole::call('wrong'); show($w); print "$w->{wrong}{year}\\n";
                my $l = Hole::call('login'); print "$l->{token} $l->{form}\\n";
                print Hole::call('who', token => $l->{token})->{output};
                eval { Hole::call('gone') }; print $@;
                eval { Hole::call('x', doors => '/none') }; print $@;
                eval { Hole::call('x', values => { a => 'x' x 65536 }) }; print $@;
                show(Hole::call('X'));
                print Hole::describe('report', kind => 'json')->{output}, "\\n";
                """))
        .isEqualTo(called("x=\u00e9\n\0\nyear=2026\n"));
  }

  /** What the scripts of all languages print. */
  private static String called(String values) {
    String output = values + "doc: 150000 bytes\nnone: 0 bytes\n<b>fr\u001b[2J</b>\n";
    int length = output.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    return "0 0 done [] "
        + length
        + " [a warning\n]\n"
        + output
        + """
        3 0 failed [No such account.] 0 []
        137 9 signalled [] 0 []
        100 0 refused [] 0 []
        0 0 done [] 2097152 []
        0 0 done [] 0 []
        2097152
        100 0 invalid [] 0 []
        Une année, s'il vous plaît.
        0123456789abcdefABCDEF {"next":[]}
        token 0123456789abcdefABCDEF
        the hole went away before the end
        cannot reach the hole at /none/socket: No such file or directory
        a value of more than 65536 bytes
        100 0 protocol [a frame J whose payload is no name of a job] 0 []
        <form method="post"><input name="year" value=""><i> json</i></form>
        """;
  }

  @Test
  void pythonsClientCalls() throws Exception {
    assertThat(
            script(
                "/usr/bin/python3",
                "-c",
                """
                import sys
                sys.path.insert(0, '/srv/cgi')
                sys.stdout.reconfigure(encoding='utf-8')
                import hole
                h = hole.Hole()
                def show(a):
                    print(a.code, a.signal, a.reason, '[%s]' % a.message, len(a.output),
                          '[%s]' % a.errors.decode())
                a = h.call('report', {'x': '\\u00e9\\n\\0', 'year': 2026},
                           {'doc': b'abc' * 50000, 'none': b''}, language='fr')
                show(a); print(a.output.decode(), end='')
                show(h.call('fails')); show(h.call('killed')); show(h.call('nobody'))
                show(h.call('large')); n = []
                show(h.call('large', output=lambda b: n.append(len(b)))); print(sum(n))
                w = h.call('wrong'); show(w); print(w.wrong['year'])
                l = h.call('login'); print(l.token, l.form.decode())
                print(h.call('who', token=l.token).output.decode(), end='')
                def fails(call):
                    try:
                        call()
                    except hole.HoleError as e:
                        print(e)
                fails(lambda: h.call('gone'))
                fails(lambda: hole.Hole('/none').call('x'))
                fails(lambda: h.call('x', {'a': 'x' * 65536}))
                show(h.call('X'))
                print(h.describe('report', kind='json').output.decode())
                """))
        .isEqualTo(called("x=\u00e9\n\0\nyear=2026\n"));
  }

  @Test
  void phpsClientCalls() throws Exception {
    assertThat(
            script(
                "/usr/bin/php",
                "-r",
                """
                require '/srv/cgi/hole.php';
                function show($a) {
                    echo "$a->code $a->signal $a->reason [$a->message] ", strlen($a->output),
                        " [$a->errors]\\n";
                }
                $a = Hole::call('report', ['x' => "\\u{e9}\\n\\0", 'year' => 2026],
                    ['doc' => str_repeat('abc', 50000), 'none' => ''], null, 'fr');
                show($a); echo $a->output;
                show(Hole::call('fails')); show(Hole::call('killed')); show(Hole::call('nobody'));
                show(Hole::call('large')); $n = 0;
                show(Hole::call('large', output: function ($b) use (&$n) { $n += strlen($b); }));
                echo "$n\\n";
                $w = Hole::call('wrong'); show($w); echo $w->wrong['year'], "\\n";
                $l = Hole::call('login'); echo "$l->token $l->form\\n";
                echo Hole::call('who', token: $l->token)->output;
                function fails($call) {
                    try { $call(); } catch (HoleError $e) { echo $e->getMessage(), "\\n"; }
                }
                fails(fn() => Hole::call('gone'));
                fails(fn() => Hole::call('x', doors: '/none'));
                fails(fn() => Hole::call('x', ['a' => str_repeat('x', 65536)]));
                show(Hole::call('X'));
                echo Hole::describe('report', kind: 'json')->output, "\\n";
                """))
        .isEqualTo(called("x=\u00e9\n\0\nyear=2026\n"));
  }

  @Test
  void theProgramInCCallsAndExitsAsTheJob() throws Exception {
    Installation.Result result =
        inJail(
            "/usr/bin/dash",
            "-c",
            """
            printf 'abc' | hole -l fr report year=2026 "x=a
            b"; echo "$?"
            for job in fails killed nobody wrong gone; do hole $job </dev/null; echo "$?"; done
            hole large </dev/null >/tmp/large; echo "$?"
            exec 3>/tmp/token; hole login </dev/null; read -r token </tmp/token; echo "$token"
            exec 3>&-; hole -t "$token" who </dev/null
            printf x >/tmp/a; hole -f doc=/tmp/a report </dev/null
            hole -f doc=/tmp/a -D "html checked" report; echo
            hole -D "json checked" report year=7; echo
            hole -d /none report </dev/null; echo "$?"; hole; echo "$?"; hole report x; echo "$?"
            """
                .replace("hole ", "/usr/local/bin/hole ")
                .replace("hole;", "/usr/local/bin/hole;"));
    assertThat(result.output())
        .isEqualTo(
            """
            a warning
            year=2026
            x=a
            b
            : 3 bytes
            <b>fr\u001b[2J</b>
            0
            hole: No such account.
            3
            hole: signalled
            137
            hole: refused
            100
            hole: year=Une année, s'il vous plaît.
            hole: invalid
            100
            halfhole: the hole went away before the end
            111
            0
            0123456789abcdefABCDEF
            token 0123456789abcdefABCDEF
            a warning
            doc: 1 bytes
            <b>\u001b[2J</b>
            <form method="post"><input name="year" value=""><i> html checked</i><u>doc: x</u></form>
            <form method="post"><input name="year" value="7"><i> json checked</i></form>
            hole: cannot reach the hole in /none: No such file or directory
            111
            USAGE
            100
            USAGE
            100
            """
                .replace(
                    "USAGE",
                    "usage: hole [-d DOORS] [-t TOKEN] [-l LANGUAGE] [-f FIELD=FILE]... [-D KIND]"
                        + " JOB [NAME=VALUE]... [<INPUT]"));
  }

  /** One request to a stub as a web server would make it. */
  private static String cgi(String stub, String body, String... variables) throws Exception {
    String interpreter =
        switch (stub.substring(stub.indexOf('.') + 1)) {
          case "py" -> "/usr/bin/python3";
          case "pl" -> "/usr/bin/perl";
          case "php" -> "/usr/bin/php-cgi";
          default -> "/usr/bin/dash";
        };
    String environment =
        "export REQUEST_METHOD=GET SCRIPT_FILENAME=/srv/cgi/"
            + stub
            + " REDIRECT_STATUS=200"
            + " HTTP_HOST=h HTTP_ACCEPT_LANGUAGE='fr-CA,fr;q=0.9' CONTENT_LENGTH="
            + body.length()
            + " CONTENT_TYPE=application/x-www-form-urlencoded; export "
            + String.join(" ", variables)
            + "; ";
    String text =
        script(
            "/usr/bin/dash",
            "-c",
            environment + "cd /srv/cgi; printf %s '" + body + "' | " + interpreter + " " + stub);
    return text.replace("\r", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"report.py", "report.pl", "report.php", "report.sh"})
  void aStubShowsTheFormAndThenTheResultEscaped(String stub) throws Exception {
    String shown = cgi(stub, "", "A=b");
    assertThat(shown)
        .containsIgnoringCase("Content-Type: text/html; charset=utf-8\n")
        .containsIgnoringCase("Content-Security-Policy: default-src 'none'")
        .contains("<title>Report</title>")
        .contains("<i>fr-CA,fr;q=0.9 html</i></form>");
    String done = cgi(stub, "year=20%3C26%26+x", "REQUEST_METHOD=POST", "HTTP_ORIGIN=https://h");
    assertThat(done)
        .contains("<pre class=\"output\">year=20&lt;26&amp; x\n&lt;b&gt;fr-CA,fr;q=0.9")
        .contains("[2J&lt;/b&gt;\n")
        .doesNotContain("\u001b")
        .doesNotContain("<b>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"report.py", "report.pl", "report.php"})
  void theFilesOfAPageThatLeadsToAnotherGoAlongWithTheForm(String stub) throws Exception {
    String body =
        """
        --xx
        Content-Disposition: form-data; name="brig_go"

        next
        --xx
        Content-Disposition: form-data; name="year"

        2026
        --xx
        Content-Disposition: form-data; name="doc"; filename="a b.txt"
        Content-Type: text/plain

        first
        last
        --xx--
        """
            .replace("\n", "\r\n");
    String shown =
        cgi(
            stub,
            body,
            "REQUEST_METHOD=POST",
            "'CONTENT_TYPE=multipart/form-data; boundary=xx'",
            "HTTP_ORIGIN=https://h");
    assertThat(shown)
        .contains(
            "value=\"2026\"><i>fr-CA,fr;q=0.9 html checked</i><u>doc: first\nlast</u></form>");
  }

  @Test
  void theShellsPageShowsAFormThatIsNotRightAgainWithWhatWasTyped() throws Exception {
    String shown = cgi("report.sh", "year=bad", "REQUEST_METHOD=POST", "HTTP_ORIGIN=https://h");
    assertThat(shown).contains("<pre class=\"output\"></pre>");
    assertThat(shown).contains("<input name=\"year\" value=\"bad\"><i>fr-CA,fr;q=0.9 html checked");
    assertThat(
            cgi(
                "report.sh",
                "--xx--",
                "REQUEST_METHOD=POST",
                "'CONTENT_TYPE=multipart/form-data; boundary=xx'"))
        .contains("This page takes no files.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"report.py", "report.pl", "report.php", "report.sh"})
  void case27_aFormThatWasSentFromElsewhereRunsNothing(String stub) throws Exception {
    assertThat(cgi(stub, "year=2026", "REQUEST_METHOD=POST", "HTTP_ORIGIN=https://evil"))
        .contains("This form was not sent from here.")
        .doesNotContain("year=2026");
  }

  @ParameterizedTest
  @ValueSource(strings = {"report.py", "report.pl", "report.php"})
  void aTokenIsHeldInACookieThatScriptsCannotRead(String stub) throws Exception {
    String page =
        cgi(
            stub,
            "hole_job=login",
            "REQUEST_METHOD=POST",
            "HTTPS=on",
            "HTTP_COOKIE='a=b; __Host-hole=aaaaaaaaaaaaaaaaaaaaaa'");
    assertThat(page.toLowerCase(java.util.Locale.ROOT))
        .contains("set-cookie: __host-hole=0123456789abcdefabcdef; path=/")
        .contains("; secure")
        .contains("; httponly")
        .contains("; samesite=strict");
  }
}
