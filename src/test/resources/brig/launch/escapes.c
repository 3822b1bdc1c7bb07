/*
 * Tries the ways out of docs/threats (B01 to B32) from where it is started and prints one line for
 * each: "ID held ERRNO" or "ID ESCAPED". With "give", "abstract" and "shm" it plays the outsider.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *marker;

static void tell(const char *id, int escaped) {
  int e = errno;
  if (escaped) printf("%s ESCAPED\n", id);
  else printf("%s held %s\n", id, strerrorname_np(e) ? strerrorname_np(e) : "0");
  fflush(stdout);
}

/* The marker is a file of the host; whoever reads it is out. */
static int out(void) {
  int fd = open(marker, O_RDONLY);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static int out_upwards(void) {
  int i, fd;
  for (i = 0; i < 64; i++)
    if (chdir("..") != 0) return 0;
  fd = open(marker + 1, O_RDONLY);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static int pass_fd(int to, int fd, int receive) {
  char byte = 'x', space[CMSG_SPACE(sizeof(int))];
  struct iovec io = {&byte, 1};
  struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
  struct cmsghdr *c;
  if (receive) {
    if (recvmsg(to, &m, 0) < 0 || !(c = CMSG_FIRSTHDR(&m))) return -1;
    memcpy(&fd, CMSG_DATA(c), sizeof fd);
    return fd;
  }
  memset(space, 0, sizeof space);
  c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(c), &fd, sizeof fd);
  return sendmsg(to, &m, 0);
}

static socklen_t address(struct sockaddr_un *a, const char *name, int abstract) {
  memset(a, 0, sizeof *a);
  a->sun_family = AF_UNIX;
  strcpy(a->sun_path + abstract, name);
  return sizeof(sa_family_t) + abstract + strlen(name) + !abstract;
}

static void b01(void) {
  mkdir("/tmp/b01", 0700);
  if (chroot("/tmp/b01") != 0) { tell("B01", 0); return; }
  out_upwards();
  chroot(".");
  tell("B01", out());
  exit(0);
}

static void b02(void) {
  int fd = open("/", O_RDONLY | O_DIRECTORY);
  mkdir("/tmp/b02", 0700);
  if (chroot("/tmp/b02") != 0) { tell("B02", 0); return; }
  fchdir(fd);
  tell("B02", out_upwards());
}

static void b05(void) {
  int i;
  if (mkdir("/data/moved", 0777) != 0 || chdir("/data/moved") != 0) { tell("B05", 0); return; }
  close(open("/data/b05.ready", O_CREAT | O_WRONLY, 0600));
  for (i = 0; i < 1000 && access("/data/b05.go", F_OK) != 0; i++) usleep(10000);
  errno = 0;
  tell("B05", out_upwards());
  chdir("/");
}

static void b06(void) {
  struct sockaddr_un a;
  int s = socket(AF_UNIX, SOCK_STREAM, 0), c, fd;
  socklen_t n = address(&a, "/data/b06", 0);
  if (bind(s, (void *)&a, n) != 0 || listen(s, 1) != 0 || chmod("/data/b06", 0777) != 0) { tell("B06", 0); return; }
  c = accept(s, 0, 0);
  fd = pass_fd(c, -1, 1);
  tell("B06", fd >= 0 && openat(fd, strrchr(marker, '/') + 1, O_RDONLY) >= 0);
}

static void b09(void) { tell("B09", open("/data/disk", O_RDONLY) >= 0); }
static void b07(void) { tell("B07", mknod("/tmp/disk", S_IFBLK | 0600, makedev(254, 0)) == 0); }
static void b08(void) { tell("B08", mount("/tmp/disk", "/tmp", "ext4", 0, 0) == 0); }
static void b10(void) { tell("B10", mount("proc", "/tmp", "proc", 0, 0) == 0); }
static void b11(void) { tell("B11", open("/proc/1/root", O_PATH) >= 0); }

static void b12(int pid) {
  char buffer[8];
  struct iovec l = {buffer, 8}, r = {(void *)0x400000, 8};
  tell("B12", ptrace(PTRACE_ATTACH, pid, 0, 0) == 0);
  tell("B12b", process_vm_readv(pid, &l, 1, &r, 1, 0) >= 0);
}

static void b13(int pid) {
  int fd = syscall(SYS_pidfd_open, pid, 0);
  int self = syscall(SYS_pidfd_open, getpid(), 0);
  errno = 0;
  tell("B13", syscall(SYS_pidfd_getfd, fd >= 0 ? fd : self, 0, 0) >= 0);
}

static void b14(int pid) { tell("B14", kill(pid, 0) == 0); }

static void b15(int pid) {
  struct rlimit l = {1000, 1000};
  tell("B15", prlimit(pid, RLIMIT_NOFILE, &l, 0) == 0);
}

static void b16(const char *name) {
  struct sockaddr_un a;
  socklen_t n = address(&a, name, 1);
  tell("B16", connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&a, n) == 0);
}

static void b17(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  tell("B17", connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&a, sizeof a) == 0);
}

static void b18(void) {
  tell("B18", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0);
  tell("B18b", socket(AF_PACKET, SOCK_RAW, 0) >= 0);
}

static void b19(int key) { tell("B19", shmget(key, 0, 0) >= 0); }

static void b20(void) {
  tell("B20", syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1) >= 0);
  tell("B20b", syscall(SYS_add_key, "user", "x", "y", 1, KEY_SPEC_USER_KEYRING) >= 0);
}

static void b21(void) {
  tell("B21", setns(syscall(SYS_pidfd_open, getpid(), 0), CLONE_NEWNS) == 0);
}

static void b22(void) {
  struct { struct file_handle h; char b[64]; } f;
  memset(&f, 0, sizeof f);
  f.h.handle_bytes = 8;
  f.h.handle_type = 1;
  f.b[0] = 2;
  tell("B22", open_by_handle_at(open("/", O_RDONLY), &f.h, O_RDONLY) >= 0);
}

static void b25(void) {
  close(open("/data/plain", O_CREAT | O_WRONLY, 0700));
  tell("B25", chmod("/data/plain", 04755) == 0);
  tell("B25b", open("/data/setuid", O_CREAT | O_WRONLY, 04755) >= 0);
  tell("B25c", syscall(SYS_openat2, AT_FDCWD, "/data/plain", 0, 24) >= 0);
}

static void b27(void) { tell("B27", out_upwards()); }

static void b28(void) {
  int fd, open_ones = 0;
  for (fd = 3; fd < 4096; fd++) open_ones += fcntl(fd, F_GETFD) >= 0;
  errno = EBADF;
  tell("B28", open_ones != 0);
}

static void b29(void) {
  tell("B29", open("/dev/tty", O_RDWR) >= 0);
  tell("B29b", ioctl(0, TIOCSTI, "x") == 0);
}

static void b31(void) {
  tell("B31", unshare(CLONE_NEWUSER) == 0);
  tell("B31b", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0) >= 0);
  tell("B31c", syscall(SYS_clone3, 0, 0) >= 0);
}

static void b32(void) {
  tell("B32", syscall(SYS_bpf, 0, 0, 0) >= 0);
  tell("B32b", syscall(SYS_io_uring_setup, 1, 0) >= 0);
  tell("B32c", personality(ADDR_NO_RANDOMIZE) >= 0);
}

#ifdef __x86_64__
static void other_numbers(void) {
  int status = 0;
  pid_t pid;
  tell("X32", syscall(0x40000000 + 39) >= 0);
  fflush(stdout);
  pid = fork();
  if (pid == 0) {
    int r;
    __asm__ volatile("int $0x80" : "=a"(r) : "a"(20) : "memory");
    _exit(0);
  }
  waitpid(pid, &status, 0);
  printf("I386 %s\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? "killed" : "ESCAPED");
}
#endif

int main(int argc, char **argv) {
  struct sockaddr_un a;
  int s, i;
  socklen_t n;
  if (argc == 4 && !strcmp(argv[1], "give")) {
    n = address(&a, argv[2], 0);
    s = socket(AF_UNIX, SOCK_STREAM, 0);
    for (i = 0; i < 1000 && connect(s, (void *)&a, n) != 0; i++) usleep(10000);
    return pass_fd(s, open(argv[3], O_RDONLY | O_DIRECTORY), 0) < 0;
  }
  if (argc == 4 && !strcmp(argv[1], "outsider")) {
    n = address(&a, argv[2], 1);
    s = socket(AF_UNIX, SOCK_STREAM, 0);
    i = shmget(atoi(argv[3]), 4096, IPC_CREAT | 0666);
    if (bind(s, (void *)&a, n) != 0 || listen(s, 9) != 0 || i < 0) return 1;
    puts("ready");
    fflush(stdout);
    while (read(0, &n, 1) > 0) {}
    shmctl(i, IPC_RMID, 0);
    return 0;
  }
  if (argc == 2 && !strcmp(argv[1], "drop")) {
    printf("%d\n", getpid());
    if (setgid(33) != 0 || setuid(33) != 0) { perror("setuid"); return 1; }
    puts("dropped");
    fflush(stdout);
    pause();
  }
  if (argc == 2 && !strcmp(argv[1], "pause")) {
    puts("here");
    fflush(stdout);
    pause();
  }
  marker = argv[1];
  if (argc == 3) { b01(); return 0; }
  if (argc != 6) return 2;
  b27(); b28(); b02(); b01();
  b05(); b06(); b07(); b08(); b09(); b10(); b11();
  b12(atoi(argv[2])); b13(atoi(argv[2])); b14(atoi(argv[2])); b15(atoi(argv[2]));
  b16(argv[3]); b17(atoi(argv[4])); b18(); b19(atoi(argv[5])); b20(); b21(); b22(); b25(); b29(); b31(); b32();
#ifdef __x86_64__
  other_numbers();
#endif
  return 0;
}
