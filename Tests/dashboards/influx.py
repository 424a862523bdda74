"""A real influxd of its own, filled with points."""

import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
# As in influx/provision.influxql, but raw keeps everything: the house's "now" stays where it is.
POLICIES = [
    'CREATE DATABASE "boxenergie"',
    'CREATE RETENTION POLICY "raw" ON "boxenergie" DURATION INF REPLICATION 1 SHARD DURATION 7d DEFAULT',
    'CREATE RETENTION POLICY "m15" ON "boxenergie" DURATION INF REPLICATION 1 SHARD DURATION 26w',
    'CREATE RETENTION POLICY "day" ON "boxenergie" DURATION INF REPLICATION 1 SHARD DURATION 520w',
]


class Influx:
    """`with Influx() as server`: started by Tests/peers/influxd, which ends with us, however we end."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [HERE.parent / "peers" / "influxd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith("http"):
            raise SystemExit("Tests/peers/influxd did not start a server; its words are above.")
        for statement in POLICIES:
            self.query(statement)
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)

    def query(self, text):
        """As Grafana asks: POST, milliseconds, the query in the body. The first result's series."""
        body = urllib.parse.urlencode({"q": text}).encode()
        request = urllib.request.Request(f"{self.url}/query?db=boxenergie&epoch=ms", body)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                result = json.load(answer)["results"][0]
        except urllib.error.HTTPError as error:
            raise ValueError(error.read().decode().strip()) from None
        if "error" in result:
            raise ValueError(result["error"])
        return result.get("series", [])

    def load(self, points):
        """Writes the points, 5000 a request, and says how many."""
        waiting, count = {}, 0
        for point in points:
            lines = waiting.setdefault(point.policy, [])
            lines.append(line(point))
            count += 1
            if len(lines) == 5000:
                self.write(point.policy, lines)
                lines.clear()
        for policy, lines in waiting.items():
            self.write(policy, lines)
        return count

    def write(self, policy, lines):
        request = urllib.request.Request(
            f"{self.url}/write?db=boxenergie&rp={policy}&precision=s", "\n".join(lines).encode()
        )
        try:
            urllib.request.urlopen(request, timeout=60).close()
        except urllib.error.HTTPError as error:
            raise ValueError(f"{policy}: {error.read().decode().strip()}") from None


def line(point):
    tags = "".join(f",{key}={value}" for key, value in point.tags.items())
    fields = ",".join(f"{key}={written(value)}" for key, value in point.fields.items())
    return f"{point.measurement}{tags} {fields} {point.time}"


def written(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}i"
    if isinstance(value, float):
        return repr(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
