/* The birth of a child that runs /bin/true, and its end, by 1 or more threads at a time: in the cgroup
 * of its parent, and moved by itself into a version 1 cgroup of the controller pids, by cgroup.procs or by
 * tasks, as it stands or born in a version 2 cgroup besides.
 * Usage: cgroups ROUNDS CALLS THREADS PIDS-DIRECTORY UNIFIED-DIRECTORY
 * Prints for each way: its name, median and 99th percentile in microseconds, births a second. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 16 };

static struct place {
  int unified, procs, tasks;
} places[THREADS];

struct way {
  const char *name;
  int born, procs, tasks;
};
static const struct way ways[] = {
    {"plain", 0, 0, 0},         {"procs", 0, 1, 0},      {"tasks", 0, 0, 1},
    {"v2", 1, 0, 0},            {"v2+procs", 1, 1, 0},   {"v2+tasks", 1, 0, 1},
};
enum { WAYS = sizeof ways / sizeof *ways };

struct work {
  const struct way *way;
  struct place *place;
  int calls;
  double *times;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void die(const char *what) {
  fprintf(stderr, "cgroups: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void *births(void *p) {
  struct work *w = p;
  char *argv[] = {"/bin/true", 0}, *none[] = {0};
  for (int i = 0; i < w->calls; i++) {
    double begun = now();
    struct clone_args how = {.flags = CLONE_CLEAR_SIGHAND, .exit_signal = SIGCHLD};
    if (w->way->born) {
      how.flags |= CLONE_INTO_CGROUP;
      how.cgroup = w->place->unified;
    }
    long pid = syscall(SYS_clone3, &how, sizeof how);
    if (pid == 0) {
      if (w->way->procs && write(w->place->procs, "0", 1) != 1) _exit(1);
      if (w->way->tasks && write(w->place->tasks, "0", 1) != 1) _exit(1);
      execve(argv[0], argv, none);
      _exit(1);
    }
    int status;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) die("child");
    w->times[i] = now() - begun;
  }
  return 0;
}

static int compare(const void *a, const void *b) {
  double x = *(double *)a, y = *(double *)b;
  return x < y ? -1 : x > y;
}

static int opened(const char *directory, int number, const char *name, int flags) {
  char path[300];
  snprintf(path, sizeof path, "%s/%d", directory, number);
  if (mkdir(path, 0755) && errno != EEXIST) die(path);
  if (*name) {
    snprintf(path, sizeof path, "%s/%d/%s", directory, number, name);
  }
  int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0) die(path);
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 6) return 100;
  int rounds = atoi(argv[1]), calls = atoi(argv[2]), threads = atoi(argv[3]);
  if (rounds < 1 || calls < 1 || threads < 1 || threads > THREADS) return 100;
  for (int t = 0; t < threads; t++) {
    places[t].procs = opened(argv[4], t, "cgroup.procs", O_WRONLY);
    places[t].tasks = opened(argv[4], t, "tasks", O_WRONLY);
    places[t].unified = opened(argv[5], t, "", O_RDONLY | O_DIRECTORY);
  }
  int each = calls * threads;
  double *all[WAYS], seconds[WAYS] = {0};
  for (int i = 0; i < WAYS; i++) all[i] = malloc(sizeof(double) * rounds * each);
  for (int r = 0; r < rounds; r++) {
    for (int i = 0; i < WAYS; i++) {
      pthread_t running[THREADS];
      struct work work[THREADS];
      double begun = now();
      for (int t = 0; t < threads; t++) {
        work[t] = (struct work){&ways[i], &places[t], calls, all[i] + r * each + t * calls};
        pthread_create(&running[t], 0, births, &work[t]);
      }
      for (int t = 0; t < threads; t++) pthread_join(running[t], 0);
      seconds[i] += (now() - begun) / 1e6;
    }
  }
  for (int i = 0; i < WAYS; i++) {
    int n = rounds * each;
    qsort(all[i], n, sizeof(double), compare);
    printf("%-10s %8.0f %8.0f %8.0f\n", ways[i].name, all[i][n / 2], all[i][n * 99 / 100], n / seconds[i]);
  }
  return 0;
}
