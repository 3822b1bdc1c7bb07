package brig.cli.demo;

import brig.plan.Host;
import java.io.IOException;

/** The services that the demo can jail, in the order in which it looks for them. */
enum DemoService {
  NGINX("nginx", "/usr/sbin/nginx"),
  APACHE("apache2", "/usr/sbin/apache2"),
  LIGHTTPD("lighttpd", "/usr/sbin/lighttpd"),
  BUSYBOX("busybox", "/bin/busybox"),
  PYTHON("python3", "/usr/bin/python3");

  static final String GREETING = "Hello from inside the jail";
  static final String PAGE = "<!DOCTYPE html><title>Brig</title><h1>" + GREETING + "</h1>\n";
  private static final String CONFIGURATION = "/srv/demo.conf";
  private static final String SITE = "/srv/www";
  private static final String MODULES = "/usr/lib/apache2/modules/";

  private final String word;
  private final String program;

  DemoService(String word, String program) {
    this.word = word;
    this.program = program;
  }

  /** What a person calls it. */
  String word() {
    return word;
  }

  String program() {
    return program;
  }

  boolean isOn(Host host) throws IOException {
    return host.lstat(program) != null;
  }

  /**
   * Its jailfile: nothing of the host's configuration.
   *
   * @param files a directory of the host that becomes the jail's /srv
   */
  String jailfile(int port, String user, String files) {
    String modules =
        this == APACHE
            ? "include = [\"%smod_mpm_event.so\", \"%<smod_authz_core.so\", \"%<smod_dir.so\"]\n"
                .formatted(MODULES)
            : "";
    return "description = \"Brig's demo\"\nuser = \""
        + user
        + "\"\n"
        + command(port)
        + "\n[files]\nmap = { \"/srv\" = \""
        + files
        + "\" }\ntemporary = [\"/run\", \"/tmp\"]\n"
        + modules;
  }

  private String command(int port) {
    return switch (this) {
      case NGINX -> command("-e", "stderr", "-c", CONFIGURATION, "-g", "daemon off;");
      case APACHE -> command("-DFOREGROUND", "-f", CONFIGURATION);
      case LIGHTTPD -> command("-D", "-f", CONFIGURATION);
      case BUSYBOX -> command("httpd", "-f", "-p", "127.0.0.1:" + port, "-h", SITE);
      case PYTHON ->
          command(
              "-m",
              "http.server",
              String.valueOf(port),
              "--bind",
              "127.0.0.1",
              "--directory",
              SITE);
    };
  }

  /** Its configuration file, /srv/demo.conf; empty when it needs none. */
  String configuration(int port) {
    return switch (this) {
      case NGINX ->
          """
          pid /run/nginx.pid;
          error_log stderr;
          worker_processes 1;
          events { }
          http {
            access_log off;
            client_body_temp_path /tmp/body;
            proxy_temp_path /tmp/proxy;
            fastcgi_temp_path /tmp/fastcgi;
            uwsgi_temp_path /tmp/uwsgi;
            scgi_temp_path /tmp/scgi;
            types { text/html html; }
            server { listen 127.0.0.1:%d; root /srv/www; }
          }
          """
              .formatted(port);
      case APACHE ->
          """
          ServerRoot /srv
          ServerName localhost
          Listen 127.0.0.1:%d
          PidFile /run/apache2.pid
          DefaultRuntimeDir /run
          ErrorLog /tmp/error.log
          LoadModule mpm_event_module %smod_mpm_event.so
          LoadModule authz_core_module %<smod_authz_core.so
          LoadModule dir_module %<smod_dir.so
          DocumentRoot /srv/www
          DirectoryIndex index.html
          """
              .formatted(port, MODULES);
      case LIGHTTPD ->
          """
          server.document-root = "/srv/www"
          server.bind = "127.0.0.1"
          server.port = %d
          server.upload-dirs = ( "/tmp" )
          index-file.names = ( "index.html" )
          mimetype.assign = ( ".html" => "text/html" )
          """
              .formatted(port);
      case BUSYBOX, PYTHON -> "";
    };
  }

  private String command(String... arguments) {
    StringBuilder line = new StringBuilder("command = [\"").append(program).append('"');
    for (String argument : arguments) {
      line.append(", \"").append(argument).append('"');
    }
    return line.append("]\n").toString();
  }
}
