# Calls jobs of Brig's hole from inside a jail, through the pipes of its FIFO door. One file for any
# POSIX sh, to be read with ". ./hole.sh". Of programs it needs cat, and mkfifo and rm; where the
# jail has not even those, let the administrator make the pipes NAME, NAME.in and NAME.end and set
# HOLE_REPLY=NAME: calls must then come one after the other.
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
  if [ -n "${HOLE_REPLY:-}" ]; then
    hole_id=$HOLE_REPLY
  else
    hole_count=$((hole_count + 1))
    hole_id=r$$.$hole_count
  fi
  hole_pipes=$hole_doors/replies/$hole_id
  hole_end '111 0 unavailable'
  # Without a listener, whoever opens the pipe waits for ever; its socket goes with it.
  if [ ! -p "$hole_doors/fifo" ] || [ ! -S "$hole_doors/socket" ]; then
    return 111
  fi
  if [ -z "${HOLE_REPLY:-}" ]; then
    # Not mkfifo -m: that wants /proc, which a jail has not.
    (umask 077 && mkfifo "$hole_pipes" "$hole_pipes.in" "$hole_pipes.end") || return 111
    trap 'rm -f "$hole_pipes" "$hole_pipes.in" "$hole_pipes.end"' EXIT
  fi
  printf '%s %s\n' "$hole_job" "$hole_id" >"$hole_doors/fifo"
  # The input in a process of its own: the hole may answer before it has read all.
  (
    trap '' PIPE
    {
      printf '%s%%%%\n' "$hole_lines"
      for hole_file in "$@"; do
        cat "$hole_file"
        printf '\n%%%%\n'
      done
    } >"$hole_pipes.in"
  ) 2>/dev/null &
  cat "$hole_pipes"
  hole_last=
  read -r hole_last <"$hole_pipes.end"
  kill "$!" 2>/dev/null
  wait "$!" 2>/dev/null
  if [ -z "${HOLE_REPLY:-}" ]; then
    rm -f "$hole_pipes" "$hole_pipes.in" "$hole_pipes.end"
    trap - EXIT
  fi
  hole_end "${hole_last:-111 0 unavailable the hole went away before the end}"
  return "$hole_code"
}

# Parts CODE SIGNAL REASON MESSAGE.
hole_end() {
  hole_message=
  # shellcheck disable=SC2034 # for who calls
  read -r hole_code hole_signal hole_reason hole_message <<EOF
$1
EOF
}

# The job's form as HTML, as the hole draws it: hole_form JOB [checked].
hole_form() {
  hole_lines="$hole_lines@describe=html${2:+ $2}$hole_nl"
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
    show_form
    return
  fi
  case ${HTTP_ORIGIN:-none} in
    none | "http://${HTTP_HOST:-}" | "https://${HTTP_HOST:-}") ;;
    *)
      echo '<p>This form was not sent from here.</p>'
      return
      ;;
  esac
  hole_body=$(cat)
  prepare_input
  for hole_name in brig_nonce brig_page brig_go; do
    if hole_sent "$hole_name"; then
      hole_value "$hole_name" "$hole_found"
    fi
  done
  # What the program writes is text and nothing else.
  printf '<pre class="output">'
  {
    hole_call "$1"
    if [ "$hole_reason" != "done" ]; then
      printf '\n%s\n' "${hole_message:-$hole_reason}"
    fi
  } | hole_html_lines
  printf '</pre>\n'
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
  hole_found=
  return 1
}
