"""What real boxes send: a few houses, lived and sent by the program itself, as the requests that reach the centre.

Each house writes two days into a database of its own, and `boxenergie send` gives yesterday to an output that writes to
a recorder here: encoder, policy in the name, tag `box` and the size of a request are the product's. The box's health
comes from the running program. A simulated box then plays one of these houses: only its identity and the times are
replaced.
"""

import http.server
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "dashboards"))

from house import QUARTER  # noqa: E402
from influx import Influx  # noqa: E402

DAY = 86_400
# What is written once and never again: an engine without policies would add up the rest (influx/FLEET.md).
ONLY = ["m15.energy", "m15.tariff", "m15.phase", "m15.power", "m15.meter", "raw.box"]
# Houses as `boxenergie simulate` lives them.
HOUSES = [
    ("producteur", ["--seed", "1"]),
    ("triphase", ["--seed", "2", "--phases", "3"]),
    ("tempo", ["--seed", "3", "--consumer", "--mode", "historique", "--tariff", "tempo"]),
    ("batterie", ["--seed", "4", "--battery"]),
]
IDENTITY = re.compile(rb",box=([0-9a-z]{5}-[0-9a-z]{5})\b")
SITE = re.compile(rb",site=[a-z]+")


class Recorder:
    """`with Recorder() as centre`: takes every write, keeps its lines."""

    def __enter__(self):
        recorder = self
        self.lines = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                recorder.lines += self.rfile.read(int(self.headers["Content-Length"])).splitlines()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class House:
    """A day of a house: {quarter of the day: lines}, each line without its time, and the health of a box."""

    def __init__(self, lines, health):
        self.identity = IDENTITY.search(lines[0])[1]
        site = SITE.search(lines[0])[0]
        self.quarters = {}
        for line in lines:
            head, _, nanoseconds = line.rpartition(b" ")
            self.quarters.setdefault(int(nanoseconds) // 10**9 % DAY // QUARTER, []).append(head)
        health = [IDENTITY.sub(b",box=" + self.identity, SITE.sub(site, line)) for line in health]
        self.health = [line.rpartition(b" ")[0] for line in health]
        if len(self.quarters) != DAY // QUARTER:
            raise SystemExit(f"the house has {len(self.quarters)} of the 96 quarters of its day")

    def number(self, quarter, name):
        """A field of m15_energy in a quarter of the day; `None` when it is not known."""
        for line in self.quarters[quarter]:
            if line.startswith(b"m15_energy,"):
                found = re.search(rb"[ ,]" + name.encode() + rb"=([-0-9.e]+)", line)
                return float(found[1]) if found else None
        return None


def configuration(folder, site, server, centre, only, more=""):
    path = Path(folder, f"{site}.toml")
    path.write_text(
        f"""state = "{folder}/{site}"
clock_has_battery = true
[tags]
site = "{site}"
[influx]
url = "{server}"
[output.centre]
type = "influx"
url = "{centre}"
names = "policy"
flush = "1s"
only = {json.dumps(only)}
{more}
""",
        encoding="utf-8",
    )
    return path


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{program} {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}{done.stderr}")


def health(program, folder, server, centre):
    """The lines of raw.box of a program that runs."""
    more = '[source.rien]\ntype = "exec"\ncommand = ["/bin/echo", "{}"]\nformat = "json"\nmeasurement = "raw.essai"\n'
    more += 'fields.x.path = "x"\n'
    config = configuration(folder, "sante", server, centre.url, ["raw.box"], more)
    before = len(centre.lines)
    daemon = subprocess.Popen([program, "run", "--config", config], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(300):
            if len(centre.lines) > before:
                return centre.lines[before:]
            time.sleep(0.2)
        raise SystemExit("the running program told nothing of its health within a minute")
    finally:
        daemon.terminate()
        daemon.communicate(timeout=20)


def houses(program, only=None, kinds=HOUSES):
    """The houses, in the order of `kinds`; about half a minute."""
    only = only or ONLY
    yesterday = time.strftime("%Y-%m-%d", time.localtime(time.time() - DAY))
    found = []
    with tempfile.TemporaryDirectory() as folder, Influx() as server, Recorder() as centre:
        told = health(program, folder, server.url, centre)
        for site, options in kinds:
            config = configuration(folder, site, server.url, centre.url, only)
            live = ["simulate", "--points", "--days", "3", "--raw-days", "0", "--step", "300", *options]
            run(program, *live, "--config", config)
            centre.lines.clear()
            run(program, "send", "--from", yesterday, "--to", yesterday, "--to-output", "centre", "--config", config)
            found.append(House(centre.lines[:], told))
    return found


if __name__ == "__main__":
    for kind, house in zip(HOUSES, houses(sys.argv[1])):
        lines = [line for lines in house.quarters.values() for line in lines]
        print(kind[0], house.identity.decode(), len(lines), "lines", sum(map(len, lines)), "bytes")
        print(*(line.decode() for line in house.quarters[50] + house.health), sep="\n")
