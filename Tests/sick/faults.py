"""The faults D5 to D16, each switched on by harmless means: things of our own that hang, flood, or talk nonsense."""

import fcntl
import itertools
import os
import pathlib
import pty
import random
import shutil
import socket
import string
import struct
import subprocess
import sys
import threading
import time
import urllib.request

from house import ROOT, eventually


class Fault:
    """Nothing is wrong; the others say what is different with them."""

    row = "-"
    name = "nothing is wrong"
    # True when InfluxDB itself is away: then the readings must be there afterwards, and no batch comes in time.
    server_is_away = False

    def prepare(self, house):
        """Before the configuration is written."""

    def sources(self, house):
        """The sick source's section."""
        return ""

    def influx(self, house):
        """More lines of [influx]."""
        return ""

    def begin(self, house):
        """Once all sources are read."""

    def during(self, house):
        """In the middle of it: more that must be so, as pairs of words and a truth."""
        return []

    def end(self, house):
        """After the figures were taken; the program still runs, and is ended next."""

    def heal(self, house):
        """After the program has ended."""


def texts(count, rng=random.Random(5)):
    return "".join(rng.choices(string.ascii_letters + string.digits, k=count))


class LargeTexts(Fault):
    row, name = "D5", "16 kB of text 40 times a second, InfluxDB away"
    server_is_away = True

    def sources(self, house):
        script = house.folder / "texts.py"
        script.write_text(
            "import random, string, sys, time\n"
            "while True:\n"
            "    text = ''.join(random.choices(string.ascii_letters + string.digits, k=16000))\n"
            "    print(f'texts t=\"{text}\"', flush=True)\n"
            "    time.sleep(0.025)\n"
        )
        return f"""
            [source.texts]
            type = "exec"
            command = ["{sys.executable}", "{script}"]
            running = "always"
            measurements = ["raw.texts"]
        """

    def begin(self, house):
        house.front.leave()

    def end(self, house):
        house.front.heal()
        eventually("the spool is empty again", lambda: ", 0B in the spool" in house.run("status")[1], 120)


class Stuck(Fault):
    """A disk or an adapter that does not answer: Tests/peers/stuck.c."""

    row = "D6"

    def stick(self, house, place):
        library, self.flag = house.folder / "stuck.so", house.folder / "stuck"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, ROOT / "Tests/peers/stuck.c"], check=True)
        house.environment = {"LD_PRELOAD": str(library), "STUCK_FOLDER": str(place), "STUCK_WHILE": str(self.flag)}

    def begin(self, house):
        self.flag.touch()

    def heal(self, house):
        self.flag.unlink(missing_ok=True)


class StuckState(Stuck):
    name = "the disk of state and spool stuck"

    def prepare(self, house):
        self.stick(house, house.state)


class StuckFiles(Stuck):
    name = "the disk of a CSV folder stuck"

    def prepare(self, house):
        self.place = house.folder / "in"
        self.place.mkdir()
        self.stick(house, self.place)

    def sources(self, house):
        return f"""
            [source.files]
            type = "csv"
            folder = "{self.place}"
            every = "1s"
            time_columns = ["date"]
            time_format = "unix"
            measurement = "raw.files"
            fields.n.path = "n"
        """

    def begin(self, house):
        self.write()
        house.repeat(1, self.write)
        time.sleep(1)
        super().begin(house)

    def write(self):
        path = self.place / "log.csv"
        line = f"{time.time():.0f};1\n"
        path.write_text("date;n\n" + line if not path.exists() else path.read_text() + line)


class StuckDatabase(Stuck):
    name = "the disk of InfluxDB's folder stuck (its size is asked each minute)"

    def prepare(self, house):
        self.place = house.folder / "influxdb"
        self.place.mkdir()
        (self.place / "file").write_text("data")
        self.stick(house, self.place)

    def influx(self, house):
        return f'data_directory = "{self.place}"'


class StuckLog(Fault):
    row, name = "D6", "nobody reads the log"

    def prepare(self, house):
        self.reader, house.log = os.pipe()
        # As small as the kernel makes it: full with the first lines.
        fcntl.fcntl(house.log, fcntl.F_SETPIPE_SZ, 4096)
        house.options = ["--log-level", "trace"]

    def heal(self, house):
        os.close(self.reader)
        os.close(house.log)


class SlowAdapter(Stuck):
    row, name = "D7", "an RS485 adapter that takes 5 s to be set up and closed"

    def prepare(self, house):
        # The preloaded library knows a place by how its name begins.
        self.ends = [pty.openpty()]
        while house.line.startswith(name := os.ttyname(self.ends[-1][1])):
            self.ends.append(pty.openpty())
        self.place = name
        self.stick(house, name)

    def sources(self, house):
        return f"""
            [source.inverter]
            type = "aurora"
            device = "{self.place}"
            every = "1s"
        """

    def begin(self, house):
        self.repeated = house.repeat(6, self.once)

    def once(self):
        self.flag.touch()
        time.sleep(5)
        self.flag.unlink(missing_ok=True)

    def end(self, house):
        self.repeated.stop()
        self.flag.touch()

    def heal(self, house):
        super().heal(house)
        for end in self.ends:
            os.close(end[0]), os.close(end[1])


class SlowPattern(Fault):
    row, name = "D8", "a text whose search is quadratic (HTTP, MQTT)"

    def prepare(self, house):
        self.web = house.web_server()
        self.web.pages["/sick"] = (200, "text/plain", b"a" * 60_000)

    def sources(self, house):
        return f"""
            [source.sickweb]
            type = "http"
            url = "{self.web.url}/sick"
            format = "text"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "a[^z]*z"
            [source.sickbroker]
            type = "mqtt"
            broker = "mqtt://127.0.0.1:{house.broker}"
            topics = ["sick"]
            format = "text"
            measurement = "raw.sick"
            fields.n.path = "a[^z]*z"
        """

    def begin(self, house):
        publisher = house.publish("sick")
        house.repeat(2, lambda: house.send(publisher, "a" * 60_000))


class SlowDocument(Fault):
    row, name = "D8", "a document whose place is quadratic (push, HTTP)"
    document = b"<r>" + b"<a/>" * 15_000 + b"</r>"

    def prepare(self, house):
        self.web = house.web_server()
        self.web.pages["/sick"] = (200, "text/xml", self.document)
        self.token = house.folder / "token"
        self.token.write_text("0123456789abcdef0123456789abcdef\n")
        self.token.chmod(0o600)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    def sources(self, house):
        return f"""
            [source.sickweb]
            type = "http"
            url = "{self.web.url}/sick"
            format = "xml"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "count(//a[count(preceding::a) > 3])"
            [source.sickpush]
            type = "push"
            listen = "127.0.0.1:{self.port}"
            token_file = "{self.token}"
            format = "xml"
            measurement = "raw.sick"
            fields.n.path = "count(//a[count(preceding::a) > 3])"
        """

    def begin(self, house):
        house.repeat(3, self.post)

    def post(self):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/push/sickpush", self.document,
            {"Authorization": "Bearer " + self.token.read_text().strip(), "Content-Type": "text/xml"},
        )
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except OSError:
            pass


class OldBroker:
    """A broker that knows MQTT 3.1.1 only, and sends one huge message to whoever subscribes."""

    def __init__(self, size):
        self.size = size
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    @staticmethod
    def packet(stream):
        kind = stream.read(1)[0]
        length, shift = 0, 0
        while True:
            byte = stream.read(1)[0]
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return kind >> 4, stream.read(length)

    def serve(self, client):
        try:
            stream = client.makefile("rb")
            _, body = self.packet(stream)
            if body[2 + struct.unpack(">H", body[:2])[0]] != 4:
                client.sendall(bytes([0x20, 2, 0, 1]))
                return
            client.sendall(bytes([0x20, 2, 0, 0]))
            while True:
                kind, body = self.packet(stream)
                if kind == 8:
                    client.sendall(bytes([0x90, 3]) + body[:2] + b"\1")
                    self.flood(client)
        except (OSError, IndexError):
            pass
        finally:
            client.close()

    def flood(self, client):
        topic = b"huge"
        length, head = 2 + len(topic) + self.size, [0x30]
        while length:
            head.append(length & 127 | (128 if length > 127 else 0))
            length >>= 7
        client.sendall(bytes(head) + struct.pack(">H", len(topic)) + topic)
        piece = b"7" * (1 << 20)
        for _ in range(self.size // len(piece)):
            client.sendall(piece)


class HugeMessage(Fault):
    row, name = "D9", "an MQTT message of 192 MiB from a broker that knows 3.1.1 only"

    def prepare(self, house):
        self.broker = OldBroker(192 << 20)

    def sources(self, house):
        return f"""
            [source.sick]
            type = "mqtt"
            broker = "mqtt://127.0.0.1:{self.broker.port}"
            topics = ["huge"]
            format = "text"
            measurement = "raw.sick"
            fields.n.path = "7"
        """

    def heal(self, house):
        self.broker.listener.close()


class HangingDatabases(Fault):
    row, name = "D10", "two databases of the same server hang"

    def sources(self, house):
        return "".join(
            f"""
            [output.{name}]
            type = "influx"
            url = "{house.front.url}"
            database = "{name}"
            flush = "1s"
            spool = {{ directory = "{house.state}/{name}", limit = "20MB" }}
            """
            for name in ["second", "third"]
        )

    def begin(self, house):
        house.front.mute_databases = {"second", "third"}


class HangingDevice(Fault):
    row, name = "D10", "a device that takes requests and never answers"

    def prepare(self, house):
        self.web = house.web_server()

    def sources(self, house):
        return f"""
            [source.sick]
            type = "http"
            url = "{self.web.url}/sick"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "n"
        """

    def begin(self, house):
        self.web.pages["/sick"] = None


class MissingChip(Fault):
    row, name = "D11", "pulse set while the line of the meter is opened again and again"

    def sources(self, house):
        return """
            [source.meter]
            type = "pulse"
            role = "water"
            chip = "/dev/gpiochip99"
            line = 5
            pulses_per_m3 = 1000
        """

    def during(self, house):
        code, words, seconds = house.run("pulse", "set", "meter", "7.5", patience=90)
        return [(f"pulse set answers in 1 s ({seconds:.1f} s: {words.strip()[:60]})", seconds <= 1)]


class Undead(Fault):
    row, name = "D12", "programs that cannot be ended"

    def prepare(self, house):
        # As with sudo: whoever runs boxenergie may not kill it. One that waits in the kernel for a device is alike.
        self.mighty = house.folder / "mighty"
        shutil.copy(pathlib.Path("/usr/bin/python3").resolve(), self.mighty)
        os.chmod(self.mighty, 0o4755)
        for place in [house.folder, *house.folder.parents][:-2]:
            os.chmod(place, os.stat(place).st_mode | 0o755)
        os.chown(house.state, 65534, 65534)
        os.chmod(os.path.realpath(house.folder / "linky"), 0o666)
        house.prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    def sources(self, house):
        script = "import os, time; os.setresuid(0, 0, 0); time.sleep(4)"
        return "".join(
            f"""
            [source.sick{number}]
            type = "exec"
            command = ["{self.mighty}", "-c", "{script}"]
            measurements = ["raw.sick"]
            every = "1s"
            timeout = "1s"
            """
            for number in range(3)
        )

    def during(self, house):
        ended = house.children().count("Z")
        return [(f"children are collected ({ended} ended ones left)", ended <= 3)]


class CuriousProgram(Fault):
    row, name = "D13", "a program that looks for descriptors and variables that are not its own"

    def prepare(self, house):
        self.found = house.folder / "found"
        script = house.folder / "look"
        script.write_text(f"#!/bin/sh\nset -- /proc/self/fd/*\nenv > {self.found}.new\nls -l /proc/$$/fd >> {self.found}.new\n"
                          f"mv {self.found}.new {self.found}\necho 'sick v=1'\n")
        script.chmod(0o755)
        self.script = script
        house.environment = {"SECRET_OF_THE_BOX": "it"}

    def sources(self, house):
        return f"""
            [source.sick]
            type = "exec"
            command = ["{self.script}"]
            measurements = ["raw.sick"]
            every = "1s"
        """

    def during(self, house):
        lines = self.found.read_text().split("\n")
        names = {line.split("=")[0] for line in lines if "=" in line} - {"PWD", "_", "OLDPWD", "SHLVL"}
        links = [line.split("->")[1].strip() for line in lines if "->" in line]
        ours = [link for link in links if "socket" in link or str(house.state) in link]
        return [(f"variables: {sorted(names)}", names <= {"PATH", "LANG", "LC_ALL", "TZ"}), (f"descriptors: {ours}", not ours)]


class ChattyDevices(Fault):
    row, name = "D14", "50 devices of two kinds on one wildcard, 50 messages a second"
    # Lines of the log in all.
    most_lines = 20

    def sources(self, house):
        return f"""
            [source.plugs]
            type = "mqtt"
            broker = "mqtt://127.0.0.1:{house.broker}"
            topics = ["tele/{{device}}/SENSOR"]
            measurement = "raw.plugs"
            fields.w = {{ path = "w", unit = "W" }}
            fields.temp_c = {{ path = "temp", unit = "°C" }}
        """

    def begin(self, house):
        publishers = [house.publish(f"tele/plug{number}/SENSOR") for number in range(50)]
        self.before = len(house.said().split("\n"))

        # No message is the one before again. One kind of device has all that is wanted, the other one lacks a part.
        lines = [('{"w": %d, "temp": 21}' % count for count in itertools.count()),
                 ('{"w": %d}' % count for count in itertools.count())]

        def speak():
            for number, publisher in enumerate(publishers):
                house.send(publisher, next(lines[number % 2]))

        house.repeat(1, speak)

    def during(self, house):
        lines = len(house.said().split("\n")) - self.before
        return [(f"the log stays small ({lines} lines, at most {self.most_lines})", lines <= self.most_lines)]


class RefusedLines(Fault):
    row, name = "D15", "300 kB of lines that InfluxDB refuses every 5 s"

    def prepare(self, house):
        # The first line makes the field a text: what comes then has another type.
        now = time.time_ns() - 12_000 * 10**9
        self.script, lines, first = house.folder / "print", house.folder / "lines", house.folder / "first"
        lines.write_text("".join(f"refused n={number}.5 {now + number * 10**9}\n" for number in range(12_000)))
        self.script.write_text(f"#!/bin/sh\n[ -e {first} ] && exec cat {lines}\ntouch {first}\necho 'refused n=\"text\"'\n")
        self.script.chmod(0o755)

    def sources(self, house):
        return f"""
            [source.sick]
            type = "exec"
            command = ["{self.script}"]
            measurements = ["raw.refused"]
            every = "5s"
        """

    def begin(self, house):
        self.before = len(house.front.writes)

    def during(self, house):
        requests = len(house.front.writes) - self.before
        return [(f"requests: {requests}", requests <= 500)]


class HugeErrors(Fault):
    row, name = "D16", "error texts of hundreds of kilobytes (exec, HTTP, JSON)"

    def prepare(self, house):
        text = texts(300_000)
        self.web = house.web_server()
        self.web.pages["/page"] = (500, "text/html", b"<html>" + text.encode())
        self.web.pages["/json"] = (200, "application/json", b'{"' + text.encode() + b'": "' + text.encode() + b'"')
        (house.folder / "text").write_text(text)

    def sources(self, house):
        return f"""
            [source.errors]
            type = "exec"
            command = ["/bin/sh", "-c", "cat {house.folder}/text >&2; exit 1"]
            measurements = ["raw.sick"]
            every = "1s"
            [source.output]
            type = "exec"
            command = ["/bin/cat", "{house.folder}/text"]
            measurements = ["raw.sick"]
            every = "1s"
            [source.page]
            type = "http"
            url = "{self.web.url}/page"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "n"
            [source.json]
            type = "http"
            url = "{self.web.url}/json"
            every = "1s"
            measurement = "raw.sick"
            fields.n.path = "n"
        """

    def during(self, house):
        answer = house.run("status", "--format", "json")
        return [(f"status stays short ({len(answer[1])} characters)", len(answer[1]) < 60_000)]


ALL = [
    Fault, LargeTexts, StuckState, StuckFiles, StuckDatabase, StuckLog, SlowAdapter, SlowPattern, SlowDocument, HugeMessage,
    HangingDatabases, HangingDevice, MissingChip, Undead, CuriousProgram, ChattyDevices, RefusedLines, HugeErrors,
]
