/*
 * A stand-in for Obtuse's smtpd: its options, its chroot, its spool. It binds as root, opens its
 * pid file, goes into SPOOLDIR, gives up root, and goes into the background (-D); each message
 * becomes a file smtpdXXXXXX of the spool directory, "FROM", "RCPT" and "BODY" lines and the
 * message, whose mode is 0750 when it is whole.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#ifndef SPOOLDIR
#define SPOOLDIR "/var/chroot"
#endif

static const char *spool = "/mqueue";

static void die(const char *what) {
  fprintf(stderr, "smtpd: %s: %s\n", what, strerror(errno));
  exit(78);
}

static void converse(FILE *in, FILE *out) {
  char line[4096], from[1100] = "", to[32][1100];
  int rcpts = 0;
  fprintf(out, "220 jail SMTP ready\r\n");
  while (fflush(out), fgets(line, sizeof line, in)) {
    line[strcspn(line, "\r\n")] = 0;
    if (!strncasecmp(line, "HELO", 4)) fprintf(out, "250 jail\r\n");
    else if (!strncasecmp(line, "EHLO", 4)) fprintf(out, "500 HELO, please\r\n");
    else if (!strncasecmp(line, "MAIL FROM:", 10)) {
      snprintf(from, sizeof from, "%.1000s", line + 10);
      rcpts = 0;
      fprintf(out, "250 ok\r\n");
    } else if (!strncasecmp(line, "RCPT TO:", 8)) {
      if (!*from || rcpts == 32 || !strchr(line, '@')) fprintf(out, "550 no\r\n");
      else snprintf(to[rcpts++], sizeof to[0], "%.1000s", line + 8), fprintf(out, "250 ok\r\n");
    } else if (!strcasecmp(line, "RSET")) *from = 0, rcpts = 0, fprintf(out, "250 ok\r\n");
    else if (!strcasecmp(line, "QUIT")) {
      fprintf(out, "221 bye\r\n");
      break;
    } else if (!strcasecmp(line, "DATA") && rcpts) {
      char name[4200];
      snprintf(name, sizeof name, "%s/smtpdXXXXXX", spool);
      int file = mkstemp(name);
      if (file < 0) {
        syslog(LOG_ERR, "no spool file: %m");
        fprintf(out, "452 no room\r\n");
        continue;
      }
      FILE *kept = fdopen(file, "w");
      fprintf(out, "354 go on\r\n");
      fflush(out);
      fprintf(kept, "FROM %s\n", from);
      for (int i = 0; i < rcpts; i++) fprintf(kept, "RCPT %s\n", to[i]);
      fprintf(kept, "BODY\nReceived: from client via SMTP by jail\n");
      int whole = 0;
      while (!whole && fgets(line, sizeof line, in)) {
        line[strcspn(line, "\r\n")] = 0;
        whole = !strcmp(line, ".");
        if (!whole) fprintf(kept, "%s\n", *line == '.' ? line + 1 : line);
      }
      if (!whole || fflush(kept) || fchmod(file, 0750)) {
        unlink(name);
        fprintf(out, "554 failed\r\n");
      } else fprintf(out, "250 got it\r\n");
      fclose(kept);
      *from = 0;
      rcpts = 0;
    } else fprintf(out, "500 what?\r\n");
  }
  fflush(out);
}

int main(int argc, char **argv) {
  const char *user = "smtpd", *group = "smtpd", *pid_file = "/var/run/smtpd.pid";
  int port = 25, daemon_mode = 0, option, pid_fd = -1;
  while ((option = getopt(argc, argv, "l:p:d:u:s:g:m:i:HPDL")) > 0) {
    if (option == 'p') port = atoi(optarg);
    else if (option == 'd') spool = optarg;
    else if (option == 'u') user = optarg;
    else if (option == 'g') group = optarg;
    else if (option == 'i') pid_file = optarg;
    else if (option == 'D') daemon_mode = 1;
    else if (!strchr("lsmHPL", option)) return 64;
  }
  umask(077);
  openlog("smtpd", LOG_PID | LOG_NDELAY, LOG_MAIL);
  struct passwd *account = getpwnam(user);
  struct group *its = getgrnam(group);
  if (!account || !its || account->pw_uid == 0) die(user);
  int listening = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listening, (void *) &address, sizeof address)) die("cannot bind the port");
  if ((pid_fd = open(pid_file, O_CREAT | O_WRONLY, 0644)) < 0) die(pid_file);
  if (chdir(SPOOLDIR) || chroot(SPOOLDIR)) die(SPOOLDIR);
  if (setgid(its->gr_gid) || setuid(account->pw_uid)) die("cannot give up root");
  if (!daemon_mode) die("only -D");
  if (fork() > 0) return 0;
  setsid();
  if (flock(pid_fd, LOCK_EX | LOCK_NB) || dprintf(pid_fd, "%d\n", (int) getpid()) < 0) die(pid_file);
  if (listen(listening, 10)) die("cannot listen");
  for (;;) {
    while (waitpid(-1, NULL, WNOHANG) > 0) {}
    int client = accept(listening, NULL, NULL);
    if (client >= 0 && fork() == 0) {
      FILE *in = fdopen(client, "r"), *out = fdopen(dup(client), "w");
      converse(in, out);
      exit(0);
    }
    if (client >= 0) close(client);
  }
}
