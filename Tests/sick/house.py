"""A house with four sources that are well, real peers around it, and the program that reads them."""

import itertools
import json
import os
import pathlib
import re
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from front import Front

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLUSH = 2
# The sources that are well: seconds between their readings, and what is stored of them.
WELL = {"linky": (5, "va_in"), "program": (1, "n"), "web": (2, "n"), "broker": (1, "n")}


def eventually(what, is_so, patience=60):
    end = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {patience} s")
        time.sleep(0.2)


class Repeated:
    """A thread that does something at once and then every so many seconds until it is stopped."""

    def __init__(self, seconds, what):
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.work, args=(seconds, what), daemon=True)
        self.thread.start()

    def work(self, seconds, what):
        due = time.monotonic()
        while True:
            what()
            due += seconds
            if self.ended.wait(max(0, due - time.monotonic())):
                return

    def stop(self):
        self.ended.set()
        self.thread.join(10)


class Web(ThreadingHTTPServer):
    """Web servers of devices: `pages` has the status, the kind and the bytes of each path; None for one that hangs."""

    daemon_threads = True

    def __init__(self):
        self.pages = {"/well": (200, "application/json", b'{"n": 1}')}
        self.ended = threading.Event()
        super().__init__(("127.0.0.1", 0), Page)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.server_address[1]

    def handle_error(self, *arguments):
        pass

    def end(self):
        self.ended.set()
        self.shutdown()
        self.server_close()


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        page = self.server.pages.get(self.path, (404, "text/plain", b"nothing here"))
        if page is None:
            self.server.ended.wait()
            self.close_connection = True
            return
        status, kind, body = page
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class House:
    """Starts all that is well; the fault adds its own."""

    def __init__(self, program, folder):
        self.program, self.folder = str(program), pathlib.Path(folder)
        self.state = self.folder / "state"
        self.state.mkdir(parents=True)
        # What a fault may change before the program starts.
        self.environment, self.prefix, self.options, self.log = {}, [], [], None
        self.process = None
        self.ended = []
        self.influxd = self.peer(ROOT / "Tests/peers/influxd")
        self.influx = self.influxd.stdout.readline().strip()
        host, port = self.influx.removeprefix("http://").split(":")
        self.front = Front(host, int(port))
        self.mosquitto = self.peer(ROOT / "Tests/peers/mosquitto")
        self.broker = int(self.mosquitto.stdout.readline())
        self.web = self.web_server()
        self.simulator = self.peer(self.program, "simulate", "--link", self.folder / "linky")
        self.line = self.simulator.stdout.readline().strip()
        self.publisher = self.publish("well/n")
        # No message is the one before again: that would be a repetition, which is left out.
        numbers = itertools.count()
        self.repeat(1, lambda: self.send(self.publisher, '{"n": %d}' % next(numbers)))

    # --- What is around the program ---

    def peer(self, *command, **options):
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL, **options,
        )
        self.ended.append(lambda: self.end(process))
        return process

    @staticmethod
    def end(process):
        process.stdin.close()
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            process.terminate()
        process.wait()

    def web_server(self):
        """A device's web server of its own: each is asked one thing after the other."""
        web = Web()
        self.ended.append(web.end)
        return web

    def publish(self, topic):
        """Mosquitto's own client: each line that it gets is a message."""
        return self.peer("mosquitto_pub", "-p", self.broker, "-t", topic, "-l")

    @staticmethod
    def send(process, line):
        process.stdin.write(line + "\n")
        process.stdin.flush()

    def repeat(self, seconds, what):
        repeated = Repeated(seconds, what)
        self.ended.append(repeated.stop)
        return repeated

    def query(self, text, database="boxenergie"):
        body = urllib.parse.urlencode({"q": text, "db": database, "epoch": "ns"}).encode()
        with urllib.request.urlopen(self.influx + "/query", body, timeout=30) as answer:
            result = json.load(answer)["results"][0]
        if "error" in result:
            raise AssertionError(result["error"])
        return [row for series in result.get("series", []) for row in series["values"]]

    def times(self, source):
        """The times of a source's readings that InfluxDB has, in seconds."""
        return [row[0] / 1e9 for row in self.query(f'SELECT {WELL[source][1]} FROM "raw"."{source}"')]

    # --- The program ---

    @property
    def config(self):
        return str(self.folder / "boxenergie.toml")

    def configure(self, more="", influx=""):
        seconds = {name: period for name, (period, _) in WELL.items()}
        text = f"""
            state = "{self.state}"
            clock_has_battery = true
            [influx]
            url = "{self.front.url}"
            flush = "{FLUSH}s"
            spool = {{ limit = "20MB" }}
            {influx}
            [source.linky]
            type = "teleinfo"
            device = "{self.folder}/linky"
            every = "{seconds["linky"]}s"
            [source.program]
            type = "exec"
            command = ["/bin/echo", "program n=1"]
            measurements = ["raw.program"]
            every = "{seconds["program"]}s"
            [source.web]
            type = "http"
            url = "{self.web.url}/well"
            measurement = "raw.web"
            every = "{seconds["web"]}s"
            fields.n.path = "n"
            [source.broker]
            type = "mqtt"
            broker = "mqtt://127.0.0.1:{self.broker}"
            topics = ["well/n"]
            measurement = "raw.broker"
            fields.n.path = "n"
            {more}
        """
        pathlib.Path(self.config).write_text("\n".join(line.strip() for line in text.split("\n")))
        made = subprocess.run([self.program, "provision", "--config", self.config], capture_output=True, text=True)
        if made.returncode != 0:
            raise AssertionError(f"provision: {made.stdout}{made.stderr}")

    def start(self):
        log = self.log if self.log is not None else open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [*self.prefix, self.program, "run", "--config", self.config, *self.options],
            env=os.environ | self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
        )

        def all_are_read():
            if self.process.poll() is not None:
                raise AssertionError(f"the program ended: {self.said()[-2000:]}")
            return all(len(self.times(source)) >= 2 for source in WELL)

        eventually("a reading of each source", all_are_read)

    def said(self):
        """The log so far."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def run(self, *words, patience=20):
        """One of the program's other commands: its code, its words and its seconds; None for one that does not end."""
        began = time.monotonic()
        try:
            done = subprocess.run(
                [self.program, *words, "--config", self.config], capture_output=True, text=True, timeout=patience,
            )
            return done.returncode, done.stdout + done.stderr, time.monotonic() - began
        except subprocess.TimeoutExpired:
            return None, "", time.monotonic() - began

    def fact(self, name):
        """A number of /proc/PID/status."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s*(\d+)", status, re.M)[1])

    def cpu(self):
        """The processor's seconds so far."""
        words = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def children(self):
        """The states of the processes that the program has started and not collected: Z for an ended one."""
        states = []
        for place in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                words = place.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(words[1]) == self.process.pid:
                states.append(words[0])
        return states

    def stop(self, patience=20):
        """SIGTERM: its seconds, or None when it had to be killed."""
        began = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(patience)
            return time.monotonic() - began
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.front.close()
        for end in reversed(self.ended):
            end()
