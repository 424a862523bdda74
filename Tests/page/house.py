"""A simulated house with its box, its database and its page, for the tests of the page."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Tests"))
from beside import free_port  # noqa: E402

TARIFFS = """
[tariff.a]
from = "2024-01-01"
option = "{option}"
prices = {prices}
subscription = 20.46
feed_in = 0.04
"""
PRICES = {
    "hphc": "{ HC = 0.1635, HP = 0.2081 }",
    "tempo": "{ HCJB = 0.1232, HPJB = 0.1494, HCJW = 0.1391, HPJW = 0.1730, HCJR = 0.1460, HPJR = 0.6468 }",
    "base": "{ BASE = 0.2016 }",
}


def eventually(what, is_so, seconds=90):
    """Looks until something is so; its value then."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = is_so()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


class House:
    """One with a Linky and an inverter, `days` of history, and a page at `url`.

    Its meters are simulated, unless `linky` makes the only one, of the path at which it is to be. Its box goes by the
    machine's clock, unless there is another `clock`, and is started at once, unless not `starts`.
    """

    def __init__(self, program, days=0, tariff="hphc", page='listen = "127.0.0.1:{port}"', options=(), step=60,
                 linky=None, clock=None, starts=True):
        self.program = os.fspath(program)
        self.clock = clock
        self.folder = tempfile.mkdtemp(prefix="boxenergie-page-")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.options = ["--tariff", tariff, *options]
        self.parts = {}
        self.linky = linky
        self.page = page.format(port=self.port) if page is not None else None
        self.tariff = tariff
        self.database = subprocess.Popen(
            [ROOT / "Tests/peers/influxd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.influx = self.database.stdout.readline().strip()
        self.configure()
        self.run("provision")
        if days:
            self.run("simulate", "--points", "--days", str(days), "--raw-days", "2", "--step", str(step),
                     *self.options)
        self.start_meters()
        if starts:
            self.start_box()

    def configure(self, page="as before"):
        if page != "as before":
            self.page = page
        text = f'state = "{self.folder}"\nclock_has_battery = true\n'
        text += f'[influx]\nurl = "{self.influx}"\nflush = "1s"\nspool = {{ directory = "{self.folder}/spool" }}\n'
        if self.page is not None:
            text += f"[page]\n{self.page}\n"
        text += "[site]\nname = \"Chez nous\"\nlatitude = 47.22\nlongitude = -1.55\n"
        text += TARIFFS.format(option=self.tariff, prices=PRICES[self.tariff])
        text += f'[source.linky]\ntype = "teleinfo"\ndevice = "{self.folder}/linky"\nevery = "1s"\n'
        if "--consumer" not in self.options and self.linky is None:
            text += f'[source.onduleur]\ntype = "modbus"\ndevice = "{self.folder}/rs485"\nunit = 2\n'
            text += 'every = "2s"\n'
        self.config = f"{self.folder}/boxenergie.toml"
        pathlib.Path(self.config).write_text(text)

    def run(self, *arguments):
        done = subprocess.run(
            [self.program, *arguments, *(["--config", self.config] if "--link" not in arguments else [])],
            capture_output=True, text=True, timeout=600,
        )
        assert done.returncode == 0, f"{arguments}: {done.returncode} {done.stdout} {done.stderr}"
        return done.stdout

    def start(self, name, *arguments):
        log = open(f"{self.folder}/{name}.log", "a")
        clock = self.clock.environment if self.clock and name == "box" else {}
        self.parts[name] = subprocess.Popen(
            [self.program, *arguments], stdout=log, stderr=log, env={**os.environ, **clock}
        )

    def start_meters(self):
        if self.linky is not None:
            self.linky = self.linky(f"{self.folder}/linky")
            return
        links = ["--link", f"{self.folder}/linky"]
        if "--consumer" not in self.options:
            links += ["--modbus", f"{self.folder}/rs485"]
        self.start("meters", "simulate", *links, *self.options)
        eventually("the meters are there", lambda: os.path.exists(f"{self.folder}/linky"))

    def start_box(self):
        self.start("box", "run", "--config", self.config)
        if self.page is not None:
            eventually("the page answers", self.answers)

    def answers(self):
        try:
            return self.get("/health")[0] == 200
        except OSError:
            return False

    def end(self, name, how=signal.SIGTERM):
        part = self.parts.pop(name)
        part.send_signal(how)
        return part.wait(30)

    def reload(self):
        self.parts["box"].send_signal(signal.SIGHUP)

    def get(self, path, headers=None, method="GET"):
        """Status, headers and body of an answer, whatever its status."""
        request = urllib.request.Request(self.url + path, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def now(self):
        return json.loads(self.get("/api/now")[2])

    def write(self, policy, lines):
        """Writes points of line protocol, dated in seconds, beside the box."""
        address = f"{self.influx}/write?db=boxenergie&rp={policy}&precision=s"
        urllib.request.urlopen(address, "\n".join(lines).encode(), timeout=30).close()

    def query(self, text):
        """The rows of an InfluxQL statement, by column."""
        address = f"{self.influx}/query?db=boxenergie&epoch=s&q={urllib.parse.quote(text)}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            results = json.load(answer)["results"]
        assert "error" not in results[0], results
        return [
            dict(zip(series["columns"], row)) | series.get("tags", {})
            for series in results[0].get("series", []) for row in series["values"]
        ]

    def has_database(self):
        try:
            self.query("SHOW DATABASES")
            return True
        except OSError:
            return False

    def log(self, name):
        return pathlib.Path(f"{self.folder}/{name}.log").read_text()

    def close(self):
        for name in list(self.parts):
            self.parts[name].kill()
            self.parts.pop(name).wait()
        if self.linky is not None:
            self.linky.close()
        self.database.stdin.close()
        self.database.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
