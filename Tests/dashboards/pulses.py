"""The dashboard of pulse meters with what the program itself writes, and not the known homes.

The real program reads five pulse meters on a chip whose lines are played (Tests/peers/gpio) and writes to a real
influxd. The quarters of the ledger are those of the clock: this takes until the next one begins, 16 minutes at most.
"""

import os
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path

import claims
import grafana
from compare import compare, expected
from homes import PARIS, QUARTER, Point
from influx import HERE, Influx
from truth import Scope, Truth

PROGRAM = os.environ.get("BOXENERGIE_BINARY", str(HERE.parents[1] / ".build" / "debug" / "boxenergie"))
# name, role, line, pulses a unit, what is played, units of the ledger a unit of the display
METERS = [
    ("eau", "water", 5, 1000, 250, 1),
    ("gaz", "gas", 6, 100, 12, 1),
    ("chaleur", "heat", 13, 1, 3, 1),
    ("solaire", "production", 24, 1000, 40, 1000),
    ("pac", "consumption", 25, 800, 20, 1000),
]


def configuration(folder, url):
    lines = [f'state = "{folder}"', "clock_has_battery = true", "[influx]", f'url = "{url}"', 'flush = "1s"']
    for name, role, line, pulses, _, _ in METERS:
        unit = "m3" if role in ("water", "gas") else "kwh"
        lines += [f"[source.{name}]", 'type = "pulse"', f'role = "{role}"', f"line = {line}"]
        lines += [f"pulses_per_{unit} = {pulses}"]
    path = Path(folder, "boxenergie.toml")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def wait_for(moment):
    while (left := moment - time.time()) > 0:
        time.sleep(min(left, 5))


def play(pins):
    """Every meter pulses within one quarter, and well before its end."""

    def tell(order):
        pins.stdin.write(order + "\n")
        pins.stdin.flush()
        return pins.stdout.readline().strip()

    for _, _, line, _, _, _ in METERS:
        tell(f"wait {line}")
    end = time.time() // QUARTER * QUARTER + QUARTER
    if end - time.time() < 60:
        wait_for(end + 15)
        end += QUARTER
    else:
        time.sleep(12)  # a reading of what is there before
    for _, _, line, _, count, _ in METERS:
        if tell(f"pulses {line} 0 {count} 100 400") != "played":
            raise SystemExit("Tests/peers/gpio did not play the pulses")
    return int(end)


def truth_of(end):
    """What was played, as the points that follow from it."""
    for name, role, _, pulses, count, units in METERS:
        tags = {"site": "maison", "source": name, "role": role}
        shown = count / pulses
        yield Point("m15", "meter", tags, {"value": shown * units, "count": float(count)}, end - QUARTER)
        yield Point("raw", "pulse", tags, {"value": shown, "count": count, "rejected": 0, "lost": 0}, end)


def check(server, end, problems):
    truth = Truth(truth_of(end))
    now = datetime.now(PARIS)
    board = next(one for one in grafana.dashboards() if one["uid"] == "boxenergie-impulsions")
    numbers = 0
    for panel in grafana.panels(board):
        for target in panel.get("targets", []):
            claim = claims.find("impulsions", panel["title"], target["refId"])
            first, last = grafana.span(board, panel, now)
            scope = Scope(truth, "maison", first, last, grafana.interval(panel, first, last))
            _, found = grafana.ask(server, board, panel, target, "maison", now)
            numbers += compare(panel["title"], expected(claim, scope), found, problems)
    quarters = 'SELECT "value", "count" FROM "m15"."meter" GROUP BY "source", "role"'
    found = {series["tags"]["source"]: series["values"] for series in server.query(quarters)}
    for point in truth.stored["m15.meter", "maison"]:
        want = [point.time * 1000, point.fields["value"], point.fields["count"]]
        got = found.get(point.tags["source"], [[None, None, None]])[0]
        numbers += compare(f"m15.meter {point.tags['source']}", {"*": [want]}, [grafana.Frame("", [], [got], {})], problems)
    made = server.query('SELECT "production_wh" FROM "m15"."energy"')
    if not made or made[0]["values"][0] != [(end - QUARTER) * 1000, 40]:
        problems.append(f"m15.energy: {made}, but 40 Wh were produced")
    return numbers


def main():
    problems = []
    with Influx() as server, tempfile.TemporaryDirectory() as folder:
        config = configuration(folder, server.url)
        pins = subprocess.Popen(
            [HERE.parent / "peers" / "gpio", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        environment = {**os.environ, "LD_PRELOAD": f"{folder}/gpio.so", "GPIO_SOCKET": f"{folder}/gpio.socket"}
        if pins.stdout.readline().strip() != "ready":
            raise SystemExit("Tests/peers/gpio did not start; its words are above.")
        program = subprocess.Popen(
            [PROGRAM, "run", "--config", config], env=environment, stderr=Path(folder, "log").open("w")
        )
        try:
            end = play(pins)
            print(f"Played; the quarter ends in {end - int(time.time())} s.", flush=True)
            wait_for(end + 40)
            numbers = check(server, end, problems)
        finally:
            program.terminate()
            program.wait(20)
            pins.stdin.close()
            pins.wait(20)
        if problems:
            print(Path(folder, "log").read_text(encoding="utf-8"))
    for problem in problems:
        print(problem)
    print(f"{numbers} numbers of the real program compared with what was played, {len(problems)} problems")
    return not problems


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
