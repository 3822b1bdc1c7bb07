/*
 * A stand-in for Obtuse's smtpfwdd: outside of the jail it looks through the spool directory of
 * smtpd for whole messages (mode 0750), gives each to a mail agent as sendmail would take it, and
 * removes it when the agent has ended with 0. Never as root; nothing that is no plain file of the
 * spool's user is touched.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
  fprintf(stderr, "smtpfwdd: %s: %s\n", what, strerror(errno));
  exit(78);
}

static char *bare(char *address) { /* <a@b> without the brackets */
  address[strcspn(address, "\n")] = 0;
  address += strspn(address, " <");
  address[strcspn(address, ">")] = 0;
  return strdup(address);
}

static void forward(const char *name, const char *agent) {
  struct stat at;
  int file = open(name, O_RDWR | O_NOFOLLOW);
  if (file < 0 || fstat(file, &at) || !S_ISREG(at.st_mode) || (at.st_mode & 0110) != 0110
      || at.st_uid != getuid() || at.st_nlink != 1 || flock(file, LOCK_EX | LOCK_NB)) return;
  char line[4096], *argv[64] = {(char *) agent, "-oi", "-f"};
  int count = 4;
  FILE *in = fdopen(file, "r");
  while (fgets(line, sizeof line, in) && strcmp(line, "BODY\n")) {
    if (!strncmp(line, "FROM ", 5)) argv[3] = bare(line + 5);
    else if (!strncmp(line, "RCPT ", 5) && count < 62) argv[count++] = bare(line + 5);
  }
  if (!argv[3] || count == 4) return;
  lseek(file, ftell(in), SEEK_SET);
  int status = 1;
  if (fork() == 0) {
    dup2(file, 0);
    execv(agent, argv);
    _exit(78);
  }
  if (wait(&status) > 0 && status == 0) unlink(name);
  fclose(in);
}

int main(int argc, char **argv) {
  const char *spool = "/var/chroot/mqueue", *agent = "/usr/sbin/sendmail";
  const char *user = "smtpd", *group = "smtpd";
  int option, every = 1;
  while ((option = getopt(argc, argv, "qu:g:d:s:M:P:")) > 0) {
    if (option == 'd') spool = optarg;
    else if (option == 's') agent = optarg;
    else if (option == 'u') user = optarg;
    else if (option == 'g') group = optarg;
    else if (option == 'P') every = atoi(optarg);
    else if (!strchr("qM", option)) return 64;
  }
  struct passwd *account = getpwnam(user);
  struct group *its = getgrnam(group);
  if (!account || !its || account->pw_uid == 0) die(user);
  if (setgroups(0, NULL) || setgid(its->gr_gid) || setuid(account->pw_uid)) die("cannot give up root");
  if (chdir(spool)) die(spool);
  if (fork() > 0) return 0;
  int lock = open(".smtpfwdd.lock", O_WRONLY | O_CREAT, 0644);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) || dprintf(lock, "%7d\n", (int) getpid()) < 0) die(spool);
  for (setsid();; usleep(every * 100000)) {
    DIR *directory = opendir(".");
    if (!directory) die(spool);
    for (struct dirent *entry; (entry = readdir(directory));)
      if (!strncmp(entry->d_name, "smtpd", 5) && fork() == 0) {
        forward(entry->d_name, agent);
        _exit(0);
      }
    closedir(directory);
    while (waitpid(-1, NULL, WNOHANG) > 0) {}
  }
}
