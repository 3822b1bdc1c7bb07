"""What bench/hole-kill does: WORK KILLS WAY COMMAND-OF-BRIG..."""
import collections, mmap, os, random, re, signal, socket, subprocess, sys, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../clients"))
import hole

work, kills, way, brig = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
doors, ran, mark = work + "/doors", work + "/ran", "BRIG_KILL=" + work
USER = "irc"
NAME = "kill-%d" % os.getpid()
PATIENCE = 180
seed = int(os.environ.get("SEED", random.randrange(10**6)))
random.seed(seed)

# What a client tells of itself before it is killed, a byte each: of its request, how far it got.
UNSENT, SENDING_END, DONE, OTHER = 0, 1, 2, 3
state = mmap.mmap(-1, 1 << 20)

faults = []
number = 0
job_of = {}


def fault(what):
    faults.append(what)
    print("FAULT: " + what, file=sys.stderr, flush=True)


def until(what, condition, patience=PATIENCE):
    deadline = time.time() + patience
    while True:
        found = condition()
        if found:
            return found
        if time.time() > deadline:
            fault("waited %d s in vain for %s" % (patience, what))
            return found
        time.sleep(0.01)


# The hole.

LEFT = "(setsid sleep 777 &); setsid sleep 777 & sleep 777 & (sleep 777 &);"
SCRIPTS = {
    "one": 'echo "start $0" >>RAN; sleep "$1"; echo "done $0" >>RAN; echo "out $0"',
    "tree": 'echo "start $0" >>RAN; ' + LEFT + ' sleep "$1"; echo "done $0" >>RAN; echo "out $0"',
    "two": 'echo "start $0" >>RAN; sleep "$1"; echo "first $0" >>RAN',
}
STEP = """
[[jobs.NAME.steps]]
role = "output"
command = ["/bin/sh", "-c", 'SCRIPT', "{id}", "{pause}"]
environment = { PATH = "/usr/bin:/bin", BRIG_KILL = "WORK" }
"""
hole_file = """
callers = ["root"]
user = "%s"
queue_wait = "60s"
[sessions]
idle = "8h"
absolute = "20h"
rotate = "8h"
each_user = 1000
failures = 1000
[jobs.login]
title = "Log in"
session = "begins"
fields = [ { name = "name", type = "text", label = "name" } ]
[[jobs.login.steps]]
role = "authorize"
command = ["/bin/true"]
names_user = "{name}"
[jobs.who]
title = "Who am I?"
session = "needs"
[[jobs.who.steps]]
role = "output"
command = ["/bin/echo", "{session.user}"]
[jobs.logout]
title = "Log out"
session = "ends"
[[jobs.logout.steps]]
command = ["/bin/true"]
""" % USER
for job, script in SCRIPTS.items():
    hole_file += """
[jobs.%s]
title = "%s"
fifo = true
at_once = 8
fields = [
  { name = "id", type = "text", label = "id", characters = "digits" },
  { name = "pause", type = "decimal", label = "pause", min = 0, max = 9, places = 3 },
]
""" % (job, job) + STEP.replace("NAME", job).replace("SCRIPT", script)
    if job == "two":
        hole_file += STEP.replace("NAME", job).replace("SCRIPT", 'echo "done $0" >>RAN; echo "out $0"')
with open(work + "/" + NAME + ".hole.toml", "w") as f:
    f.write(hole_file.replace("RAN", ran).replace("WORK", work))
os.mkdir(doors)
open(ran, "w").close()
os.chmod(ran, 0o666)
said = open(work + "/said", "ab")
listener = None


def serve():
    global listener
    listener = subprocess.Popen(
        brig + ["hole", "serve", work + "/" + NAME + ".hole.toml", "--at", doors, "--grace", "1"], stderr=said, stdin=subprocess.DEVNULL)

    def answers():
        if listener.poll() is not None:
            sys.exit("bench/hole-kill: the listener did not start:\n" + open(work + "/said").read()[-2000:])
        try:
            return hole.Hole(doors).describe(kind="json").reason == "done"
        except hole.HoleError:
            return False

    until("the listener's door", answers)


def children(pid):
    """State, pid of the children that a process has."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stat = open("/proc/%s/stat" % name).read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(stat[1]) == pid:
                found.append((stat[0], int(name)))
    return found


def marked():
    """Processes that a job has started, wherever they have gone."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if mark.encode() + b"\0" in open("/proc/%s/environ" % name, "rb").read():
                    found.append(int(name))
            except OSError:
                pass
    return found


# Clients: each is a process.


def frame(kind, payload=b""):
    return kind + b" %d\n" % len(payload) + payload


def in_pieces(send, request, me):
    """Sends a request piece by piece; the end of it in a last piece, after a word about it."""
    cut = len(request) - 1
    at = 0
    while at < cut:
        piece = random.randrange(1, 40)
        send(request[at : min(cut, at + piece)])
        at += piece
        time.sleep(random.random() * 0.01)
    state[me] = SENDING_END
    send(request[cut:])


def by_socket(job, me, pause):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(doors + "/socket")
        request = frame(b"V", b"1") + frame(b"J", job.encode()) + frame(b"A", b"id=%d" % me)
        request += frame(b"A", b"pause=%.3f" % pause) + frame(b"G")
        in_pieces(s.sendall, request, me)
        with s.makefile("rb") as stream:
            answer = hole.read(stream, None)
    return answer.reason if answer.reason != "done" or answer.output == b"out %d\n" % me else "no output"


def by_pipes(job, me, pause):
    place = doors + "/replies/k%d" % me
    for suffix in ("", ".in", ".end"):
        os.mkfifo(place + suffix, 0o600)
    with open(doors + "/fifo", "wb", 0) as door:
        door.write(b"%s k%d\n" % (job.encode(), me))
    with open(place + ".in", "wb", 0) as to:
        in_pieces(to.write, b"id=%d\npause=%.3f\n%%%%\n" % (me, pause), me)
    with open(place, "rb") as f:
        output = f.read()
    with open(place + ".end", "rb") as f:
        end = f.read().split(b" ")
    return "no output" if end[2:3] == [b"done\n"] and output != b"out %d\n" % me else b"".join(end[2:3]).decode().strip()


def form(job, values, token):
    shown = hole.Hole(doors).describe(job, None, token, kind="json")
    found = re.search(rb'"nonce":"([A-Za-z0-9_-]+)"', shown.output)
    if not found:
        return shown
    answer = hole.Hole(doors).call(job, dict(values, brig_nonce=found[1]), None, shown.token or token)
    answer.token = answer.token or shown.token or token
    return answer


def log_in(me):
    answer = form("login", {"name": "visitor%d" % me}, None)
    if answer.reason == "done":
        note("told", me, answer.token)
    return answer.reason


def log_out(me, token):
    os.rename(work + "/told/%d" % me, work + "/leaving/%d" % me)
    answer = form("logout", {}, token)
    if answer.reason == "done":
        note("ended", me, token)
    return answer.reason


def note(where, me, token):
    path = work + "/%s/%d" % (where, me)
    with open(path + ".new", "w") as f:
        f.write(token)
    os.rename(path + ".new", path)


for name in ("told", "leaving", "ended"):
    os.mkdir(work + "/" + name)


def noted(where):
    found = {}
    for name in os.listdir(work + "/" + where):
        if name.isdigit():
            try:
                found[int(name)] = open(work + "/%s/%s" % (where, name)).read()
            except FileNotFoundError:
                pass  # a client logs out just now
    return found


def start(task, *rest):
    """A client as a process of its own: its pid and its number."""
    global number
    number += 1
    me = number
    pid = os.fork()
    if pid == 0:
        random.seed(seed * 100000 + me)
        try:
            state[me] = DONE if task(*(rest[:1] + (me,) + rest[1:] if rest else (me,))) == "done" else OTHER
        except BaseException:
            pass
        os._exit(0)
    return pid, me


def start_some():
    started = []
    for _ in range(random.randrange(2, 5)):
        kind = random.randrange(10)
        if kind < 7:
            job = random.choice(list(SCRIPTS))
            door = by_pipes if kind < 3 else by_socket
            started.append(start(door, job, random.random() * 0.3) + ("call",))
            job_of[started[-1][1]] = job
        elif kind < 9 or not noted("told"):
            started.append(start(log_in) + ("login",))
        else:
            me, token = random.choice(sorted(noted("told").items()))
            pid = os.fork()
            if pid == 0:
                try:
                    log_out(me, token)
                except BaseException:
                    pass
                os._exit(0)
            started.append((pid, 0, "logout"))
    return started


def end_clients(started, patience):
    """Waits for clients; those that wait for a listener that is gone are killed."""
    deadline = time.time() + patience
    left = {pid for pid, _, _ in started}
    while left and time.time() < deadline:
        for pid in list(left):
            if os.waitpid(pid, os.WNOHANG)[0]:
                left.discard(pid)
        time.sleep(0.005)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return left


# What must hold.


def check_runs(what):
    seen = collections.Counter(open(ran).read().split("\n")[:-1])
    for line, times in seen.items():
        word, _, me = line.partition(" ")
        if times > 1:
            fault("%s: '%s' %d times" % (what, line, times))
        if not me.isdigit() or state[int(me)] == UNSENT:
            fault("%s: '%s' although the request was not sent whole" % (what, line))
    return seen


def check_session(me, token, lives, what):
    answer = form("who", {}, token)
    if lives and (answer.reason != "done" or answer.output != b"visitor%d\n" % me):
        fault("%s: the session of visitor %d is lost: %s %s" % (what, me, answer.reason, answer.message))
    if not lives and answer.reason != "login":
        fault("%s: the session of visitor %d was ended and lives: %s" % (what, me, answer.reason))


def check_sessions(what, most):
    for where, lives in (("told", True), ("ended", False)):
        known = sorted(noted(where).items())
        for me, token in random.sample(known, min(most, len(known))):
            check_session(me, token, lives, what)


def descriptors():
    return len(os.listdir("/proc/%d/fd" % listener.pid))


def turn(victim):
    """One kill; False when there was nothing to kill any more."""
    started = start_some()
    time.sleep(random.random() * 0.25)
    killed = set()
    if victim == "client":
        pid, me, kind = random.choice(started)
        if os.waitpid(pid, os.WNOHANG)[0]:
            started.remove((pid, me, kind))
        else:
            os.kill(pid, signal.SIGKILL)
            killed.add(me)
    elif victim == "job":
        deadline = time.time() + 1
        jobs = []
        while not jobs and time.time() < deadline:
            jobs = marked()
        for pid in random.sample(jobs, min(1, len(jobs))):
            try:
                os.kill(pid, signal.SIGKILL)
                killed.add(0)
            except ProcessLookupError:
                pass
    else:
        listener.kill()
        listener.wait()
        killed.add(0)
        end_clients(started, 0.2)
        serve()
    what = "%s killed" % victim
    if victim != "listener":
        late = end_clients(started, PATIENCE)
        if late:
            fault("%s: %d clients wait for ever" % (what, len(late)))
    left = until("the end of all processes, " + what, lambda: not marked())
    if not left:
        for pid in marked():
            subprocess.run(["ps", "-o", "pid,ppid,sid,pgid,uid,etime,args", "-p", str(pid)])
            os.kill(pid, signal.SIGKILL)
    seen = check_runs(what)
    for _, me, kind in started:
        if kind == "call" and state[me] == DONE and not seen["done %d" % me]:
            fault("%s: call %d was told that it is done" % (what, me))
        if kind == "call" and victim == "client" and me not in killed and state[me] != DONE:
            fault("%s: call %d of another was not answered" % (what, me))
    for line in seen:
        me = line[5:]
        if line.startswith("done ") and job_of[int(me)] == "two" and "first " + me not in seen:
            fault("%s: the second step of call %s ran without the first one's success" % (what, me))
    check_sessions(what, 8 if victim == "listener" else 1)
    return bool(killed)


try:
    serve()
    for _ in range(4):  # so that what is made once is made
        end_clients(start_some(), PATIENCE)
    until("the end of all processes", lambda: not marked())
    before = descriptors()
    done = collections.Counter()
    tries = 0
    begun = time.time()
    while sum(done.values()) < kills and tries < 4 * kills and len(faults) < 20:
        tries += 1
        victim = random.choice(["client"] * 4 + ["job"] * 4 + ["listener"])
        if turn(victim):
            done[victim] += 1
            if sum(done.values()) % 50 == 0:
                print("%d kills in %d s" % (sum(done.values()), time.time() - begun), flush=True)
    check_sessions("at the end", 10**6)
    until("a listener without zombies", lambda: not [p for s, p in children(listener.pid) if s == "Z"])
    log = open(work + "/brig/lib/holes/" + NAME + ".log").read()
    if descriptors() > before + 30:
        fault("the listener has %d descriptors, and began with %d" % (descriptors(), before))
    listener.terminate()
    if listener.wait(PATIENCE) != 0:
        fault("the listener's orderly end: status %d" % listener.returncode)
    groups = [top for top, _, _ in os.walk("/sys/fs/cgroup") if "brig-hole-" + NAME in top]
    if groups:
        fault("cgroups are left: %s" % groups)
    if children(os.getpid()):
        fault("processes are left: %s" % children(os.getpid()))
    if sum(done.values()) < kills:
        fault("only %d of %d kills" % (sum(done.values()), kills))
    print(
        "bench/hole-kill, %s: %d kills (%d clients, %d jobs, %d listeners) in %d s; %d programs ran, %d calls were"
        " noted as interrupted; %d sessions live, %d were ended; faults: %d (SEED=%d)"
        % (way, sum(done.values()), done["client"], done["job"], done["listener"], time.time() - begun,
           len([1 for line in open(ran) if line.startswith("start")]), log.count('"end":"interrupted"'),
           len(noted("told")), len(noted("ended")), len(faults), seed))
finally:
    if listener is not None and listener.poll() is None:
        listener.kill()
        listener.wait()
sys.exit(1 if faults else 0)
