"""Sources that say too much (D5, D14, D15)."""

import itertools
import sys
import time

from fault import Fault
from house import eventually


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
        eventually("the spool is empty again", lambda: ", 0 kB on the disk" in house.run("status")[1], 120)


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
