/* What open(2) and close(2) of a file cost in a Landlock domain; run by bench/landlock.
 * Arguments: DIRECTORY FILE-IN-IT ROUNDS. Each kind of domain in a child of its own, in turn; printed
 * is the least time of all rounds, in nanoseconds of the processor. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KINDS = 6, CALLS = 40000, WARM = 2000 };
static const unsigned long READ =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const unsigned long TRUNCATE = 1UL << 14, ALL = (1UL << 16) - 1, SCOPES = 3;

static void fail(const char *what) {
  perror(what);
  exit(111);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static double opens(const char *path, int count) {
  double began = now();
  for (int i = 0; i < count; i++) {
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    if (fd < 0) fail(path);
    close(fd);
  }
  return (now() - began) / count;
}

static void enter(const char *place, unsigned long handled, unsigned long allowed, unsigned long scopes) {
  struct { unsigned long files, net, scoped; } attributes = {handled, 0, scopes};
  int rules = syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
  if (rules < 0) fail("landlock_create_ruleset");
  if (allowed) {
    struct landlock_path_beneath_attr beneath = {
        .allowed_access = allowed, .parent_fd = open(place, O_PATH)};
    if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0))
      fail("landlock_add_rule");
  }
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (syscall(SYS_landlock_restrict_self, rules, 0)) fail("landlock_restrict_self");
}

int main(int count, char **arguments) {
  static const char *const names[KINDS] = {
      "no Landlock", "Brig's fence", "the same without truncation", "reading withheld, nothing else",
      "nothing withheld that an open asks for", "a rule on the file itself"};
  double least[KINDS];
  if (count != 4) return 100;
  const char *directory = arguments[1], *file = arguments[2];
  for (int i = 0; i < KINDS; i++) least[i] = 1e12;
  for (int round = atoi(arguments[3]); round > 0; round--)
    for (int kind = 0; kind < KINDS; kind++) {
      int pipe_[2];
      double taken = 0;
      if (pipe(pipe_)) fail("pipe");
      if (!fork()) {
        switch (kind) {
          case 1: enter(directory, ALL, READ | TRUNCATE, SCOPES); break;
          case 2: enter(directory, ALL, READ, SCOPES); break;
          case 3: enter(directory, READ | TRUNCATE, READ | TRUNCATE, 0); break;
          case 4: enter(directory, LANDLOCK_ACCESS_FS_WRITE_FILE, 0, SCOPES); break;
          case 5: enter(file, LANDLOCK_ACCESS_FS_READ_FILE | TRUNCATE,
                        LANDLOCK_ACCESS_FS_READ_FILE | TRUNCATE, 0); break;
        }
        opens(file, WARM);
        taken = opens(file, CALLS);
        if (write(pipe_[1], &taken, sizeof taken) != sizeof taken) fail("write");
        _exit(0);
      }
      close(pipe_[1]);
      if (read(pipe_[0], &taken, sizeof taken) != sizeof taken) return 111;
      close(pipe_[0]);
      wait(NULL);
      if (taken < least[kind]) least[kind] = taken;
    }
  for (int i = 0; i < KINDS; i++)
    printf("%-40s %7.0f ns  (+%.0f)\n", names[i], least[i], least[i] - least[0]);
  return 0;
}
