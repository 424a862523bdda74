"""One box under test: the driver's process, its folder, and what may be lost of what it read."""

import os
import pathlib
import re
import signal
import subprocess
import threading
import time

# The fast clock's zero as a date: yesterday.
YESTERDAY = int(time.time()) - 86_400


class Box:
    """Starts, stops and kills the driver; `safe` and `last` are what it has said of its readings."""

    def __init__(
        self, driver, folder, url, site, *, output="influx", speed=100, period=1, poisoned=False, disk=None, power_cut=None,
        least_timeout=0
    ):
        self.output = output
        self.driver, self.url, self.site, self.speed, self.period = driver, url, site, speed, period
        self.least_timeout = least_timeout
        # A library that keeps from the disk what was not synced.
        self.poisoned, self.disk, self.power_cut = poisoned, disk, power_cut
        # Where the driver sees its folder, and where the test does.
        self.inside = pathlib.Path(folder)
        self.folder = disk.seen(folder) if disk else self.inside
        self.origin = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - int(20e9 / speed)
        self.ahead, self.synchronized = YESTERDAY, True
        self.last = self.safe = 0
        self.unsafe = set()
        # How many wait for a date: they are safe, and not on their way yet.
        self.undated = 0
        self.process = None
        self.log = open(str(folder) + ".log", "ab")
        # Numbers that were in memory, or in a record that the test spoilt, when something happened to them.
        self.may_be_lost = set()
        self.runs = 0

    @property
    def spool(self):
        return self.folder / "spool"

    def start(self):
        arguments = self.disk.enter if self.disk else []
        arguments += [self.driver, "--url", self.url, "--folder", str(self.inside), "--site", self.site]
        arguments += ["--after", str(self.last), "--speed", str(self.speed), "--origin", str(self.origin)]
        arguments += ["--output", self.output]
        arguments += ["--ahead", str(self.ahead), "--period", str(self.period)]
        arguments += ["--least-timeout", str(self.least_timeout)]
        arguments += ["--poisoned"] * self.poisoned + ["--unsynchronized"] * (not self.synchronized)
        self.safe, self.unsafe = self.last, set()
        self.runs += 1
        environment = dict(os.environ)
        if self.power_cut:
            environment |= {"LD_PRELOAD": self.power_cut, "POWERCUT": str(self.inside)}
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, env=environment
        )
        self.listener = threading.Thread(target=self.listen, args=(self.process,), daemon=True)
        self.listener.start()
        before, end = self.last, time.monotonic() + 60
        while self.last == before:
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the program reads nothing; it ended with {self.process.poll()}")
            time.sleep(0.001)

    def listen(self, process):
        for line in process.stdout:
            word, number, *more = line.split()
            if word == b"a":
                self.last = int(number)
            else:
                undated, *ranges = more
                self.undated = int(undated)
                bounds = [[int(n) for n in r.split(b"-")] for r in ranges]
                self.unsafe = {n for b in bounds for n in range(b[0], b[-1] + 1)}
                self.safe = int(number)

    def has_sent(self, number):
        """Whether nothing up to a number waits any more, as far as the driver has said."""
        is_dated = self.safe >= number and not self.undated
        return is_dated and not self.segments() and min(self.unsafe, default=self.last + 1) > number

    def set_clock(self, ahead, synchronized):
        self.ahead, self.synchronized = ahead, synchronized
        if self.process:
            self.process.stdin.write(b"%d %d\n" % (ahead, synchronized))
            self.process.stdin.flush()

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def kill(self):
        """What was in memory may be lost, nothing else; with `power_cut` also nothing that was not synced stays."""
        self.end(signal.SIGKILL)

    def stop(self):
        """As systemd would: nothing may be lost that the disk or the server takes."""
        code = self.end(signal.SIGTERM)
        if code != 0:
            raise AssertionError(f"the program ended with {code} on SIGTERM")
        if (self.safe < self.last or self.unsafe) and not (self.disk and self.disk.is_sick):
            raise AssertionError(f"{self.last - self.safe} readings and {self.unsafe} were given up on SIGTERM")

    def end(self, number):
        self.process.send_signal(number)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("the program does not end") from None
        self.listener.join()
        self.process.stdin.close()
        self.process = None
        self.may_be_lost.update(range(self.safe + 1, self.last + 1))
        self.may_be_lost |= self.unsafe
        if self.disk and self.disk.is_sick:
            # What the server refused waits in memory for the disk.
            self.may_be_lost |= self.poison()
        return code

    def poison(self):
        """The numbers that the server must refuse."""
        return {n for n in range(1, self.last + 1) if self.poisoned and (n % 97 == 13 or n % 89 == 7)}

    # --- What lies on the disk ---

    def segments(self):
        return sorted(self.spool.glob("*.spool"))

    def records(self, path):
        """Where each record of a segment stands, with the numbers in it; a spoilt one belongs to the one before."""
        data = path.read_bytes()
        starts = [m.start() for m in re.finditer(rb"# batch crc=", data)]
        found = []
        for start, end in zip(starts, starts[1:] + [len(data)]):
            body = data[start:end].rstrip(b"\0\n")
            found.append((start, start + len(body) + 1, {int(n) for n in re.findall(rb' n="?(-?\d+)', body)}))
        return found

    def tear(self, rng):
        """Cuts or blanks the last record at any of its bytes, as a power cut while it was written would."""
        for path in reversed(self.segments()):
            records = self.records(path)
            if not records:
                continue
            start, end, numbers = records[-1]
            cut = rng.randrange(start, end)
            data = path.read_bytes()
            path.write_bytes(data[:cut] if rng.random() < 0.5 else data[:cut] + bytes(len(data) - cut))
            self.may_be_lost |= numbers
            return True
        return False

    def flip(self, rng):
        """Flips one bit of a segment: at most the record that it is in may be lost."""
        paths = [p for p in self.segments() if p.stat().st_size]
        if not paths:
            return False
        path = rng.choice(paths)
        data = bytearray(path.read_bytes())
        records = self.records(path)
        used = records[-1][1] if records else 0
        # Mostly where records are, now and then in the zeros behind them.
        place = rng.randrange(used) if used and rng.random() < 0.9 else rng.randrange(len(data))
        data[place] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        for start, end, numbers in records:
            if start <= place < end:
                self.may_be_lost |= numbers
        return True

    def blank(self, rng):
        """Makes zeros of a block of a segment, as a card may that loses power: its records may be lost, no other."""
        paths = [p for p in self.segments() if self.records(p)]
        if not paths:
            return False
        path = rng.choice(paths)
        data = bytearray(path.read_bytes())
        records = self.records(path)
        start = rng.randrange(records[-1][1]) // 512 * 512
        end = min(start + 512, len(data))
        data[start:end] = bytes(end - start)
        path.write_bytes(data)
        for first, last, numbers in records:
            if first < end and start < last:
                self.may_be_lost |= numbers
        return True

    def refused(self):
        """The numbers in the dead letters."""
        text = b"".join(p.read_bytes() for p in self.spool.glob("refused.lp*"))
        lines = [l for l in text.split(b"\n") if not l.startswith(b"#")]
        return {int(n) for l in lines for n in re.findall(rb' n="?(-?\d+)', l)}
