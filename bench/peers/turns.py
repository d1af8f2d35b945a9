"""What every Python peer shares: it answers one JSON object a line (see bench/peer.js)."""

import json
import sys
from time import perf_counter, process_time


def serve(prepare):
    """Answers until input ends. prepare(case) returns the function whose calls are timed, with a `note` where it chose."""
    works = {}
    for line in sys.stdin:
        request = json.loads(line)
        if "prepare" in request:
            try:
                work = works[request["id"]] = prepare(request["prepare"])
            except ImportError as error:
                answer({"missing": error.name or str(error)})
                continue
            work()
            answer({"ready": facts() | ({"way": work.note} if hasattr(work, "note") else {})})
        elif "turn" in request:
            answer(timed(works[request["id"]], request["turn"]))
        else:
            del works[request["drop"]]
            answer({})


def timed(work, count):
    seconds = []
    before = process_time()
    for _ in range(count):
        started = perf_counter()
        work()
        seconds.append(perf_counter() - started)
    return {"seconds": seconds, "cpu": (process_time() - before) / count}


def answer(message):
    print(json.dumps(message), flush=True)


def facts():
    """Versions of what was imported, and which matrix kernels are in use."""
    found = {"python": sys.version.split()[0]}
    for name in ("numpy", "scipy", "torch"):
        if name in sys.modules:
            found[name] = str(sys.modules[name].__version__)
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        found["kernel"] = "unknown (threadpoolctl is not installed)"
        return found
    blas = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    found["kernel"] = "; ".join(
        f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}, {pool['num_threads']} threads"
        for pool in blas
    )
    return found
