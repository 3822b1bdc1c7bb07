# Calls jobs of Brig's hole from inside a jail, through the pipes of its FIFO door. One file for any
# POSIX sh, to be read with ". ./hole.sh". It needs /dev/null and cat, and mkfifo and rm; where the
# jail has not even those, let the administrator make the pipes NAME, NAME.in and NAME.end and set
# HOLE_REPLY=NAME: calls must then come one after the other. With sleep in the jail a call is given up
# when the hole does not answer within HOLE_PATIENCE seconds, 60 unless you set it; without, one whose
# listener was killed meanwhile waits until there is another listener.
#
#   hole_begin
#   hole_value year 2026
#   hole_call report           # prints the output; the status is the job's
#   echo "$hole_reason"        # done, failed, refused, ...
#
# A web page with a form is hole_cgi; clients/stub/report.sh shows one. docs/hole.md explains all.

hole_nl='
'
hole_count=0
hole_sleep=$(command -v sleep) || hole_sleep=

# Begins a call: no values, no language.
hole_begin() {
  hole_lines=
}

# Gives a value: hole_value NAME VALUE. One with a newline cannot go through a pipe of lines.
hole_value() {
  case $1$2 in
    *"$hole_nl"*)
      hole_end '100 0 invalid a value of several lines'
      return 1
      ;;
  esac
  case $1 in
    '' | *[!a-z0-9_]*) return 1 ;;
  esac
  hole_lines=$hole_lines$1=$2$hole_nl
}

# Gives the visitor's language: a tag, or a whole Accept-Language.
hole_language() {
  case $1 in
    '' | *[!A-Za-z0-9,\;=.*\ -]*) ;;
    *) hole_lines=$hole_lines@language=$1$hole_nl ;;
  esac
}

# Gives the session's token.
hole_token() {
  case $1 in
    '' | *[!A-Za-z0-9_-]*) ;;
    *) hole_lines=$hole_lines@token=$1$hole_nl ;;
  esac
}

# Runs a job: hole_call JOB [FILE]..., each FILE one input section of the job, in its order. A line
# "%%" must not be in them.
hole_call() {
  hole_doors=${HOLE:-/run/hole}
  hole_job=$1
  shift
  hole_end '111 0 unavailable'
  # Without a listener, whoever opens the pipe waits; its socket goes with it, if it was not killed.
  if [ ! -p "$hole_doors/fifo" ] || [ ! -w "$hole_doors/fifo" ] || [ ! -S "$hole_doors/socket" ]; then
    return 111
  fi
  hole_make_pipes || return 111
  # The input in a process of its own: the hole may answer before it has read all.
  (
    trap '' PIPE
    printf '%s %s\n' "$hole_job" "$hole_id" >"$hole_doors/fifo"
    {
      printf '%s%%%%\n' "$hole_lines"
      for hole_file in "$@"; do
        cat "$hole_file"
        printf '\n%%%%\n'
      done
    } >"$hole_pipes.in"
  ) >&- 2>&- &
  hole_feeder=$!
  hole_wait=${HOLE_PATIENCE:-60}
  hole_last=
  hole_from "$hole_pipes" cat
  hole_from "$hole_pipes.end" hole_read
  kill "$hole_feeder" 2>&- || :
  wait "$hole_feeder" 2>&- || :
  if [ -z "${HOLE_REPLY:-}" ]; then
    rm -f "$hole_pipes" "$hole_pipes.in" "$hole_pipes.end"
    trap - EXIT
  fi
  hole_end "${hole_last:-111 0 unavailable the hole went away before the end}"
  return "$hole_code"
}

# A client that was killed has left its pipes, and its number may be this one's: then another name.
hole_make_pipes() {
  if [ -n "${HOLE_REPLY:-}" ]; then
    hole_id=$HOLE_REPLY
    hole_pipes=$hole_doors/replies/$hole_id
    return 0
  fi
  hole_tries=0
  while [ "$hole_tries" -lt 100 ]; do
    hole_tries=$((hole_tries + 1))
    hole_count=$((hole_count + 1))
    hole_id=r$$.$hole_count
    hole_pipes=$hole_doors/replies/$hole_id
    # Not mkfifo -m: that wants /proc, which a jail has not.
    if [ ! -e "$hole_pipes" ] && (umask 077 && mkfifo "$hole_pipes") 2>&-; then
      trap 'rm -f "$hole_pipes" "$hole_pipes.in" "$hole_pipes.end"' EXIT
      if [ -e "$hole_pipes.in" ] || [ -e "$hole_pipes.end" ]; then
        rm -f "$hole_pipes.in" "$hole_pipes.end"
      fi
      (umask 077 && mkfifo "$hole_pipes.in" "$hole_pipes.end")
      return
    fi
  done
  return 1
}

# Opens a pipe as soon as the hole has, for a command that reads it: from then on its end is the
# hole's, whatever becomes of that. A child that ends meanwhile may interrupt the shell.
hole_from() {
  hole_watch "$1"
  hole_tries=0
  while [ "$hole_tries" -lt 10 ]; do
    hole_tries=$((hole_tries + 1))
    {
      hole_tries=10
      hole_unwatch
      "$2"
    } 2>&- <"$1"
  done
}

hole_read() {
  read -r hole_last
}

# In a while opens a pipe, so that who waits for another to open it goes on, and reads nothing.
hole_watch() {
  hole_watcher=
  [ -n "$hole_sleep" ] || return 0
  (
    trap 'kill "$hole_sleeper"; exit 1' TERM
    "$hole_sleep" "$hole_wait" &
    hole_sleeper=$!
    wait "$hole_sleeper"
    trap '' TERM
    "$hole_sleep" 1 <>"$1"
  ) >&- 2>&- &
  hole_watcher=$!
}

hole_unwatch() {
  if [ -n "$hole_watcher" ]; then
    kill "$hole_watcher" 2>&- || :
    # It was not too late: then it has ended by itself, and there is nothing more to wait for.
    ! wait "$hole_watcher" 2>&- || hole_wait=1
  fi
}

# Parts CODE SIGNAL REASON MESSAGE.
hole_end() {
  hole_message=
  # shellcheck disable=SC2034 # for who calls
  read -r hole_code hole_signal hole_reason hole_message <<EOF
$1
EOF
}

# The job's form as HTML, as the hole draws it: hole_form JOB [checked]. When hole_cgi shows it again,
# it is checked by itself, what was typed in its fields and what is wrong beside them.
hole_form() {
  hole_kind=${2:-${hole_again:-}}
  hole_lines="$hole_lines@describe=html${hole_kind:+ $hole_kind}$hole_nl"
  hole_call "$1"
}

# What a CGI program needs beside its two routines.

# Prints text for HTML.
hole_html() {
  hole_rest=$1
  while [ -n "$hole_rest" ]; do
    hole_plain=${hole_rest%%[\&\<\>\"]*}
    printf '%s' "$hole_plain"
    hole_rest=${hole_rest#"$hole_plain"}
    case $hole_rest in
      '&'*) printf '&amp;' ;;
      '<'*) printf '&lt;' ;;
      '>'*) printf '&gt;' ;;
      '"'*) printf '&quot;' ;;
    esac
    hole_rest=${hole_rest#?}
  done
}

# The same for what comes on standard input; control characters become question marks.
hole_html_lines() {
  while IFS= read -r hole_line || [ -n "$hole_line" ]; do
    case $hole_line in
      *[[:cntrl:]]*)
        hole_clean=
        while [ -n "$hole_line" ]; do
          hole_after=${hole_line#?}
          hole_first=${hole_line%"$hole_after"}
          case $hole_first in
            '	') ;;
            [[:cntrl:]]) hole_first='?' ;;
          esac
          hole_clean=$hole_clean$hole_first
          hole_line=$hole_after
        done
        hole_line=$hole_clean
        ;;
    esac
    hole_html "$hole_line"
    echo
  done
}

# Decodes %XX and +, into hole_decoded; fails for NUL and for what is no encoding.
hole_decode() {
  hole_rest=$1
  hole_decoded=
  while [ -n "$hole_rest" ]; do
    hole_plain=${hole_rest%%[+%]*}
    hole_decoded=$hole_decoded$hole_plain
    hole_rest=${hole_rest#"$hole_plain"}
    case $hole_rest in
      +*)
        hole_decoded="$hole_decoded "
        hole_rest=${hole_rest#?}
        ;;
      %00*) return 1 ;;
      %[0-9A-Fa-f][0-9A-Fa-f]*)
        hole_tail=${hole_rest#???}
        hole_hex=${hole_rest%"$hole_tail"}
        # A word behind it, for $(...) takes newlines from the end.
        # shellcheck disable=SC2059 # the octal number is made here
        hole_octet=$(printf "\\$(printf '%03o' "0x${hole_hex#%}")"; printf x)
        hole_decoded=$hole_decoded${hole_octet%x}
        hole_rest=$hole_tail
        ;;
      %*) return 1 ;;
    esac
  done
}

# Serves one request: hole_cgi JOB TITLE. show_form prints the form; prepare_input gives the values
# that the job gets, and finds what was sent by hole_sent NAME, which puts it into hole_found.
hole_cgi() {
  LC_ALL=C
  hole_begin
  hole_wish=${HTTP_ACCEPT_LANGUAGE:-}
  case ${QUERY_STRING:-} in
    brig_language=*) hole_wish=${QUERY_STRING#brig_language=} ;;
  esac
  hole_language "$hole_wish"
  printf 'Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n'
  printf "Content-Security-Policy: default-src 'none'; form-action 'self'; base-uri 'none'\r\n"
  printf 'X-Content-Type-Options: nosniff\r\n\r\n'
  printf '<!doctype html>\n<html><head><meta charset="utf-8"><title>'
  hole_html "$2"
  printf '</title></head><body>\n'
  hole_serve "$1"
  printf '</body></html>\n'
}

hole_serve() {
  if [ "${REQUEST_METHOD:-}" != POST ]; then
    hole_show
    return
  fi
  case ${HTTP_ORIGIN:-none} in
    none | "http://${HTTP_HOST:-}" | "https://${HTTP_HOST:-}") ;;
    *)
      echo '<p>This form was not sent from here.</p>'
      return
      ;;
  esac
  case ${CONTENT_TYPE:-} in
    multipart/*)
      echo '<p>This page takes no files.</p>'
      return
      ;;
  esac
  hole_body=$(cat)
  prepare_input
  # What the program writes is text and nothing else.
  printf '<pre class="output">'
  hole_reason=$(
    {
      {
        hole_call "$1"
        echo "$hole_reason" >&4
        case $hole_reason in
          'done' | invalid) ;;
          *) printf '\n%s\n' "${hole_message:-$hole_reason}" ;;
        esac
      } | hole_html_lines >&3
    } 4>&1
  ) 3>&1
  printf '</pre>\n'
  if [ "$hole_reason" = invalid ]; then
    hole_again=checked
    hole_show
  fi
}

hole_show() {
  hole_reason=
  show_form
  case $hole_reason in
    '' | 'done') ;;
    *)
      printf '<p class="message">'
      hole_html "${hole_message:-$hole_reason}"
      echo '</p>'
      ;;
  esac
}

# What was sent under a name, into hole_found; fails when nothing was.
hole_sent() {
  hole_left=$hole_body
  while [ -n "$hole_left" ]; do
    hole_pair=${hole_left%%&*}
    case $hole_left in
      *"&"*) hole_left=${hole_left#*&} ;;
      *) hole_left= ;;
    esac
    if [ "${hole_pair%%=*}" = "$1" ]; then
      hole_decode "${hole_pair#*=}" || return 1
      hole_found=$hole_decoded
      return 0
    fi
  done
  # shellcheck disable=SC2034 # for who calls
  hole_found=
  return 1
}
