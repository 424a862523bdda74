"""Neighbours that stand still as they are, with their connections open (SIGSTOP): nobody else waits for them."""

import os
import pathlib
import signal
import subprocess

from fault import Fault
from house import ROOT, eventually

PEERS = ROOT / "Tests/peers"
PYTHON = ROOT / ".build-tools/peers/bin/python"
SCHEMA = ROOT / "Sources/MeterOutputs/PostgreSQL/Files/boxenergie.sql"


class FrozenNeighbour(Fault):
    """One that takes values first, then nothing."""

    def send(self, order):
        self.peer.stdin.write(order + "\n")
        self.peer.stdin.flush()

    def ask(self, order):
        self.send(order)
        return self.peer.stdout.readline().strip()

    def has_values(self):
        """True once it was told something."""

    def begin(self, house):
        eventually(f"a value at the neighbour: {self.name}", self.has_values)
        self.freeze()

    def freeze(self):
        assert self.ask("freeze") == "ok"

    def heal(self, house):
        self.ask("thaw")


class FrozenBroker(FrozenNeighbour):
    row, name = "mqtt", "the broker of Home Assistant stands still"

    def prepare(self, house):
        self.peer = house.peer(PEERS / "mosquitto")
        self.port = int(self.peer.stdout.readline())

    def sources(self, house):
        return f"""
            [output.home]
            type = "mqtt"
            broker = "mqtt://127.0.0.1:{self.port}"
            every = "1s"
        """

    def freeze(self):
        # This one does not answer orders.
        self.send("freeze")

    def heal(self, house):
        self.send("thaw")

    def has_values(self):
        heard = ["mosquitto_sub", "-p", str(self.port), "-t", "boxenergie/#", "-C", "1", "-W", "1"]
        return subprocess.run(heard, capture_output=True).stdout != b""


class FrozenPostgreSQL(FrozenNeighbour):
    row, name = "psql", "PostgreSQL stands still"

    def prepare(self, house):
        self.peer = house.peer(PEERS / "postgres", "plain")
        self.port, folder = int(self.peer.stdout.readline()), self.peer.stdout.readline().strip()
        psql = ["psql", "-q", "-h", folder, "-p", str(self.port), "-U", "admin", "-v", "ON_ERROR_STOP=1"]
        os.environ |= {"PGPASSWORD": "secret", "PGOPTIONS": "-c client_min_messages=warning"}
        subprocess.run([*psql, "-d", "postgres", "-c", "CREATE DATABASE boxenergie"], check=True)
        subprocess.run([*psql, "-d", "boxenergie", "-f", SCHEMA], check=True, stdout=subprocess.DEVNULL)

    def sources(self, house):
        return f"""
            [output.hoster]
            type = "postgres"
            host = "127.0.0.1"
            port = {self.port}
            username = "admin"
            tls = "off"
            flush = "1s"
        """

    def has_values(self):
        self.send("sql SELECT count(*) FROM boxenergie.reading")
        lines = list(iter(lambda: self.peer.stdout.readline().strip(), "."))
        return lines[0].isdigit() and int(lines[0]) > 0


class FrozenEmonCMS(FrozenNeighbour):
    row, name = "emon", "EmonCMS stands still"

    def prepare(self, house):
        self.peer = house.peer("python3", PEERS / "emoncms.py")
        self.port = int(self.peer.stdout.readline())
        self.key = pathlib.Path(house.folder / "emoncms.key")
        self.key.write_text("write-key\n")
        self.key.chmod(0o600)

    def sources(self, house):
        return f"""
            [output.emoncms]
            type = "emoncms"
            url = "http://127.0.0.1:{self.port}/emoncms"
            key_file = "{self.key}"
            flush = "1s"
        """

    def has_values(self):
        return self.ask("requests") != "[]"

    def freeze(self):
        os.kill(self.peer.pid, signal.SIGSTOP)

    def heal(self, house):
        os.kill(self.peer.pid, signal.SIGCONT)


class FrozenBus(FrozenNeighbour):
    row, name = "knx", "knxd stands still"

    def prepare(self, house):
        self.peer = house.peer(PEERS / "knxd", PYTHON)
        self.socket, _ = self.peer.stdout.readline().strip(), self.peer.stdout.readline()

    def sources(self, house):
        return f"""
            [output.bus]
            type = "knx"
            knxd = "{self.socket}"
            every = "1s"
            groups = {{ "5/0/1" = "linky.import_wh", "5/0/2" = "linky.import_w" }}
        """

    def has_values(self):
        return int(self.ask("count")) > 0


ALL = [FrozenBroker, FrozenPostgreSQL, FrozenEmonCMS, FrozenBus]
