/*
 * A stand-in for two small web servers that Debian has no more: called boa, it takes the options,
 * the configuration and the indexer of Boa 0.94 with its chroot patch; called thttpd, those of
 * thttpd 2. It opens the same files in the same order, goes into its chroot and gives up root at
 * the same point, and serves enough of HTTP/1.0 for a test.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char root[4096] = "", access_log[4096] = "", error_log[4096] = "";
static char index_name[256] = "index.html", maker[4096] = "", types[4096] = "", user[64] = "";
static char alias[256] = "", alias_to[4096] = "", chroot_to[4096] = "";
static int port = 80, boa;
static FILE *log_file;

static void die(const char *what, const char *name) {
  fprintf(stderr, "%s: %s: %s\n", what, name, strerror(errno));
  exit(1);
}

static void set(char *to, size_t size, const char *value) { snprintf(to, size, "%s", value); }

/* boa.conf: "Name value" lines; thttpd.conf: "name=value". */
static void configure(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) die("cannot open the configuration", path);
  char line[4400], name[128], a[4096], b[4096];
  while (fgets(line, sizeof line, file)) {
    char *equals = strchr(line, '=');
    if (!boa && equals) *equals = ' ';
    *b = 0;
    int words = sscanf(line, "%127s %4095s %4095s", name, a, b);
    if (words < 1 || *name == '#') continue;
    if (words < 2) *a = 0;
    if (!strcasecmp(name, "port")) port = atoi(a);
    else if (!strcasecmp(name, "user")) set(user, sizeof user, a);
    else if (!strcmp(name, "DocumentRoot") || !strcmp(name, "dir")) set(root, sizeof root, a);
    else if (!strcmp(name, "DirectoryIndex")) set(index_name, sizeof index_name, a);
    else if (!strcmp(name, "DirectoryMaker")) set(maker, sizeof maker, a);
    else if (!strcmp(name, "MimeTypes")) set(types, sizeof types, a);
    else if (!strcmp(name, "ErrorLog")) set(error_log, sizeof error_log, a);
    else if (!strcmp(name, "AccessLog") || !strcmp(name, "logfile")) set(access_log, sizeof access_log, a);
    else if (!strcmp(name, "ScriptAlias")) set(alias, sizeof alias, a), set(alias_to, sizeof alias_to, b);
    else if (!strcmp(name, "cgipat")) { /* "/cgi-bin/" and two stars */
      set(alias, sizeof alias, *a == '/' ? a : "/cgi-bin/");
      *strchrnul(alias, '*') = 0;
    } else if (!strcmp(name, "chroot")) set(chroot_to, sizeof chroot_to, ".");
  }
  fclose(file);
}

static FILE *append(const char *path) {
  FILE *file = fopen(path, "a");
  if (!file) die("cannot open the log", path);
  setlinebuf(file);
  return file;
}

static void content_type(const char *path, char *type, size_t size) {
  char line[512], name[128];
  const char *dot = strrchr(path, '.');
  set(type, size, "text/plain");
  if (!*types) {
    if (dot && !strcmp(dot, ".html")) set(type, size, "text/html; charset=utf-8");
    return;
  }
  FILE *file = fopen(types, "r");
  if (!file) die("cannot open the types", types);
  while (dot && fgets(line, sizeof line, file)) {
    char *word = strtok(line, " \t\n");
    if (!word || *word == '#') continue;
    set(name, sizeof name, word);
    while ((word = strtok(NULL, " \t\n"))) if (!strcmp(word, dot + 1)) set(type, size, name);
  }
  fclose(file);
}

static void status(int to, int code, const char *text) {
  dprintf(to, "HTTP/1.0 %d %s\r\nContent-Type: text/html\r\n\r\n<h1>%d %s</h1>\n", code, text, code, text);
}

static void program(int to, const char *path, char *const argv[], const char *script, const char *query) {
  if (access(path, X_OK)) {
    status(to, errno == ENOENT ? 404 : 403, errno == ENOENT ? "Not Found" : "Forbidden");
    return;
  }
  dprintf(to, "HTTP/1.0 200 OK\r\n");
  if (fork() == 0) {
    char port_text[16];
    snprintf(port_text, sizeof port_text, "%d", port);
    clearenv();
    setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
    setenv("SERVER_PROTOCOL", "HTTP/1.0", 1);
    setenv("SERVER_PORT", port_text, 1);
    setenv("REQUEST_METHOD", "GET", 1);
    setenv("SCRIPT_NAME", script, 1);
    setenv("QUERY_STRING", query, 1);
    setenv("PATH", "/usr/bin:/bin", 1);
    dup2(to, 1);
    execv(path, argv);
    _exit(127);
  }
  wait(NULL);
}

static void serve(int to) {
  char request[8192], url[4096], path[9000], type[128];
  struct stat stat_of;
  ssize_t length = read(to, request, sizeof request - 1);
  if (length <= 0) return;
  request[length] = 0;
  if (sscanf(request, "GET %4095s", url) != 1) {
    status(to, 501, "Not Implemented");
    return;
  }
  char *query = strchrnul(url, '?');
  if (*query) *query++ = 0;
  if (*url != '/' || strstr(url, "/..")) {
    status(to, 400, "Bad Request");
  } else if (*alias && !strncmp(url, alias, strlen(alias))) {
    if (*alias_to) snprintf(path, sizeof path, "%s/%s", alias_to, url + strlen(alias));
    else snprintf(path, sizeof path, "%s%s", root, url);
    program(to, path, (char *[]) {path, NULL}, url, query);
  } else {
    snprintf(path, sizeof path, "%s%s", root, url);
    if (stat(path, &stat_of) == 0 && S_ISDIR(stat_of.st_mode)) {
      char index[9300];
      snprintf(index, sizeof index, "%s/%s", path, index_name);
      if (access(index, R_OK) && *maker) {
        program(to, maker, (char *[]) {maker, path, url, NULL}, url, "");
        return;
      }
      set(path, sizeof path, index);
    }
    int file = open(path, O_RDONLY);
    if (file < 0) {
      status(to, errno == ENOENT ? 404 : 403, errno == ENOENT ? "Not Found" : "Forbidden");
    } else {
      content_type(path, type, sizeof type);
      dprintf(to, "HTTP/1.0 200 OK\r\nContent-Type: %s\r\n\r\n", type);
      while ((length = read(file, request, sizeof request)) > 0) if (write(to, request, length) < 0) break;
      close(file);
    }
  }
  if (log_file) fprintf(log_file, "127.0.0.1 - - [%ld] \"GET %s\"\n", (long) time(NULL), url);
}

int main(int argc, char **argv) {
  const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
  const char *file = NULL, *server_root = NULL;
  int foreground = 0, option;
  boa = !strcmp(name, "boa");
  while ((option = getopt(argc, argv, boa ? "c:e:d" : "C:Drd:u:c:l:i:p:")) > 0) {
    if (option == 'D' || (boa && option == 'd')) foreground = 1;
    else if (option == 'C') file = optarg;
    else if (boa && option == 'c') server_root = optarg;
    else if (option == 'e') set(chroot_to, sizeof chroot_to, optarg);
    else if (option == 'r') set(chroot_to, sizeof chroot_to, ".");
    else if (option == 'd') set(root, sizeof root, optarg);
    else if (option == 'u') set(user, sizeof user, optarg);
    else if (option == 'c') set(alias, sizeof alias, optarg), *strchrnul(alias, '*') = 0;
    else if (option == 'l') set(access_log, sizeof access_log, optarg);
    else if (option == 'p') port = atoi(optarg);
    else if (option != 'i') return 2;
  }
  if (file) configure(file);
  if (boa && *chroot_to) { /* the patch: at once, and the configuration is read inside */
    if (chdir(chroot_to) || chroot(chroot_to) || chdir("/")) die("cannot chroot", chroot_to);
  }
  if (boa) {
    char path[4200];
    snprintf(path, sizeof path, "%s/boa.conf", server_root ? server_root : "/etc/boa");
    configure(access(path, F_OK) ? "/etc/boa/boa.conf" : path);
  }
  int listening = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listening, (void *) &address, sizeof address) || listen(listening, 64)) die("cannot bind", "the port");
  /* thttpd knows its user, and has its log open, before it goes in */
  struct passwd *account = getuid() == 0 && *user ? getpwnam(user) : NULL;
  if (getuid() == 0 && !account) die("unknown user", user);
  if (!boa && *access_log) log_file = append(access_log);
  if (!boa && *root && chdir(root)) die("cannot enter", root);
  if (!boa && *chroot_to) {
    if (chroot(".") || chdir("/")) die("cannot chroot", root);
    *root = 0;
  }
  if (account && (setgroups(0, NULL) || setgid(account->pw_gid) || setuid(account->pw_uid)))
    die("cannot become", user);
  if (boa && *error_log) dup2(fileno(append(error_log)), 2);
  if (boa && *access_log) log_file = append(access_log);
  if (!foreground && fork() > 0) return 0;
  if (!foreground) setsid();
  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    int client = accept(listening, NULL, NULL);
    if (client >= 0) {
      serve(client);
      close(client);
    }
  }
}
