"""Clients for bench/soak: DOORS PID-OF-LISTENER SECONDS JCMD LOG SHARE."""
import os, random, re, signal, socket, subprocess, sys, threading, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../clients"))
import hole

doors, pid, seconds, jcmd = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
log, share = sys.argv[5], int(sys.argv[6]) / 100
MOST_MB, AFTER = 80, 100000
path = doors + "/socket"
end = time.time() + seconds
wrong = []
counts = {"calls": 0, "pipes": 0, "logins": 0, "busy": 0, "hostile": 0}
lock = threading.Lock()


def count(what):
    with lock:
        counts[what] += 1


def fault(what):
    with lock:
        wrong.append("%s: %s" % (time.strftime("%H:%M:%S"), what))


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


# Those who keep to the rules: each of their calls must be answered, with what it asked for.


def honest_call():
    word = "word-%d" % random.randrange(10**9)
    answer = hole.Hole(doors).call("good", {"x": word})
    if answer.reason == "busy":
        return count("busy")
    if answer.reason != "done" or answer.output != word.encode() + b"\n":
        fault("a call ended as %s %s %r" % (answer.reason, answer.message, answer.output))
    count("calls")


def honest_pipes():
    word = "word-%d" % random.randrange(10**9)
    name = "s%d" % random.randrange(10**12)
    pipes = [doors + "/replies/" + name + suffix for suffix in ("", ".in", ".end")]
    for pipe in pipes:
        os.mkfifo(pipe, 0o600)
    try:
        with open(doors + "/fifo", "wb", 0) as door:
            door.write(b"good %s\n" % name.encode())
        with open(pipes[1], "wb", 0) as to:
            to.write(b"x=%s\n%%%%\n" % word.encode())
        with open(pipes[0], "rb") as output:
            text = output.read()
        with open(pipes[2], "rb") as ending:
            said = ending.read()
        if b" busy" in said:
            return count("busy")
        if text != word.encode() + b"\n" or not said.startswith(b"0 0 done"):
            fault("a call by pipes ended as %r %r" % (said, text))
        count("pipes")
    finally:
        for pipe in pipes:
            os.unlink(pipe)


def form(job, values, token):
    """Asks for a job's form, and sends it."""
    shown = hole.Hole(doors).describe(job, None, token, kind="json")
    found = re.search(rb'"nonce":"([A-Za-z0-9_-]+)"', shown.output)
    if shown.reason != "done" or not found:
        raise OSError("the form of %s: %s %s" % (job, shown.reason, shown.message))
    token = shown.token or token
    answer = hole.Hole(doors).call(job, dict(values, brig_nonce=found[1]), None, token)
    return answer, answer.token or token


def honest_login():
    name = "visitor%d" % random.randrange(50)
    answer, token = form("login", {"name": name, "word": "right", "brig_peer": "198.51.100.%d" % random.randrange(250)}, None)
    for _ in range(3):
        if answer.reason == "busy":
            return count("busy")
        if answer.reason != "done":
            return fault("a session's call ended as %s %s" % (answer.reason, answer.message))
        answer, token = form("who", {}, token)
        if answer.reason == "done" and answer.output != name.encode() + b"\n":
            return fault("the session of %s is that of %r" % (name, answer.output))
    answer, token = form("logout", {}, token)
    if answer.reason == "done" and hole.Hole(doors).describe("who", None, token).reason != "login":
        fault("a session that was ended lives")
    count("logins")


def spent():
    """Processor time of the listener, of what it ran, and of this process, in seconds."""
    fields = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    mine = os.times()
    return sum(int(n) for n in fields[11:15]) / os.sysconf("SC_CLK_TCK") + mine.user + mine.system


room = threading.Event()
room.set()


def hold_back():
    """Nobody begins anything while more than the share of one processor has been taken."""
    begun, before = time.time(), spent()
    while share > 0:
        try:
            taken = spent() - before
        except OSError:
            break
        ahead = taken / share - (time.time() - begun)
        if ahead > 0.5:
            room.clear()
        elif ahead <= 0:
            room.set()
        time.sleep(0.05)
    room.set()


def goes_on():
    room.wait(max(0, end - time.time()))
    return time.time() < end


def honest(task):
    while goes_on():
        try:
            task()
        except (OSError, hole.HoleError) as e:
            fault("%s: %s" % (task.__name__, e))


def guess(s):
    form("login", {"name": "stranger", "word": "wrong", "brig_peer": "192.0.2.1"}, None)


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
    time.sleep(random.choice([1, 1, 1, 14]) * random.random())


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
    time.sleep(random.random() * 14)


def lines(s):
    """Lines for the FIFO door that lead nowhere, are too long, or name no place."""
    with open(doors + "/fifo", "wb", 0) as door:
        door.write(random.choice([b"good ../../x\n", b"x" * 4000 + b"\n", b"good nosuch\n", b"\0\n", b"good"]) + b"\n")


def pipe(s):
    """Its pipes are a file and a link, or nobody reads them, or its input ends too early."""
    name = "h%d" % random.randrange(10**12)
    place = doors + "/replies/" + name
    made = [place + ".in", place]
    kind = random.randrange(3)
    os.mkfifo(made[0], 0o600)
    if kind == 0:
        os.symlink("/etc/passwd", place)
    else:
        os.mkfifo(place, 0o600)
    try:
        with open(doors + "/fifo", "wb", 0) as door:
            door.write(b"good %s\n" % name.encode())
        if kind < 2:
            with open(made[0], "wb", 0) as to:
                to.write(b"x=half\n" + (b"" if kind else b"%%\n"))
        else:
            time.sleep(random.random())
    finally:
        for one in made:
            os.unlink(one)


def nasty():
    tasks = [garbage, half, too_long, deaf, gone, bomb, orphans, endless, cancel, silent, guess, lines, pipe]
    while goes_on():
        try:
            with connect() as s:
                random.choice(tasks)(s)
        except (OSError, hole.HoleError):
            pass
        count("hostile")


def heap():
    """Live bytes after a collection, in MB."""
    try:
        subprocess.run([jcmd, str(pid), "GC.run"], capture_output=True, timeout=60, check=True)
        said = subprocess.run([jcmd, str(pid), "GC.heap_info"], capture_output=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError) as e:
        fault("jcmd: %s" % e)
        return -1.0
    return sum(int(n) for n in re.findall(rb"(?:DefNew|Tenured) +total.*? used (\d+)K", said)) / 1024


def resident():
    """KiB, before anything is collected."""
    return int(re.search(r"VmRSS:\s+(\d+)", open("/proc/%d/status" % pid).read()).group(1))


marked = None


def mark():
    """Its memory when so many calls were answered."""
    global marked
    if marked is None and counts["calls"] + counts["pipes"] >= AFTER:
        marked = resident() / 1024
        print("resident after %d calls: %.1f MB (goal: at most %d)" % (
            counts["calls"] + counts["pipes"], marked, MOST_MB), flush=True)


most = 0


def measure():
    global most
    status = open("/proc/%d/status" % pid).read()
    kib = resident()
    most = max(most, kib / 1024)
    living = heap()
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
        if os.path.basename(top).startswith("brig-hole-soak"):
            groups = max(groups, len(names))
    return living, kib // 1024, len(os.listdir("/proc/%d/fd" % pid)), threads, children, zombies, groups


COLUMNS = ["seconds", "calls", "pipes", "logins", "busy", "hostile", "heap MB", "RSS MB", "fds", "threads", "children", "zombies", "cgroups", "wrong"]


def tell(when, now):
    row = [when] + [counts[k] for k in ("calls", "pipes", "logins", "busy", "hostile")]
    row += ["%.1f" % now[0]] + list(now[1:]) + [len(wrong)]
    print(" ".join("%8s" % cell for cell in row), flush=True)


first = measure()
crowd = [threading.Thread(target=honest, args=(task,), daemon=True) for task in (honest_call, honest_call, honest_pipes, honest_login)]
crowd += [threading.Thread(target=nasty, daemon=True) for _ in range(6)]
for one in crowd:
    one.start()
print(" ".join("%8s" % name for name in COLUMNS), flush=True)
begun = time.time()
early = None
threading.Thread(target=hold_back, daemon=True).start()
step = max(5, seconds // (6 if share else 24))
while time.time() < end:
    until = min(end, time.time() + step)
    while time.time() < until:
        time.sleep(min(1, max(0.1, until - time.time())))
        mark()
    now = measure()
    early = early or now
    # As logrotate does: what runs must not notice.
    os.replace(log, log + ".1")
    os.kill(pid, signal.SIGHUP)
    tell("%d" % (time.time() - begun), now)
for one in crowd:
    one.join(90)
    if one.is_alive():
        fault("a client still waits for its answer")
time.sleep(4)
last = measure()
tell("at rest", last)
failed = []
if wrong:
    failed.append("%d calls were not answered as they must be, such as %s" % (len(wrong), wrong[:5]))
for what in ("calls", "pipes", "logins"):
    if counts[what] == 0:
        failed.append("%s: none succeeded" % what)
if last[4] or last[5]:
    failed.append("processes are left")
if last[2] > first[2] + 40 + last[6] * 6:
    failed.append("descriptors are left")
if last[6] > 24:
    failed.append("cgroups are left")
if last[0] > early[0] + 8:
    failed.append("the heap grew")
if last[1] > early[1] + 60:
    failed.append("memory grew")
if most > MOST_MB:
    failed.append("the listener took %.1f MB" % most)
for line in failed:
    print("bench/soak: " + line, file=sys.stderr)
print("resident: at most %.1f MB%s (goal: %d after %d calls)" % (
    most, ", %.1f when %d calls were answered" % (marked, AFTER) if marked else "", MOST_MB, AFTER))
print("bench/soak: %d calls, %d by pipes, %d sessions, %d told busy, %d hostile: %s" % (
    counts["calls"], counts["pipes"], counts["logins"], counts["busy"], counts["hostile"],
    "faults" if failed else "every good call was answered, nothing grew, nothing is left"))
sys.exit(1 if failed else 0)
