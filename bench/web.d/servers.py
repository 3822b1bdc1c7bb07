"""The servers of bench/web: configuration, start, end. Each has a port, and the next one for TLS."""
import os, signal, socket, subprocess, time

import measure

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MODULES = "/usr/lib/apache2/modules"
PORTS = {"brig": 7010, "brig-nojail": 7020, "also": 7030, "nginx": 7040, "nginx-cache": 7050, "lighttpd": 7060, "apache": 7070}
PATIENCE = 60


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def lay_out(base):
    """A site, a certificate, a program, an application."""
    os.chmod(base, 0o755)
    for directory in ["site/cgi-bin", "site/run", "run", "tmp", "tls", "home"]:
        os.makedirs(f"{base}/{directory}")
    write(f"{base}/site/1k.html", "x" * 1023 + "\n")
    for name, size in [("100k.bin", 100 << 10), ("100m.bin", 100 << 20)]:
        with open(f"{base}/site/{name}", "wb") as file:
            file.write(os.urandom(1 << 10) * (size >> 10))
    source = f"{BENCH}/web.d"
    run = lambda *line: subprocess.run(line, check=True, capture_output=True)
    run("gcc", "-O2", "-static", "-o", f"{base}/site/cgi-bin/hello", f"{source}/hello.c")
    run("gcc", "-O2", "-o", f"{base}/run/application", f"{source}/application.c", "-lpthread")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-keyout", f"{base}/tls/key.pem", "-out", f"{base}/tls/cert.pem")  # fmt: skip
    with open(f"{base}/tls/both.pem", "wb") as both:
        for part in ["key.pem", "cert.pem"]:
            with open(f"{base}/tls/{part}", "rb") as file:
                both.write(file.read())
    # Apache goes into BASE and keeps the paths that it was told outside: inside they lead back.
    inside = f"{base}{base}"
    os.makedirs(os.path.dirname(inside))
    os.symlink("/", inside)


def application(base):
    place = f"{base}/site/run/app.sock"
    process = subprocess.Popen([f"{base}/run/application", place])
    end = time.monotonic() + PATIENCE
    while not os.path.exists(place):
        if process.poll() is not None or time.monotonic() > end:
            raise SystemExit("bench/web: the FastCGI application does not start")
        time.sleep(0.01)
    return process


class Server:
    def __init__(self, name, base, line, environment=None, helpers=()):
        self.name, self.port, self.base = name, PORTS[name], base
        self.line, self.environment, self.helpers = line, environment, helpers
        self.processes = []

    def url(self, path, secure):
        return f"https://127.0.0.1:{self.port + 1}{path}" if secure else f"http://127.0.0.1:{self.port}{path}"

    def start(self):
        """Seconds until the first answer."""
        log = open(f"{self.base}/run/{self.name}.log", "wb")
        began = time.monotonic()
        for line in [self.line, *self.helpers]:
            process = subprocess.Popen(
                line, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.base,
                env={**os.environ, **(self.environment or {})}, start_new_session=True)  # fmt: skip
            self.processes.append(process)
        log.close()
        while not self.answers():
            if self.processes[0].poll() is not None or time.monotonic() - began > PATIENCE:
                self.stop()
                with open(f"{self.base}/run/{self.name}.log", encoding="utf-8", errors="replace") as file:
                    raise SystemExit(f"bench/web: {self.name} does not serve: {file.read()[-500:]}")
            time.sleep(0.001)
        return time.monotonic() - began

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as client:
                client.sendall(b"GET /1k.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return client.recv(12) == b"HTTP/1.1 200"
        except OSError:
            return False

    def pids(self):
        return measure.tree(*[process.pid for process in self.processes])

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            try:
                os.killpg(process.pid, signal.SIGKILL)  # what it has left: fcgiwrap's workers
            except ProcessLookupError:
                pass
        self.processes = []


def make(name, base, given, plain):
    """plain: files only, to see how soon it serves."""
    if name in ("brig", "brig-nojail", "also"):
        return brig(name, base, given, plain)
    return {"nginx": nginx, "nginx-cache": nginx, "lighttpd": lighttpd, "apache": apache}[name](name, base, plain)


def brig(name, base, given, plain):
    port = PORTS[name]
    text = f'listen = ["127.0.0.1:{port}"]\nroot = "site"\n'
    if not plain:
        text += f"""listen_tls = ["127.0.0.1:{port + 1}"]
tls = {{ certificate = "tls/cert.pem", key = "tls/key.pem" }}
[[location]]
path = "/cgi-bin/"
cgi = "site/cgi-bin"
[[location]]
path = "/app"
fastcgi = "unix:site/run/app.sock"
suffix = ""
at_once = 32
"""
    file = f"{base}/{name}.toml"
    write(file, text)
    program = given.also if name == "also" else given.brig
    line = [os.path.abspath(program), "serve"] + (["--no-jail"] if name == "brig-nojail" else []) + [file]
    return Server(name, base, line, {"BRIG_HOME": f"{base}/home/{name}"})


def nginx(name, base, plain):
    port = PORTS[name]
    cache = "open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;" if name == "nginx-cache" else ""
    temporary = "\n".join(f"{kind}_temp_path {base}/tmp/{name}-{kind};" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    fast = "include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;"
    more = "" if plain else f"""
      listen 127.0.0.1:{port + 1} ssl; ssl_certificate {base}/tls/cert.pem; ssl_certificate_key {base}/tls/key.pem; ssl_protocols TLSv1.3;
      location /cgi-bin/ {{ {fast} fastcgi_pass unix:{base}/site/run/{name}.sock; }}
      location /app {{ {fast} fastcgi_keep_conn on; fastcgi_pass app; }}"""
    write(f"{base}/{name}.conf", f"""
daemon off; worker_processes 2; pid {base}/run/{name}.pid; error_log {base}/run/{name}.log; user www-data;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; types {{ text/html html; }}
  {temporary} {cache}
  upstream app {{ server unix:{base}/site/run/app.sock; keepalive 32; keepalive_requests 100000000; }}
  server {{ listen 127.0.0.1:{port}; root {base}/site; {more} }}
}}
""")  # fmt: skip
    wrap = ["sh", "-c", f"umask 0; exec fcgiwrap -c 16 -s unix:{base}/site/run/{name}.sock"]
    if os.path.exists(f"{base}/site/run/{name}.sock"):
        os.unlink(f"{base}/site/run/{name}.sock")
    return Server(name, base, ["nginx", "-e", f"{base}/run/{name}.log", "-c", f"{base}/{name}.conf"], helpers=[] if plain or name != "nginx" else [wrap])


def lighttpd(name, base, plain):
    port = PORTS[name]
    more = "" if plain else f"""
server.modules = ( "mod_cgi", "mod_fastcgi", "mod_openssl" )
$HTTP["url"] =~ "^/cgi-bin/" {{ cgi.assign = ( "" => "" ) }}
fastcgi.server = ( "/app" => (( "socket" => "{base}/site/run/app.sock", "check-local" => "disable" )) )
$SERVER["socket"] == "127.0.0.1:{port + 1}" {{
  ssl.engine = "enable"
  ssl.pemfile = "{base}/tls/both.pem"
  ssl.openssl.ssl-conf-cmd = ( "MinProtocol" => "TLSv1.3" )
}}
"""
    write(f"{base}/{name}.conf", f"""
server.document-root = "{base}/site"
server.bind = "127.0.0.1"
server.port = {port}
server.username = "www-data"
server.groupname = "www-data"
server.max-keep-alive-requests = 100000000
server.max-worker = 2
server.max-fds = 8192
server.upload-dirs = ( "{base}/tmp" )
mimetype.assign = ( ".html" => "text/html" )
{more}""")  # fmt: skip
    return Server(name, base, ["lighttpd", "-D", "-f", f"{base}/{name}.conf"])


def apache(name, base, plain):
    port = PORTS[name]
    # A thread that ends looks for it, and inside there is none: it is loaded before.
    unwinder = subprocess.run(["gcc", "-print-file-name=libgcc_s.so.1"], check=True, capture_output=True, text=True).stdout.strip()
    modules = ["mpm_event", "authz_core", "alias"] + ([] if plain else ["cgid", "proxy", "proxy_fcgi", "ssl"])
    load = "\n".join(f"LoadModule {module}_module {MODULES}/mod_{module}.so" for module in modules)
    more = "" if plain else f"""
Listen 127.0.0.1:{port + 1}
ScriptSock {base}/run/cgid.sock
ScriptAlias /cgi-bin/ {base}/site/cgi-bin/
ProxyPass /app unix:{base}/site/run/app.sock|fcgi://localhost/ enablereuse=on
SSLSessionCache none
SSLProtocol TLSv1.3
<VirtualHost 127.0.0.1:{port + 1}>
  DocumentRoot {base}/site
  SSLEngine on
  SSLCertificateFile {base}/tls/cert.pem
  SSLCertificateKeyFile {base}/tls/key.pem
</VirtualHost>
"""
    write(f"{base}/{name}.conf", f"""
ServerRoot {base}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {base}/run/apache.pid
DefaultRuntimeDir {base}/run
ErrorLog {base}/run/{name}.log
LoadFile {unwinder}
{load}
User www-data
Group www-data
ChrootDir {base}
DocumentRoot {base}/site
MaxKeepAliveRequests 0
{more}""")  # fmt: skip
    return Server(name, base, ["apache2", "-DFOREGROUND", "-f", f"{base}/{name}.conf"])
