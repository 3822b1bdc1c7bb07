"""Calls jobs of Brig's hole from inside a jail. One file, the standard library alone.

    import hole
    answer = hole.Hole().call("report", {"year": "2026"})
    if answer.reason == "done":
        print(answer.output.decode())

A web page with a form is hole.cgi(...); clients/stub/report.py shows one. docs/hole.md explains all.
"""

import html
import os
import re
import socket
import sys
import urllib.parse

DOORS = "/run/hole"
MOST = 65536


class HoleError(Exception):
    """The listener is not there, or went away before it had told the end."""


class Answer:
    """How a call ended.

    code     0 to 255: what a command that made the call would exit with
    signal   what killed the program, or 0
    reason   "done", "failed", "signalled", "invalid", "refused", "login", "busy", "timeout", ...
    message  a sentence for the visitor, perhaps empty
    output   bytes of the program, or the description that was asked for
    errors   bytes of its standard error output, if the job sends them
    wrong    what is wrong with the values, by the names of fields
    form     JSON of the form that comes next, perhaps empty
    token    the session's token that is good from now on; None: it has not changed
    """

    def __init__(self):
        self.code, self.signal, self.reason, self.message = 111, 0, "unavailable", ""
        self.output = self.errors = self.form = b""
        self.wrong = {}
        self.token = None


class Hole:
    def __init__(self, doors=None):
        """doors: the directory of the hole's doors; else $HOLE, else /run/hole."""
        self.path = (doors or os.environ.get("HOLE") or DOORS) + "/socket"

    def call(self, job, values=None, files=None, token=None, language=None, output=None):
        """Runs a job; output, if given, is called with each piece of its output as it comes."""
        return self._talk(job, values, files, token, language, b"G", b"", output)

    def describe(self, job=None, values=None, token=None, language=None, kind="html", files=None):
        """The job's form, or all jobs, as kind: "html", "html checked", "json", "json checked".
        What was sent goes along with the checked ones, files too: of a wizard they are kept."""
        return self._talk(job, values, files, token, language, b"D", kind.encode(), None)

    def _talk(self, job, values, files, token, language, verb, payload, output):
        request = [frame(b"V", b"1")]
        if job is not None:
            request.append(frame(b"J", octets(job)))
        if token:
            request.append(frame(b"T", octets(token)))
        if language:
            request.append(frame(b"L", octets(language)))
        for name, value in (values or {}).items():
            request.append(frame(b"A", octets(name) + b"=" + octets(value)))
        for name, content in (files or {}).items():
            content = octets(content)
            for at in range(0, len(content), MOST):
                request.append(frame(b"I", content[at : at + MOST]))
            request.append(frame(b"Z", octets(name)))
        request.append(frame(verb, payload))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            try:
                s.connect(self.path)
            except OSError as e:
                raise HoleError(f"cannot reach the hole at {self.path}: {e.strerror}") from e
            try:
                s.sendall(b"".join(request))
            except (BrokenPipeError, ConnectionResetError):
                pass  # why, it has said
            with s.makefile("rb") as stream:
                return read(stream, output)


def octets(value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8")


def frame(kind, payload):
    if len(payload) > MOST:
        raise HoleError("a value of more than 65536 bytes")
    return kind + b" %d\n" % len(payload) + payload


def read(stream, output):
    answer = Answer()
    parts = {b"O": [], b"E": [], b"F": []}
    try:
        while True:
            header = stream.readline(32)
            found = re.fullmatch(rb"([A-Z]) (0|[1-9][0-9]{0,4})\n", header)
            if not found:
                raise HoleError("the hole went away before the end")
            kind, payload = found[1], stream.read(int(found[2]))
            if len(payload) != int(found[2]):
                raise HoleError("the hole went away before the end")
            if kind == b"O" and output:
                output(payload)
            elif kind in parts:
                parts[kind].append(payload)
            elif kind == b"N":
                answer.token = payload.decode("ascii")
            elif kind == b"W":
                name, _, message = payload.decode("utf-8").partition("=")
                answer.wrong[name] = message
            elif kind == b"X":
                words = payload.decode("utf-8").split(" ", 3)
                answer.code, answer.signal, answer.reason = int(words[0]), int(words[1]), words[2]
                answer.message = words[3] if len(words) > 3 else ""
                break
    except ConnectionResetError as e:
        raise HoleError("the hole went away before the end") from e
    answer.output, answer.errors, answer.form = (b"".join(parts[k]) for k in (b"O", b"E", b"F"))
    return answer


# A page for a job: what a CGI program needs beside its two routines.


class Page:
    """What the visitor sent. The routines of a CGI program get it.

    values    what was typed, by the names of fields
    files     bytes of files, by the names of fields
    language  a wish such as "fr-CA,fr;q=0.9"
    job       the job whose form was sent, or will be shown
    answer    of the call that was refused, when the form is shown again; else None
    """

    def __init__(self, hole, job, environ, login=None):
        self.hole, self.job, self.environ, self.login = hole, job, environ, login
        self.values, self.files, self.answer = {}, {}, None
        query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        chosen = query.get("brig_language", [""])[0]
        chosen = chosen if re.fullmatch("[A-Za-z0-9-]{1,35}", chosen) else ""
        self.language = chosen or language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        self.secure = environ.get("HTTPS", "").lower() in ("on", "1")
        self.cookie = "__Host-hole" if self.secure else "hole"
        self.token = None
        for part in environ.get("HTTP_COOKIE", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == self.cookie and re.fullmatch("[A-Za-z0-9_-]{16,128}", value):
                self.token = value

    def form(self):
        """The job's form as the hole draws it, in the visitor's language, errors beside fields."""
        kind, files = ("html checked", self.files) if self.answer else ("html", None)
        shown = self.hole.describe(self.job, self.values, self.token, self.language, kind, files)
        self.token = shown.token or self.token
        if shown.reason == "login" and self.login and self.job != self.login:
            self.job, self.values, self.files, self.answer = self.login, {}, {}, None
            return self.form()
        text = shown.output.decode("utf-8") or "<p>%s</p>" % html.escape(shown.message)
        if self.job != self.login:
            return text
        # On its return it says whose it is.
        mark = '<input type="hidden" name="hole_job" value="%s">' % self.login
        return _text("message", self.answer.message if self.answer else "") + text.replace(
            "</form>", mark + "</form>")

    def run(self, job, values=None, files=None):
        """Runs another job of the visitor's before the form is shown, such as one that keeps what
        the form offers. The answer, as of Hole.call."""
        shown = self.hole.describe(job, None, self.token, self.language, "json")
        found = re.search(rb'"nonce" ?: ?"([A-Za-z0-9_-]+)"', shown.output)
        self.token = shown.token or self.token
        values = dict(values or {}, **({"brig_nonce": found[1]} if found else {}))
        answer = self.hole.call(job, values, files, self.token, self.language)
        self.token = answer.token or self.token
        return answer


def language(header):
    """Accept-Language, if it is one that the hole takes."""
    return header if re.fullmatch(r"[A-Za-z0-9,;=.* -]{1,255}", header) else ""


def cgi(job, show_form, prepare_input, title=None, login=None, doors=None):
    """Serves one request: shows the form, or runs the job with what was sent.

    show_form(page)      returns the form as HTML
    prepare_input(page)  returns the values and the files to call the job with
    login                the job that logs in, for a job that needs a session
    """
    environ = os.environ
    page = Page(Hole(doors), job, environ, login)
    try:
        if environ.get("REQUEST_METHOD") != "POST":
            _send(page, title, show_form(page), "200 OK")
            return
        if not _same_site(environ):
            _send(page, title, "<p>This form was not sent from here.</p>", "403 Forbidden")
            return
        _read_body(page, sys.stdin.buffer.read(int(environ.get("CONTENT_LENGTH") or 0)))
        if "brig_nonce" in page.values:
            page.values["brig_peer"] = environ.get("REMOTE_ADDR", "")
        if login and page.values.pop("hole_job", b"") == octets(login):
            page.job = login
        values, files = prepare_input(page)
        answer = page.hole.call(page.job, values, files, page.token, page.language)
        page.token = answer.token or page.token
        if answer.reason == "login" and login:
            page.job, page.values, page.files = login, {}, {}
            _send(page, title, show_form(page), "200 OK")
        elif answer.reason == "invalid" or (answer.reason == "failed" and page.job == login):
            page.answer = answer
            _send(page, title, show_form(page), "200 OK")
        elif login and page.job == login:
            page.job, page.values, page.files = job, {}, {}
            _send(page, title, show_form(page), "200 OK")
        else:
            status = "503 Service Unavailable" if answer.reason == "busy" else "200 OK"
            _send(page, title, result(answer), status)
    except HoleError:
        _send(page, title, "<p>This service is not available now.</p>", "503 Service Unavailable")


def result(answer):
    """A call's result as HTML. What a program wrote is text and nothing else."""
    body = '<pre class="output">%s</pre>' % html.escape(printable(answer.output))
    if answer.errors:
        body += '<pre class="errors">%s</pre>' % html.escape(printable(answer.errors))
    message = answer.message or ("" if answer.reason == "done" else answer.reason)
    return body + _text("message", message)


def printable(output):
    """Text without control characters but tab and newline; what is not UTF-8 is marked."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", output.decode("utf-8", "replace"))


def _text(kind, text):
    return '<p class="%s">%s</p>' % (kind, html.escape(text)) if text else ""


def _same_site(environ):
    origin = environ.get("HTTP_ORIGIN")
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site not in (None, "same-origin", "none"):
        return False
    return origin is None or urllib.parse.urlsplit(origin).netloc == environ.get("HTTP_HOST")


def _read_body(page, body):
    kind = page.environ.get("CONTENT_TYPE", "")
    if kind.startswith("multipart/form-data"):
        boundary = re.search(r'boundary="?([^";]{1,70})"?', kind)
        for part in body.split(b"--" + boundary[1].encode())[1:-1] if boundary else []:
            head, _, content = part[2:].partition(b"\r\n\r\n")
            name = re.search(rb'[; ]name="([^"]*)"', head)
            if not name:
                continue
            name, content = name[1].decode("utf-8", "replace"), content[:-2]
            if b"filename=" in head:
                if content:
                    page.files[name] = content
            else:
                page.values[name] = content
    else:
        for pair in body.split(b"&"):
            name, _, value = pair.replace(b"+", b" ").partition(b"=")
            if name:
                page.values[urllib.parse.unquote_to_bytes(name).decode("utf-8", "replace")] = (
                    urllib.parse.unquote_to_bytes(value))


def _send(page, title, body, status):
    out = sys.stdout.buffer
    headers = ["Status: " + status, "Content-Type: text/html; charset=utf-8",
               "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
               "Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self';"
               " base-uri 'none'; frame-ancestors 'none'"]
    if page.token:
        secure = "; Secure" if page.secure else ""
        headers.append("Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Strict%s"
                       % (page.cookie, page.token, secure))
    title = html.escape(title or page.job)
    text = ("\r\n".join(headers) + "\r\n\r\n<!doctype html>\n<html><head><meta charset=\"utf-8\">"
            "<title>%s</title></head><body>\n%s\n</body></html>\n" % (title, body))
    out.write(text.encode("utf-8"))
    out.flush()
