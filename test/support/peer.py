"""psutil behind JSON lines: one request a line on standard input, one answer a line on standard output.

    {"id": 1, "call": "process", "pid": 7, "attrs": ["ppid", "name", ["memory_maps", {"grouped": false}]]}
    {"id": 2, "call": "processes", "attrs": ["pid", "name"]}
    {"id": 3, "call": "function", "name": "disk_usage", "args": ["/"]}
    {"id": 4, "call": "pids"}
    {"id": 5, "call": "cpu", "of": {"call": "pids"}, "times": 100}

An answer is {"id": …, "result": …}. What psutil raises is data, {"error": "AccessDenied", "message": "…"}, in the
place of the value it stands for: psutil's opinion about what cannot be read is a thing to compare like any other.
"""
import enum
import json
import sys
import time

import psutil


def attempt(read):
    try:
        return plain(read())
    except Exception as error:  # Whatever it is, the test that asked is the one to judge it.
        return {"error": type(error).__name__, "message": str(error)}


def plain(value):
    """Named tuples as objects, enums by what they are compared as, text as it is: JSON keeps its odd bytes."""
    if isinstance(value, enum.IntEnum):
        return value.name if type(value).__module__ in ("socket", "signal") else int(value)
    if isinstance(value, enum.Enum):
        return value.value
    if hasattr(value, "_asdict"):
        return {key: plain(item) for key, item in value._asdict().items()}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, psutil.Process):
        return value.pid
    if isinstance(value, float) and value - value != 0:
        return None  # JSON has no infinity.
    return value


def called(function, args):
    return function(**args) if isinstance(args, dict) else function(*args)


def attribute(process, attr):
    name, args = (attr, []) if isinstance(attr, str) else attr
    value = getattr(process, name)
    return called(value, args) if callable(value) else value


def read_attributes(process, attrs):
    with process.oneshot():
        names = [attr if isinstance(attr, str) else attr[0] for attr in attrs]
        return {name: attempt(lambda: attribute(process, attr)) for name, attr in zip(names, attrs)}


def process(request):
    return read_attributes(psutil.Process(request["pid"]), request["attrs"])


def processes(request):
    return [read_attributes(each, request["attrs"]) for each in psutil.process_iter()]


def function(request):
    return called(getattr(psutil, request["name"]), request.get("args", []))


def pids(_request):
    return psutil.pids()


def bare(request):
    """The call as a user of psutil makes it: what it costs to make its value plain is no cost of psutil's."""
    if request["call"] != "function":
        return lambda: answer(request)
    of, args = getattr(psutil, request["name"]), request.get("args", [])
    return (lambda: of(**args)) if isinstance(args, dict) else (lambda: of(*args))


def cpu(request):
    """The processor and wall seconds that so many calls took; encoding them as JSON is not among them."""
    call, times = (bare(request["of"]), request.get("times", 1)) if "of" in request else (None, 0)
    cpu_start, start = time.process_time(), time.perf_counter()
    for _ in range(times):
        call()
    return {"cpu": time.process_time() - cpu_start, "wall": time.perf_counter() - start, "total": time.process_time()}


CALLS = {"process": process, "processes": processes, "function": function, "pids": pids, "cpu": cpu}


def answer(request):
    return attempt(lambda: CALLS[request["call"]](request))


def main():
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"id": request["id"], "result": answer(request)}), flush=True)


main()
