/* A client of a hole's socket that is compiled statically and lives in a jail: what it reads goes to
 * the socket as it is, what comes back goes to its output. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int reach(const char *path) {
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  strcpy(a.sun_path, path);
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  if (s < 0 || connect(s, (struct sockaddr *)&a, sizeof a) < 0) {
    perror("connect");
    exit(9);
  }
  return s;
}

/* client SOCKET: both ways, until the other end closes.
 * client SOCKET deaf: sends and never reads.
 * client SOCKET drip: a byte each tenth of a second.
 * client SOCKET idle N: N connections that say nothing, until killed. */
int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  char buffer[65536];
  const char *mode = argc > 2 ? argv[2] : "";
  if (strcmp(mode, "idle") == 0) {
    int n = atoi(argv[3]);
    for (int i = 0; i < n; i++) reach(argv[1]);
    printf("%d\n", n);
    fflush(stdout);
    pause();
  }
  int s = reach(argv[1]), open = 1;
  if (strcmp(mode, "deaf") == 0 || strcmp(mode, "drip") == 0) {
    int drip = mode[1] == 'r';
    ssize_t n;
    while ((n = read(0, buffer, drip ? 1 : sizeof buffer)) > 0) {
      if (write(s, buffer, n) != n) break;
      if (drip) usleep(100000);
    }
    if (!drip) pause();
    while ((n = read(s, buffer, sizeof buffer)) > 0) write(1, buffer, n);
    return 0;
  }
  struct pollfd p[2] = {{0, POLLIN, 0}, {s, POLLIN, 0}};
  for (;;) {
    p[0].fd = open ? 0 : -1;
    poll(p, 2, -1);
    if (p[1].revents) {
      ssize_t n = read(s, buffer, sizeof buffer);
      if (n <= 0) return 0;
      write(1, buffer, n);
    }
    if (open && p[0].revents) {
      ssize_t n = read(0, buffer, sizeof buffer);
      if (n <= 0) {
        open = 0;
      } else {
        for (ssize_t done = 0; done < n;) {
          ssize_t w = send(s, buffer + done, n - done, MSG_NOSIGNAL);
          if (w < 0) {
            open = 0;
            break;
          }
          done += w;
        }
      }
    }
  }
}
