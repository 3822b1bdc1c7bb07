/*
 * hole: calls a job of Brig's hole from inside a jail, where nothing but this one static program
 * need be. Also the functions to do the same from C: leave out main with -DHOLE_NO_MAIN.
 *
 *   cc -static -Os -o hole hole.c
 *   hole [-d DOORS] [-t TOKEN] [-l LANGUAGE] [-f FIELD=FILE]... JOB [NAME=VALUE]... [<INPUT]
 *   hole [-d DOORS] [-t TOKEN] [-l LANGUAGE] [-f FIELD=FILE]... -D KIND [JOB [NAME=VALUE]...]
 *
 * KIND is html, json, "html checked" or "json checked": the job's form, or all jobs.
 *
 * What comes on standard input is the job's next file, if anything comes. The output goes to
 * standard output as it comes, the program's errors and what is wrong with the values to standard
 * error. The exit status is the job's; 100 when the hole refused the call, 111 when it could not be
 * made. A new token of the session is written to descriptor 3, if that is open. docs/hole.md
 * explains all.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define HOLE_MOST 65536

/* Writes all of it; 0, or -1 with errno. */
static int hole_write(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(fd, bytes, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -1;
        bytes += count;
        length -= (size_t)count;
    }
    return 0;
}

/* Reads so many bytes; their number, less at the end, or -1 with errno. */
static ssize_t hole_read(int fd, char *bytes, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t count = read(fd, bytes + done, length - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -1;
        if (count == 0)
            break;
        done += (size_t)count;
    }
    return (ssize_t)done;
}

/* Connects to the door in that directory and says the version; the descriptor, or -1 with errno. */
int hole_open(const char *doors)
{
    struct sockaddr_un at;
    int fd;
    memset(&at, 0, sizeof at);
    at.sun_family = AF_UNIX;
    if (strlen(doors) + sizeof "/socket" > sizeof at.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(at.sun_path, doors);
    strcat(at.sun_path, "/socket");
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&at, sizeof at) < 0 || hole_write(fd, "V 1\n1", 5) < 0) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

/* Sends a frame: J job, T token, L language, A name=value, I input, Z end of input, G go, D, C. */
int hole_send(int fd, char type, const char *payload, size_t length)
{
    char header[32];
    if (length > HOLE_MOST) {
        errno = EMSGSIZE;
        return -1;
    }
    sprintf(header, "%c %lu\n", type, (unsigned long)length);
    if (hole_write(fd, header, strlen(header)) < 0)
        return -1;
    return hole_write(fd, payload, length);
}

/*
 * Receives a frame: O output, E errors, W name=message, F next form, N token, P, Q, X the end.
 * payload has room for HOLE_MOST bytes and a NUL, which is put after them. The length, or -1: the
 * hole went away.
 */
long hole_receive(int fd, char *type, char *payload)
{
    char header[32];
    size_t at = 0;
    long length = 0;
    do {
        if (at == sizeof header || hole_read(fd, header + at, 1) != 1)
            return -1;
    } while (header[at++] != '\n');
    if (at < 4 || at > 8 || header[0] < 'A' || header[0] > 'Z' || header[1] != ' ')
        return -1;
    for (size_t i = 2; i < at - 1; i++) {
        if (header[i] < '0' || header[i] > '9')
            return -1;
        length = length * 10 + (header[i] - '0');
    }
    if (length > HOLE_MOST || hole_read(fd, payload, (size_t)length) != length)
        return -1;
    payload[length] = 0;
    *type = header[0];
    return length;
}

/* Sends all that a descriptor holds as one input section; nothing if it holds nothing. */
int hole_send_file(int fd, const char *field, int from)
{
    static char piece[HOLE_MOST];
    int any = 0;
    while (1) {
        ssize_t count = hole_read(from, piece, sizeof piece);
        if (count < 0)
            return -1;
        if (count == 0)
            break;
        any = 1;
        if (hole_send(fd, 'I', piece, (size_t)count) < 0)
            return -1;
    }
    return any ? hole_send(fd, 'Z', field, strlen(field)) : 0;
}

#ifndef HOLE_NO_MAIN

static void fail(const char *what, const char *which, int status)
{
    fprintf(stderr, "hole: %s%s: %s\n", what, which, strerror(errno));
    exit(status);
}

static void usage(void)
{
    fputs("usage: hole [-d DOORS] [-t TOKEN] [-l LANGUAGE] [-f FIELD=FILE]... [-D KIND]"
          " JOB [NAME=VALUE]... [<INPUT]\n", stderr);
    exit(100);
}

/* Prints the answer until its end; the exit status. */
static int answer(int fd)
{
    static char payload[HOLE_MOST + 1];
    char type;
    long length;
    while ((length = hole_receive(fd, &type, payload)) >= 0) {
        if (type == 'O') {
            if (hole_write(1, payload, (size_t)length) < 0)
                return 111; /* closing the door is telling it */
        } else if (type == 'E') {
            hole_write(2, payload, (size_t)length);
        } else if (type == 'W') {
            fprintf(stderr, "hole: %s\n", payload);
        } else if (type == 'N') {
            strcat(payload, "\n");
            hole_write(3, payload, strlen(payload));
        } else if (type == 'X') {
            int code = 0, signal = 0, at = 0;
            char reason[32];
            if (sscanf(payload, "%d %d %31s %n", &code, &signal, reason, &at) < 3)
                break;
            if (payload[at])
                fprintf(stderr, "hole: %s\n", payload + at);
            else if (strcmp(reason, "done") && strcmp(reason, "failed"))
                fprintf(stderr, "hole: %s\n", reason);
            return code & 255;
        }
    }
    fputs("hole: the hole went away before the end\n", stderr);
    return 111;
}

int main(int argc, char **argv)
{
    const char *doors = getenv("HOLE"), *describe = NULL, *token = NULL, *language = NULL;
    const char *files[64];
    int count = 0, option, fd;

    if (!doors || !*doors)
        doors = "/run/hole";
    while ((option = getopt(argc, argv, "+d:t:l:f:D:")) != -1) {
        switch (option) {
        case 'd': doors = optarg; break;
        case 't': token = optarg; break;
        case 'l': language = optarg; break;
        case 'D': describe = optarg; break;
        case 'f':
            if (!strchr(optarg, '=') || count == 64)
                usage();
            files[count++] = optarg;
            break;
        default: usage();
        }
    }
    if (optind == argc && !describe)
        usage();
    for (int i = optind + 1; i < argc; i++)
        if (!strchr(argv[i], '='))
            usage();
    signal(SIGPIPE, SIG_IGN); /* why it does not listen, it has said */
    fd = hole_open(doors);
    if (fd < 0)
        fail("cannot reach the hole in ", doors, 111);
    if (optind < argc)
        hole_send(fd, 'J', argv[optind], strlen(argv[optind]));
    if (token)
        hole_send(fd, 'T', token, strlen(token));
    if (language)
        hole_send(fd, 'L', language, strlen(language));
    for (int i = optind + 1; i < argc; i++)
        if (hole_send(fd, 'A', argv[i], strlen(argv[i])) < 0 && errno == EMSGSIZE)
            fail("cannot send ", argv[i], 100);
    for (int i = 0; i < count; i++) {
        char name[64];
        const char *path = strchr(files[i], '=') + 1;
        int from = open(path, O_RDONLY);
        if (from < 0)
            fail("cannot read ", path, 111);
        snprintf(name, sizeof name, "%.*s", (int)(path - 1 - files[i]), files[i]);
        hole_send_file(fd, name, from);
        close(from);
    }
    if (!describe && !isatty(0))
        hole_send_file(fd, "", 0);
    if (describe)
        hole_send(fd, 'D', describe, strlen(describe));
    else
        hole_send(fd, 'G', "", 0);
    return answer(fd);
}

#endif
