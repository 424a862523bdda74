"""A real VictoriaMetrics: how it does, and what it has."""

import json
import re
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

PEER = Path(__file__).resolve().parents[1] / "peers" / "victoria-metrics"
CAPACITY = "vm_concurrent_insert_capacity"
TAKEN = 'vm_rows_inserted_total{type="influx"}'
# A fleet's series in one answer. And as a centre should: a connection that rests is closed soon, since a box sends once
# in a quarter of an hour; with the minute that is usual all boxes of a fleet have one open.
OPTIONS = ["-search.maxUniqueTimeseries=2000000", "-search.maxQueryDuration=5m", "-http.idleConnTimeout=5s"]


class Engine:
    """`with Engine() as engine`: started by Tests/peers/victoria-metrics, which ends with us, however we end."""

    def __enter__(self):
        self.process = subprocess.Popen([PEER, *OPTIONS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.heard()
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)

    def heard(self):
        line = self.process.stdout.readline().strip()
        if not line:
            raise SystemExit("Tests/peers/victoria-metrics did not start a server; its words are above.")
        return line

    def tell(self, order):
        """stop or start."""
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        return self.heard()

    @property
    def place(self):
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{self.url}{path}?{query}", timeout=300) as answer:
            return answer.read().decode()

    def write(self, lines):
        urllib.request.urlopen(f"{self.url}/write?db=parc&precision=s", "\n".join(lines).encode(), timeout=60).close()

    def flush(self):
        """What was taken can be asked for from now on."""
        self.get("/internal/force_flush")

    def ask(self, query, moment):
        """{the label's values of a series, in the order of their names but for the name and db: its value}."""
        answer = json.loads(self.get("/api/v1/query", query=query, time=moment))
        found = {}
        for series in answer["data"]["result"]:
            labels = {key: text for key, text in series["metric"].items() if key not in ("__name__", "db")}
            found[tuple(labels[key] for key in sorted(labels))] = float(series["value"][1])
        return found

    def metrics(self):
        """{name: sum over all labels}, and the same by name with its labels."""
        found = {}
        for line in self.get("/metrics").splitlines():
            name, _, value = line.rpartition(" ")
            for key in {name, re.sub(r"\{.*", "", name)}:
                found[key] = found.get(key, 0) + float(value)
        return found


class Watch:
    """Asks the engine each second how it does, beside the boxes."""

    LIMITS = {
        "inserts that waited too long": "vm_concurrent_insert_limit_timeout_total",
        "lines that could not be read": 'vm_rows_invalid_total{type="influx"}',
        "rows refused by the storage": "vm_rows_ignored_total",
    }

    def __init__(self, engine):
        self.engine = engine
        self.most = {"open files": 0, "memory in MB": 0, "inserts at once": 0}
        self.is_over = False
        self.first = self.last = engine.metrics()
        self.begun = time.monotonic()
        self.misses = 0
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self):
        while not self.is_over:
            self.look()
            time.sleep(1)

    def look(self):
        try:
            now = self.engine.metrics()
        except OSError:
            self.misses += 1
            return
        self.last = now
        for name, value in (
            ("open files", now["process_open_fds"]),
            ("memory in MB", now["process_resident_memory_bytes"] / 1e6),
            ("inserts at once", now["vm_concurrent_insert_current"]),
        ):
            self.most[name] = max(self.most[name], round(value))

    def end(self):
        """What it found, as texts, and which limits were passed."""
        self.is_over = True
        self.thread.join()
        self.look()
        seconds = time.monotonic() - self.begun
        grown = lambda name: self.last.get(name, 0) - self.first.get(name, 0)  # noqa: E731
        broken = [f"{words}: {grown(name):.0f}" for words, name in self.LIMITS.items() if grown(name) > 0]
        limit = self.last["process_max_fds"]
        if self.most["open files"] >= 0.98 * limit:
            broken.append(f"open files: {self.most['open files']} of {limit:.0f}")
        if self.misses:
            broken.append(f"did not answer {self.misses} questions for its own figures")
        words = [
            f"processor {grown('process_cpu_seconds_total'):.0f} s in {seconds:.0f} s",
            f"memory at most {self.most['memory in MB']} MB",
            f"open files at most {self.most['open files']} of {limit:.0f}",
            f"inserts at once at most {self.most['inserts at once']} of {self.last[CAPACITY]:.0f}"
            f" ({grown('vm_concurrent_insert_limit_reached_total'):.0f} waited for their turn)",
            f"{grown(TAKEN):.0f} samples taken",
            f"{self.last['vm_data_size_bytes'] / 1e6:.0f} MB of data and index",
        ]
        return words, broken
