"""A real InfluxDB for one test."""

import json
import pathlib
import subprocess
import urllib.parse
import urllib.request

from troubled_server import TroubledServer

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Influx:
    """A real influxd with the box's database."""

    def __init__(self):
        self.process = subprocess.Popen(
            [ROOT / "Tests/peers/influxd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self.process.stdout.readline().strip()
        self.query("CREATE DATABASE boxenergie")
        self.query("CREATE RETENTION POLICY raw ON boxenergie DURATION 60d REPLICATION 1 SHARD DURATION 7d DEFAULT")

    # It refuses a field of another type, and what is older than a policy keeps.
    refuses_lines = True
    has_parts_of_seconds = True

    def troubled(self, site):
        """A server before it that does everything wrong."""
        host, port = self.url.removeprefix("http://").split(":")
        return TroubledServer(host, int(port))

    def query(self, text):
        body = urllib.parse.urlencode({"q": text, "db": "boxenergie", "epoch": "ns"}).encode()
        with urllib.request.urlopen(self.url + "/query", body) as answer:
            result = json.load(answer)["results"][0]
        if "error" in result:
            raise AssertionError(result["error"])
        return result.get("series", [])

    def stored(self, site):
        """What of a site is in the database: pairs of time and number, and how many rows."""
        series = self.query(f"SELECT n FROM raw.numbers WHERE site = '{site}' GROUP BY part")
        return [(time, int(number)) for s in series for time, number in s["values"]]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
