"""Disks and adapters that do not answer (D6, D7)."""

import fcntl
import os
import pty
import subprocess
import time

from fault import Fault
from house import ROOT


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
