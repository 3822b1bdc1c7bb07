/*
 * An application server for bench/web: application SOCKET. FastCGI, a thread for each connection,
 * connections kept when the web server wants it; each request is answered with 1 KiB.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BEGIN = 1, END = 3, STDIN = 5, STDOUT = 6, HEADER = 8, KEEP = 1 };

static unsigned char answer[HEADER + 1104 + HEADER + 8];

static void head(unsigned char *at, int type, int length) {
  at[0] = 1;
  at[1] = (unsigned char)type;
  at[3] = 1; /* the request: replaced when it is another */
  at[4] = (unsigned char)(length >> 8);
  at[5] = (unsigned char)length;
}

static void *serve(void *connection) {
  int fd = (int)(intptr_t)connection;
  static _Thread_local unsigned char in[65536 + 512];
  size_t have = 0, at = 0;
  int keep = 0;
  for (;;) {
    while (have - at >= HEADER) {
      unsigned char *record = in + at;
      size_t length = (size_t)(record[4] << 8 | record[5]);
      if (have - at < HEADER + length + record[6]) break;
      if (record[1] == BEGIN) keep = record[HEADER + 2] & KEEP;
      if (record[1] == STDIN && length == 0) {
        unsigned char out[sizeof answer];
        memcpy(out, answer, sizeof answer);
        out[2] = out[HEADER + 1104 + 2] = record[2];
        out[3] = out[HEADER + 1104 + 3] = record[3];
        if (write(fd, out, sizeof out) != (ssize_t)sizeof out || !keep) {
          close(fd);
          return NULL;
        }
      }
      at += HEADER + length + record[6];
    }
    memmove(in, in + at, have - at);
    have -= at;
    at = 0;
    ssize_t got = read(fd, in + have, sizeof in - have);
    if (got <= 0) {
      close(fd);
      return NULL;
    }
    have += (size_t)got;
  }
}

int main(int count, char **words) {
  if (count != 2) return 100;
  signal(SIGPIPE, SIG_IGN); /* a web server may leave while it is answered */
  static const char begin[] = "Content-Type: text/plain\r\n\r\n";
  head(answer, STDOUT, 1104);
  memset(answer + HEADER, 'x', 1104);
  memcpy(answer + HEADER, begin, sizeof begin - 1);
  head(answer + HEADER + 1104, END, 8);
  struct sockaddr_un place = {.sun_family = AF_UNIX};
  snprintf(place.sun_path, sizeof place.sun_path, "%s", words[1]);
  int door = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(door, (struct sockaddr *)&place, sizeof place) < 0 || chmod(words[1], 0666) < 0 || listen(door, 1024) < 0) {
    perror(words[1]);
    return 111;
  }
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 256 * 1024);
  pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
  for (;;) {
    int fd = accept(door, NULL, NULL);
    pthread_t thread;
    if (fd >= 0 && pthread_create(&thread, &small, serve, (void *)(intptr_t)fd) != 0) close(fd);
  }
}
