"""psutil at its best, told by lines of JSON: {"do": NAME, "args": [...], "times": N} does it so often, and answers with
the processor and wall milliseconds that took. Nothing is written as JSON of what it read."""
import json
import sys
import time

import psutil


def processes(attrs):
    return [process.info for process in psutil.process_iter(attrs)]


def largest(attrs, count):
    """The largest by memory: sizes of all, the rest of those that are shown."""
    sizes = sorted(psutil.process_iter(["memory_info"]), key=lambda process: process.info["memory_info"].rss)
    shown = []
    for process in sizes[-count:]:
        try:
            shown.append(process.as_dict(attrs))
        except psutil.NoSuchProcess:
            pass
    return shown


def tree():
    children = {}
    for process in psutil.process_iter(["ppid", "name"]):
        children.setdefault(process.info["ppid"], []).append((process.pid, process.info["name"]))
    return children


def watch():
    """Processes are kept between two looks, as process_iter does by itself."""
    seen = []
    for process in psutil.process_iter():
        try:
            with process.oneshot():
                seen.append((process.pid, process.cpu_percent(), process.memory_info().rss))
        except psutil.NoSuchProcess:
            pass
    return seen


def calls(asked, pause_ms=0):
    answers = [getattr(psutil, name)(**args) for name, args in asked]
    if pause_ms:
        time.sleep(pause_ms / 1000)
    return answers


DOINGS = {"processes": processes, "largest": largest, "tree": tree, "watch": watch, "calls": calls}

print(psutil.__version__, flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(asked["times"]):
        DOINGS[asked["do"]](*asked["args"])
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"cpuMs": 1000 * cpu, "wallMs": 1000 * wall}), flush=True)
