"""A box that reads a simulated Linky each second, its server, and what it costs."""
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests"))
from beside import kilobytes, run  # noqa: E402

WARM_UP = 40


def two_builds(parser):
    """What a script that compares two builds of the program was asked, with both as `programs`."""
    parser.add_argument("before")
    parser.add_argument("after")
    try:
        asked = parser.parse_args()
    except SystemExit as end:
        sys.exit(64 if end.code else 0)
    asked.programs = [os.path.abspath(program) for program in (asked.before, asked.after)]
    for program in asked.programs:
        if not os.access(program, os.X_OK):
            print(f"{program} is no program", file=sys.stderr)
            sys.exit(64)
    return asked


class Server:
    """A real InfluxDB."""

    def __init__(self):
        self.process = subprocess.Popen([ROOT / "Tests/peers/influxd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def configured(folder, url, name, source=""):
    """A configuration of a box with a folder and a database of its own."""
    own = folder / name
    own.mkdir()
    path = folder / f"{name}.toml"
    path.write_text(f'state = "{own}"\nclock_has_battery = true\n[influx]\nurl = "{url}"\ndatabase = "{name}"\n{source}')
    return path


class Box:
    """A box that reads a simulated Linky each second."""

    def __init__(self, program, folder, url, name, more=""):
        line = folder / f"{name}-linky"
        self.meter = subprocess.Popen([program, "simulate", "--link", line], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not line.exists():
            time.sleep(0.1)
        path = configured(folder, url, name, f'[source.linky]\ntype = "teleinfo"\ndevice = "{line}"\nevery = "1s"\n{more}')
        run(program, "provision", "--config", path)
        self.process = subprocess.Popen([program, "run", "--config", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def costs(self):
        """Seconds of the processor, and times put to sleep, since it began."""
        tasks = list(pathlib.Path(f"/proc/{self.process.pid}/task").iterdir())
        seconds = sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
        sleeps = sum(int(re.search(r"\nvoluntary\S+\s+(\d+)", (task / "status").read_text())[1]) for task in tasks)
        return seconds, sleeps

    def memory(self, name):
        """MB of the process, by a name in /proc/PID/status."""
        return kilobytes(self.process.pid, name) / 1024

    def end(self):
        for process in (self.process, self.meter):
            process.terminate()
            process.wait()
