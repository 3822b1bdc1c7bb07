# Calls jobs of Brig's hole from inside a jail. One file; of perl's own modules only Socket.
#
#   require './hole.pl';
#   my $answer = Hole::call('report', values => { year => 2026 });
#   print $answer->{output} if $answer->{reason} eq 'done';
#
# A web page with a form is Hole::cgi(...); clients/stub/report.pl shows one. docs/hole.md explains
# all.

package Hole;

use strict;
use warnings;
use Socket;

our $DOORS = $ENV{HOLE} || '/run/hole';
my $MOST = 65536;

# Runs a job. values: by the names of fields; files: likewise, their bytes; token, language: of the
# visitor; output: called with each piece of the output as it comes. Gives a hash:
#   code     0 to 255: what a command that made the call would exit with
#   signal   what killed the program, or 0
#   reason   done, failed, signalled, invalid, refused, login, busy, timeout, ...
#   message  a sentence for the visitor, perhaps empty
#   output   bytes of the program; errors: of its standard error output, if the job sends them
#   wrong    what is wrong with the values, by the names of fields
#   form     JSON of the form that comes next, perhaps empty
#   token    the session's token that is good from now on; undef: it has not changed
# Dies when the listener is not there, or went away before it had told the end.
sub call {
    my ($job, %with) = @_;
    return talk($job, 'G', '', %with);
}

# The job's form, or all jobs where the job is undef, as kind: 'html', 'html checked', 'json' or
# 'json checked'. What was sent goes along with the checked ones, files too: of a wizard they are kept.
sub describe {
    my ($job, %with) = @_;
    return talk($job, 'D', $with{kind} || 'html', %with);
}

sub talk {
    my ($job, $verb, $payload, %with) = @_;
    my $request = frame('V', '1');
    $request .= frame('J', $job)            if defined $job;
    $request .= frame('T', $with{token})    if $with{token};
    $request .= frame('L', $with{language}) if $with{language};
    my $values = $with{values} || {};
    $request .= frame('A', "$_=" . octets($values->{$_})) for sort keys %$values;
    my $files = $with{files} || {};
    for my $name (sort keys %$files) {
        my $content = octets($files->{$name});
        for (my $at = 0; $at < length $content; $at += $MOST) {
            $request .= frame('I', substr($content, $at, $MOST));
        }
        $request .= frame('Z', $name);
    }
    $request .= frame($verb, $payload);

    my $path = ($with{doors} || $DOORS) . '/socket';
    socket(my $door, PF_UNIX, SOCK_STREAM, 0) or die "cannot make a socket: $!\n";
    connect($door, pack_sockaddr_un($path)) or die "cannot reach the hole at $path: $!\n";
    local $SIG{PIPE} = 'IGNORE';
    for (my $at = 0; $at < length $request;) {
        my $count = syswrite($door, $request, length($request) - $at, $at);
        last if !defined $count;    # why, it has said
        $at += $count;
    }
    return answer($door, $with{output});
}

sub octets {
    my ($value) = @_;
    $value = '' if !defined $value;
    utf8::encode($value) if utf8::is_utf8($value);
    return $value;
}

sub frame {
    my ($type, $payload) = @_;
    $payload = octets($payload);
    die "a value of more than 65536 bytes\n" if length $payload > $MOST;
    return $type . ' ' . length($payload) . "\n" . $payload;
}

sub answer {
    my ($door, $output) = @_;
    my %answer = (code => 111, signal => 0, reason => 'unavailable', message => '',
                  output => '', errors => '', form => '', wrong => {});
    my %part = (O => 'output', E => 'errors', F => 'form');
    my $held = '';
    my $need = sub {
        my ($count) = @_;
        while (length $held < $count) {
            my $got = sysread($door, $held, $MOST, length $held);
            die "the hole went away before the end\n" if !$got;
        }
    };
    while (1) {
        $need->(length($held) + 1) while index($held, "\n") < 0 && length $held < 32;
        $held =~ s/^([A-Z]) (0|[1-9][0-9]{0,4})\n// or die "the hole went away before the end\n";
        my ($type, $length) = ($1, $2);
        $need->($length);
        my $payload = substr($held, 0, $length, '');
        if ($type eq 'O' && $output) {
            $output->($payload);
        } elsif ($part{$type}) {
            $answer{ $part{$type} } .= $payload;
        } elsif ($type eq 'N') {
            $answer{token} = $payload;
        } elsif ($type eq 'W') {
            my ($name, $message) = split /=/, $payload, 2;
            $answer{wrong}{$name} = $message;
        } elsif ($type eq 'X') {
            @answer{qw(code signal reason message)} = split / /, $payload, 4;
            $answer{message} = '' if !defined $answer{message};
            return \%answer;
        }
    }
}

# A page for a job: what a CGI program needs beside its two routines.
#   show_form      is called with the page; returns the form as HTML
#   prepare_input  is called with the page; returns (values => {...}, files => {...})
#   login          the job that logs in, for a job that needs a session
# The page is a hash: job, values, files, language, token, and answer when the form is shown again.
sub cgi {
    my (%with) = @_;
    my $job = $with{job};
    my $login = $with{login} || '';
    my %page = (job => $job, login => $login, values => {}, files => {}, doors => $with{doors}, title => $with{title});
    visitor(\%page);
    my $done = eval {
        if (($ENV{REQUEST_METHOD} || '') ne 'POST') {
            send_page(\%page, $with{show_form}->(\%page));
            return 1;
        }
        if (!same_site()) {
            send_page(\%page, '<p>This form was not sent from here.</p>', '403 Forbidden');
            return 1;
        }
        read_body(\%page);
        $page{values}{brig_peer} = $ENV{REMOTE_ADDR} if defined $page{values}{brig_nonce};
        my $mark = delete $page{values}{hole_job};
        $page{job} = $login if $login && defined $mark && $mark eq $login;
        my %input = $with{prepare_input}->(\%page);
        my $answer = call($page{job}, %input, token => $page{token}, language => $page{language},
                          doors => $page{doors});
        $page{token} = $answer->{token} if defined $answer->{token};
        my $reason = $answer->{reason};
        my $logs_in = $login && $page{job} eq $login;
        if ($reason eq 'login' && $login) {
            @page{qw(job values files)} = ($login, {}, {});
            send_page(\%page, $with{show_form}->(\%page));
        } elsif ($reason eq 'invalid' || ($reason eq 'failed' && $logs_in)) {
            $page{answer} = $answer;
            send_page(\%page, $with{show_form}->(\%page));
        } elsif ($logs_in) {
            @page{qw(job values files)} = ($job, {}, {});
            send_page(\%page, $with{show_form}->(\%page));
        } else {
            send_page(\%page, result($answer),
                      $reason eq 'busy' ? '503 Service Unavailable' : '200 OK');
        }
        1;
    };
    send_page(\%page, '<p>This service is not available now.</p>', '503 Service Unavailable')
        if !$done;
}

# The job's form as the hole draws it, in the visitor's language, errors beside the fields.
sub form {
    my ($page) = @_;
    my $shown = describe($page->{job}, values => $page->{values}, token => $page->{token},
                         language => $page->{language}, doors => $page->{doors},
                         files => $page->{answer} ? $page->{files} : undef,
                         kind => $page->{answer} ? 'html checked' : 'html');
    $page->{token} = $shown->{token} if defined $shown->{token};
    my $login = $page->{login};
    if ($shown->{reason} eq 'login' && $login && $page->{job} ne $login) {
        @$page{qw(job values files answer)} = ($login, {}, {}, undef);
        return form($page);
    }
    my $text = $shown->{output} ne '' ? $shown->{output} : paragraph('message', $shown->{message});
    return $text if !$login || $page->{job} ne $login;
    # On its return it says whose it is.
    $text =~ s{</form>}{<input type="hidden" name="hole_job" value="$login"></form>}g;
    return ($page->{answer} ? paragraph('message', $page->{answer}{message}) : '') . $text;
}

# Runs another job of the visitor's before the form is shown, such as one that keeps what the form
# offers: run($page, 'accounts', values => {...}). The answer, as of call.
sub run {
    my ($page, $job, %with) = @_;
    my %who = (language => $page->{language}, doors => $page->{doors});
    my $shown = describe($job, %who, token => $page->{token}, kind => 'json');
    $page->{token} = $shown->{token} if defined $shown->{token};
    my %values = %{ $with{values} || {} };
    $values{brig_nonce} = $1 if $shown->{output} =~ /"nonce" ?: ?"([A-Za-z0-9_-]+)"/;
    my $answer = call($job, %with, %who, token => $page->{token}, values => \%values);
    $page->{token} = $answer->{token} if defined $answer->{token};
    return $answer;
}

# A call's result as HTML. What a program wrote is text and nothing else.
sub result {
    my ($answer) = @_;
    my $body = '<pre class="output">' . escape(printable($answer->{output})) . '</pre>';
    $body .= '<pre class="errors">' . escape(printable($answer->{errors})) . '</pre>'
        if $answer->{errors} ne '';
    my $message = $answer->{message};
    $message = $answer->{reason} if $message eq '' && $answer->{reason} ne 'done';
    return $body . paragraph('message', $message);
}

sub escape {
    my ($text) = @_;
    my %as = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "'" => '&#39;');
    $text =~ s/([&<>"'])/$as{$1}/g;
    return $text;
}

# Without control characters but tab and newline; what is not UTF-8 is marked.
sub printable {
    my ($text) = @_;
    if (!utf8::decode($text)) {
        $text =~ s/[^\x09\x0a\x20-\x7e]/?/g;
        return $text;
    }
    $text =~ s/[\x00-\x08\x0b-\x1f\x7f-\x9f]/\x{fffd}/g;
    utf8::encode($text);
    return $text;
}

sub paragraph {
    my ($kind, $text) = @_;
    return $text eq '' ? '' : qq(<p class="$kind">) . escape($text) . '</p>';
}

sub visitor {
    my ($page) = @_;
    my ($chosen) = ($ENV{QUERY_STRING} || '') =~ /(?:^|&)brig_language=([A-Za-z0-9-]{1,35})(?:&|\z)/;
    my $wish = $chosen || $ENV{HTTP_ACCEPT_LANGUAGE} || '';
    $page->{language} = $wish =~ /\A[A-Za-z0-9,;=.* -]{1,255}\z/ ? $wish : '';
    $page->{secure} = ($ENV{HTTPS} || '') =~ /^(on|1)\z/i;
    $page->{cookie} = $page->{secure} ? '__Host-hole' : 'hole';
    for my $part (split /;\s*/, $ENV{HTTP_COOKIE} || '') {
        my ($name, $value) = split /=/, $part, 2;
        $page->{token} = $value
            if $name eq $page->{cookie} && ($value || '') =~ /\A[A-Za-z0-9_-]{16,128}\z/;
    }
}

sub same_site {
    my $site = $ENV{HTTP_SEC_FETCH_SITE};
    return 0 if defined $site && $site ne 'same-origin' && $site ne 'none';
    my $origin = $ENV{HTTP_ORIGIN};
    return !defined $origin || $origin =~ m{\Ahttps?://\Q@{[$ENV{HTTP_HOST} || '']}\E\z};
}

sub read_body {
    my ($page) = @_;
    my $body = '';
    my $left = $ENV{CONTENT_LENGTH} || 0;
    binmode STDIN;
    while ($left > 0) {
        my $count = sysread(STDIN, $body, $left, length $body) or last;
        $left -= $count;
    }
    my $kind = $ENV{CONTENT_TYPE} || '';
    if ($kind =~ m{^multipart/form-data.*boundary="?([^";]{1,70})}) {
        my @parts = split /--\Q$1\E/, $body;
        for my $part (@parts[ 1 .. $#parts - 1 ]) {
            my ($head, $content) = split /\r\n\r\n/, $part, 2;
            next if !defined $content || $head !~ /[; ]name="([^"]*)"/;
            my $name = $1;
            $content =~ s/\r\n\z//;
            if ($head !~ /filename=/) {
                $page->{values}{$name} = $content;
            } elsif ($content ne '') {
                $page->{files}{$name} = $content;
            }
        }
        return;
    }
    for my $pair (split /&/, $body) {
        my ($name, $value) = split /=/, $pair, 2;
        for ($name, $value) {
            $_ = '' if !defined $_;
            tr/+/ /;
            s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
        }
        $page->{values}{$name} = $value if $name ne '';
    }
}

sub send_page {
    my ($page, $body, $status) = @_;
    my $title = escape($page->{title} || $page->{job});
    my $cookie = '';
    if ($page->{token}) {
        $cookie = "Set-Cookie: $page->{cookie}=$page->{token}; Path=/; HttpOnly; SameSite=Strict"
            . ($page->{secure} ? '; Secure' : '') . "\r\n";
    }
    binmode STDOUT;
    print 'Status: ', $status || '200 OK', "\r\n",
        "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n",
        "X-Content-Type-Options: nosniff\r\n",
        "Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self';",
        " base-uri 'none'; frame-ancestors 'none'\r\n", $cookie, "\r\n",
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>$title</title></head><body>\n",
        "$body\n</body></html>\n";
}

1;
