// Starts the daemon of a planted jail, confined but for one fault: see ./faults.
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static void must(int failed, const char *what) {
  if (failed) {
    perror(what);
    exit(111);
  }
}

static int make_socket(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  strncpy(name.sun_path, path, sizeof name.sun_path - 1);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  must(fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name) || listen(fd, 5), path);
  return fd;
}

// cell pause | socket PATH | listen PATH | outside UID | jail ROOT PROGRAM UID FAULT [SOCKET]
int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "pause";
  if (argc > 2 && !strcmp(what, "socket")) {
    make_socket(argv[2]);
    return 0;
  }
  int listening = -1;
  if (argc > 2 && !strcmp(what, "listen")) {
    listening = make_socket(argv[2]);
  } else if (argc > 2 && !strcmp(what, "outside")) {
    must(setgroups(0, 0) || setgid(atoi(argv[2])) || setuid(atoi(argv[2])), "setuid");
  } else if (argc > 5 && !strcmp(what, "jail")) {
    const char *root = argv[2], *fault = argv[5];
    int uid = atoi(argv[4]);
    close_range(3, ~0U, 0);
    if (!strcmp(fault, "descriptor-outside")) {
      must(open("/usr", O_RDONLY | O_DIRECTORY) < 0, "/usr");
    }
    if (!strcmp(fault, "daemon-socket")) {
      struct sockaddr_un name = {.sun_family = AF_UNIX};
      strncpy(name.sun_path, argv[6], sizeof name.sun_path - 1);
      int fd = socket(AF_UNIX, SOCK_STREAM, 0);
      char accepted;
      must(fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof name), argv[6]);
      must(read(fd, &accepted, 1) != 1, argv[6]);
    }
    must(chroot(root), root);
    if (strcmp(fault, "cwd-outside")) {
      must(chdir("/"), "/");
    }
    if (strcmp(fault, "no-seccomp")) { // while it has CAP_SYS_ADMIN, which stands for no_new_privs
      struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
      struct sock_fprog program = {1, all};
      must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0), "seccomp");
    }
    must(setgroups(0, 0) || setgid(uid), "setgid");
    if (!strcmp(fault, "capable-process")) {
      must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keepcaps");
    }
    if (strcmp(fault, "root-process")) {
      must(setuid(uid), "setuid");
    }
    if (!strcmp(fault, "capable-process")) {
      struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
      struct __user_cap_data_struct data[2] = {{0}};
      data[0].effective = data[0].permitted = data[0].inheritable = 1 << CAP_NET_RAW;
      must(syscall(SYS_capset, &head, data), "capset");
      must(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0), "ambient");
    }
    if (strcmp(fault, "no-new-privs")) {
      must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    }
    execl(argv[3], argv[3], "pause", NULL);
    must(1, argv[3]);
  }
  puts("ready");
  fflush(stdout);
  if (listening >= 0) {
    int fd = accept(listening, 0, 0);
    must(fd < 0 || write(fd, "a", 1) != 1, "accept");
  }
  pause();
  return 0;
}
