/* A stand-in for boa_indexer: lists the directory of its first argument as a page. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int by_name(const void *a, const void *b) { return strcmp(*(char **) a, *(char **) b); }

int main(int argc, char **argv) {
  char *names[1024];
  int count = 0;
  DIR *directory = argc < 3 ? NULL : opendir(argv[1]);
  if (!directory) return 1;
  printf("Content-Type: text/html\r\n\r\n<title>Index of %s</title>\n", argv[2]);
  for (struct dirent *entry; (entry = readdir(directory)) && count < 1024;)
    if (*entry->d_name != '.') names[count++] = strdup(entry->d_name);
  qsort(names, count, sizeof *names, by_name);
  for (int i = 0; i < count; i++) printf("<a href=\"%s\">%s</a>\n", names[i], names[i]);
  printf("uid %d\n", (int) getuid());
  return 0;
}
