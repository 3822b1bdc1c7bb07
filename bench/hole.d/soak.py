"""Clients for bench/soak: SOCKET PID-OF-LISTENER SECONDS."""
import os, random, re, socket, sys, threading, time

path, pid, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
end = time.time() + seconds
good, wrong, hostile = [0], [], [0]
lock = threading.Lock()


def frame(kind, payload=b""):
    return kind + b" %d\n" % len(payload) + payload


def request(job, value):
    return frame(b"V", b"1") + frame(b"J", job) + frame(b"A", b"x=" + value) + frame(b"G")


def read(s):
    parts = []
    while True:
        part = s.recv(65536)
        if not part:
            return b"".join(parts)
        parts.append(part)


def connect():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(60)
    s.connect(path)
    return s


def honest():
    while time.time() < end:
        word = b"word-%d" % random.randrange(10**9)
        try:
            with connect() as s:
                s.sendall(request(b"good", word))
                answer = read(s)
        except OSError as e:
            answer = str(e).encode()
        with lock:
            if b"%s\n" % word in answer and answer.endswith(b"0 0 done"):
                good[0] += 1
            elif not answer.endswith(b"111 0 busy"):
                wrong.append(answer[-200:])


def garbage(s):
    s.sendall(os.urandom(random.randrange(1, 3000)))
    read(s)


def half(s):
    s.sendall(request(b"good", b"x")[: random.randrange(1, 20)])


def too_long(s):
    s.sendall(b"V 1\n1J 99999999\n")
    read(s)


def deaf(s):
    s.sendall(request(b"bad", b"head -c 190000 /dev/zero"))
    time.sleep(random.random())


def gone(s):
    s.sendall(request(b"bad", b"sleep 5"))
    time.sleep(random.random() / 5)


def bomb(s):
    s.sendall(request(b"bad", b"b() { b | b & }; b; sleep 3"))
    read(s)


def orphans(s):
    s.sendall(request(b"bad", b"setsid sleep 100 & (setsid sleep 100 &) ; exit 3"))
    read(s)


def endless(s):
    s.sendall(request(b"bad", b"yes"))
    read(s)


def cancel(s):
    s.sendall(request(b"bad", b"sleep 3"))
    time.sleep(random.random() / 10)
    s.sendall(frame(b"C"))
    read(s)


def silent(s):
    time.sleep(random.random() * 3)


def nasty():
    while time.time() < end:
        try:
            with connect() as s:
                random.choice([garbage, half, too_long, deaf, gone, bomb, orphans, endless, cancel, silent])(s)
        except OSError:
            pass
        with lock:
            hostile[0] += 1


def measure():
    status = open("/proc/%d/status" % pid).read()
    kib = int(re.search(r"VmRSS:\s+(\d+)", status).group(1))
    threads = int(re.search(r"Threads:\s+(\d+)", status).group(1))
    children = zombies = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stat = open("/proc/%s/stat" % name).read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(stat[1]) == pid:
                children += 1
                zombies += stat[0] == "Z"
    groups = 0
    for top, names, _ in os.walk("/sys/fs/cgroup"):
        if top.endswith("/brig-hole-soak"):
            groups = max(groups, len(names))
    return kib // 1024, len(os.listdir("/proc/%d/fd" % pid)), threads, children, zombies, groups


crowd = [threading.Thread(target=honest, daemon=True) for _ in range(2)]
crowd += [threading.Thread(target=nasty, daemon=True) for _ in range(6)]
for one in crowd:
    one.start()
print("%8s %8s %8s %8s %6s %8s %8s %8s %8s" % ("seconds", "good", "hostile", "MB", "fds", "threads", "children", "zombies", "cgroups"), flush=True)
begun = time.time()
first = None
step = max(5, seconds // 20)
while time.time() < end:
    time.sleep(min(step, max(0.1, end - time.time())))
    now = measure()
    first = first or now
    print("%8d %8d %8d %8d %6d %8d %8d %8d %8d" % ((time.time() - begun, good[0], hostile[0]) + now), flush=True)
for one in crowd:
    one.join(70)
time.sleep(4)
last = measure()
print("at rest  %8d %8d %8d %6d %8d %8d %8d %8d" % ((good[0], hostile[0]) + last))
failed = []
if wrong:
    failed.append("%d good calls were not answered, such as %r" % (len(wrong), wrong[0]))
if good[0] == 0:
    failed.append("no good call was answered")
if last[3] or last[4]:
    failed.append("processes are left")
if last[1] > 60 + last[5] * 6:
    failed.append("descriptors are left")
if last[0] > first[0] + 60:
    failed.append("memory grew")
for line in failed:
    print("bench/soak: " + line, file=sys.stderr)
sys.exit(1 if failed else 0)
