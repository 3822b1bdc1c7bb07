"""What bench/web measures with: wrk, and /proc."""
import os, re, subprocess

TICK = os.sysconf("SC_CLK_TCK")
UNIT = {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}


def wrk(url, connections, seconds, words):
    """One turn: requests, rate a second, p99 in ms, and what wrk says went wrong."""
    line = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s", "--timeout", "10s", "--latency"]
    text = subprocess.run(line + words + [url], check=True, capture_output=True, text=True, timeout=seconds + 60).stdout
    if "Non-2xx" in text:
        raise SystemExit(f"bench/web: {url} is answered with errors: " + re.search("Non-2xx.*", text).group())
    number, unit = re.search(r"^\s+99%\s+([\d.]+)(\w+)", text, re.M).groups()
    return {
        "requests": int(re.search(r"(\d+) requests in", text).group(1)),
        "rate": float(re.search(r"^Requests/sec:\s+([\d.]+)", text, re.M).group(1)),
        "p99": float(number) * UNIT[unit],
        "wrong": "; ".join(re.findall(r"Socket errors.*", text)),
    }


def stat(pid):
    """Fields of proc_pid_stat(5) after the name, or None."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def tree(*roots):
    """Processes and all below them."""
    below = {}
    for name in os.listdir("/proc"):
        fields = stat(name) if name.isdigit() else None
        if fields:
            below.setdefault(int(fields[1]), []).append(int(name))
    found, left = [], list(roots)
    while left:
        pid = left.pop()
        found.append(pid)
        left += below.get(pid, [])
    return found


def processor_seconds(pids):
    """User and system time, with that of children that were waited for."""
    fields = [stat(pid) for pid in pids]
    return sum(sum(map(int, of[11:15])) for of in fields if of) / TICK


def pss(pid):
    """Bytes; what several share is divided among them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M).group(1)) * 1024
    except (FileNotFoundError, ProcessLookupError, AttributeError):
        return 0
