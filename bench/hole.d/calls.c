/* One call after another through each way to a program outside, by 1 or more callers, in turn.
 * Usage: calls ROUNDS CALLS CALLERS true|cat WAY=ARGUMENT...
 * Prints for each way: its name, the median of one call in microseconds, the 99th percentile, calls a
 * second; over all rounds.
 *        calls idle CONNECTIONS SOCKET PID
 * Prints the resident kilobytes of the process while so many connections to its socket are open. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char payload[1024];
static char *empty[] = {"PATH=/usr/bin:/bin", 0};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void die(const char *what) {
  fprintf(stderr, "calls: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int reach(const char *path) {
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  strncpy(a.sun_path, path, sizeof a.sun_path - 1);
  int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (s < 0 || connect(s, (struct sockaddr *)&a, sizeof a) < 0) die(path);
  return s;
}

static void put(int fd, const void *bytes, size_t n) {
  const char *p = bytes;
  while (n > 0) {
    ssize_t w = write(fd, p, n);
    if (w < 0) die("write");
    p += w;
    n -= w;
  }
}

static size_t get(int fd, char *into, size_t most) {
  size_t n = 0;
  ssize_t r;
  while (n < most && (r = read(fd, into + n, most - n)) > 0) n += r;
  return n;
}

/* A program of one's own: what the others are measured by. */
static void run(char **argv, int feed) {
  posix_spawn_file_actions_t f;
  posix_spawn_file_actions_init(&f);
  int in[2], out[2], status;
  char buffer[4096];
  pid_t pid;
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC)) die("pipe2");
  posix_spawn_file_actions_adddup2(&f, in[0], 0);
  posix_spawn_file_actions_adddup2(&f, out[1], 1);
  errno = posix_spawnp(&pid, argv[0], &f, 0, argv, empty);
  if (errno) die(argv[0]);
  close(in[0]);
  close(out[1]);
  if (feed) put(in[1], payload, sizeof payload);
  close(in[1]);
  size_t n = get(out[0], buffer, sizeof buffer);
  close(out[0]);
  if (waitpid(pid, &status, 0) < 0 || status != 0) {
    fprintf(stderr, "calls: %s ended with %x\n", argv[0], status);
    exit(1);
  }
  if (feed && n != sizeof payload) die("what came back is not what was sent");
  posix_spawn_file_actions_destroy(&f);
}

static void spawn(char *a, int feed) {
  (void)a;
  char *t[] = {"/bin/true", 0}, *c[] = {"/bin/cat", 0};
  run(feed ? c : t, feed);
}

static void sudo(char *user, int feed) {
  char *t[] = {"sudo", "-n", "-u", user, "/bin/true", 0}, *c[] = {"sudo", "-n", "-u", user, "/bin/cat", 0};
  run(feed ? c : t, feed);
}

static void userv(char *user, int feed) {
  char *t[] = {"userv", user, "true", 0}, *c[] = {"userv", user, "cat", 0};
  run(feed ? c : t, feed);
}

static void hole(char *path, int feed) {
  char buffer[8192];
  char m[2048];
  int n = feed ? sprintf(m, "V 1\n1J 3\ncatI 1024\n") : sprintf(m, "V 1\n1J 4\ntrueG 0\n");
  if (feed) {
    memcpy(m + n, payload, 1024);
    n += 1024;
    n += sprintf(m + n, "Z 0\nG 0\n");
  }
  int s = reach(path);
  put(s, m, n);
  size_t got = get(s, buffer, sizeof buffer - 1);
  buffer[got] = 0;
  close(s);
  if (got < 10 || memcmp(buffer + got - 8, "0 0 done", 8) != 0 || (feed && got < 1024)) {
    fprintf(stderr, "calls: the hole said %s\n", buffer);
    exit(1);
  }
}

/* s6-ipcserver: the program gets the connection itself. PATH-true or PATH-cat. */
static void s6(char *path, int feed) {
  char name[200], buffer[4096];
  snprintf(name, sizeof name, "%s-%s", path, feed ? "cat" : "true");
  int s = reach(name);
  if (feed) put(s, payload, sizeof payload);
  shutdown(s, SHUT_WR);
  size_t n = get(s, buffer, sizeof buffer);
  close(s);
  if (feed && n != sizeof payload) die("s6");
}

static char *pair(char *p, const char *name, const char *value) {
  *p++ = strlen(name);
  *p++ = strlen(value);
  p = stpcpy(p, name);
  return stpcpy(p, value);
}

/* FastCGI 1.0 to fcgiwrap: ARGUMENT is SOCKET,TRUE-CGI,CAT-CGI */
static void fcgi(char *argument, int feed) {
  char copy[600], m[4096], buffer[8192], *p = m;
  strcpy(copy, argument);
  char *path = strtok(copy, ","), *t = strtok(0, ","), *c = strtok(0, ",");
  unsigned char begin[] = {1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  memcpy(p, begin, 16);
  p += 16;
  char *h = p;
  p += 8;
  p = pair(p, "SCRIPT_FILENAME", feed ? c : t);
  p = pair(p, "REQUEST_METHOD", feed ? "POST" : "GET");
  p = pair(p, "CONTENT_LENGTH", feed ? "1024" : "0");
  int n = p - h - 8;
  unsigned char ph[] = {1, 4, 0, 1, n >> 8, n & 255, 0, 0};
  memcpy(h, ph, 8);
  unsigned char pe[] = {1, 4, 0, 1, 0, 0, 0, 0};
  memcpy(p, pe, 8);
  p += 8;
  if (feed) {
    unsigned char in[] = {1, 5, 0, 1, 4, 0, 0, 0};
    memcpy(p, in, 8);
    memcpy(p + 8, payload, 1024);
    p += 1032;
  }
  unsigned char ie[] = {1, 5, 0, 1, 0, 0, 0, 0};
  memcpy(p, ie, 8);
  p += 8;
  int s = reach(path);
  put(s, m, p - m);
  size_t got = get(s, buffer, sizeof buffer);
  close(s);
  if (got < 24 || (feed && got < 1024)) die("fcgiwrap");
}

static volatile int serial;

/* A FIFO listener of version 1: DIRECTORY holds its pipe. */
static void fifo(char *directory, int feed) {
  char id[40], reply[200], input[220], pipe[200], line[100], buffer[4096];
  sprintf(id, "%d.%d", getpid(), __sync_add_and_fetch(&serial, 1));
  sprintf(reply, "%s/replies/%s", directory, id);
  sprintf(input, "%s.in", reply);
  sprintf(pipe, "%s/pipe", directory);
  if (mkfifo(reply, 0600) || mkfifo(input, 0600)) die(reply);
  int p = open(pipe, O_WRONLY | O_CLOEXEC);
  int n = sprintf(line, "%s %s\n", feed ? "cat" : "true", id);
  put(p, line, n);
  close(p);
  int i = open(input, O_WRONLY | O_CLOEXEC);
  if (feed) put(i, payload, sizeof payload);
  close(i);
  int r = open(reply, O_RDONLY | O_CLOEXEC);
  size_t got = get(r, buffer, sizeof buffer);
  close(r);
  unlink(reply);
  unlink(input);
  if (feed && got != sizeof payload) die("the listener in perl");
}

struct way {
  const char *name;
  void (*call)(char *, int);
};
static struct way ways[] = {{"spawn", spawn}, {"hole", hole}, {"s6", s6},     {"fcgiwrap", fcgi},
                            {"userv", userv}, {"sudo", sudo}, {"perl", fifo}, {0, 0}};

struct work {
  struct way *way;
  char *argument;
  int feed, calls;
  double *times;
};

static void *caller(void *p) {
  struct work *w = p;
  for (int i = 0; i < w->calls; i++) {
    double begun = now();
    w->way->call(w->argument, w->feed);
    w->times[i] = now() - begun;
  }
  return 0;
}

static int compare(const void *a, const void *b) {
  double x = *(double *)a, y = *(double *)b;
  return x < y ? -1 : x > y;
}

static long resident(const char *pid) {
  char path[64], line[200];
  long kilobytes = -1;
  snprintf(path, sizeof path, "/proc/%s/status", pid);
  FILE *f = fopen(path, "r");
  if (!f) die(path);
  while (fgets(line, sizeof line, f)) sscanf(line, "VmRSS: %ld", &kilobytes);
  fclose(f);
  return kilobytes;
}

/* Each has been accepted once the last one was answered: they are taken in their order. */
static int idle(int connections, const char *path, const char *pid) {
  struct rlimit most = {connections + 64, connections + 64};
  if (setrlimit(RLIMIT_NOFILE, &most)) die("setrlimit");
  for (int i = 0; i < connections; i++) reach(path);
  hole((char *)path, 0);
  printf("%ld\n", resident(pid));
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 5 && strcmp(argv[1], "idle") == 0) return idle(atoi(argv[2]), argv[3], argv[4]);
  if (argc < 6) return 100;
  int rounds = atoi(argv[1]), calls = atoi(argv[2]), callers = atoi(argv[3]);
  int feed = strcmp(argv[4], "cat") == 0, given = argc - 5;
  double *all[16], seconds[16] = {0};
  int counts[16] = {0};
  struct way *chosen[16];
  char *arguments[16];
  memset(payload, 'x', sizeof payload);
  signal(SIGPIPE, SIG_IGN);
  for (int i = 0; i < given; i++) {
    char *equals = strchr(argv[5 + i], '=');
    *equals = 0;
    arguments[i] = equals + 1;
    for (chosen[i] = ways; chosen[i]->name && strcmp(chosen[i]->name, argv[5 + i]); chosen[i]++) {
    }
    if (!chosen[i]->name) die(argv[5 + i]);
    all[i] = malloc(sizeof(double) * rounds * calls * callers);
  }
  for (int r = 0; r < rounds; r++) {
    for (int i = 0; i < given; i++) {
      pthread_t threads[64];
      struct work work[64];
      double begun = now();
      for (int t = 0; t < callers; t++) {
        work[t] = (struct work){chosen[i], arguments[i], feed, calls, all[i] + counts[i]};
        counts[i] += calls;
        pthread_create(&threads[t], 0, caller, &work[t]);
      }
      for (int t = 0; t < callers; t++) pthread_join(threads[t], 0);
      seconds[i] += (now() - begun) / 1e6;
    }
  }
  for (int i = 0; i < given; i++) {
    qsort(all[i], counts[i], sizeof(double), compare);
    printf("%s %.0f %.0f %.0f\n", chosen[i]->name, all[i][counts[i] / 2],
           all[i][counts[i] * 99 / 100], counts[i] / seconds[i]);
  }
  return 0;
}
