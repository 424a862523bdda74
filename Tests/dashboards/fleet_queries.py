"""Every query of the fleet's dashboards on a real influxd with a known fleet, whose shares influx/share has worked out.

Each panel is asked over its own week and over a day in which all is well but for the box that is silent; each number is
compared with the fleet's. Broken queries must be found out.
"""

import subprocess
import sys
import tempfile
from datetime import datetime, timedelta

import faults
import fleet
import fleet_claims
import grafana
from compare import compare, verdict
from house import NOW, PARIS
from influx import HERE, Influx

SHARE = HERE.parents[1] / "influx" / "share"
# Panels that say by being empty that all is well, and what they then say.
GOOD = {
    "Boîtiers muets": "Aucun muet",
    "Horloges douteuses": "Toutes sûres",
    "Horloges dont on doute": "Toutes sûres",
    "Identités en double": "Aucune copie",
    "Identités copiées": "Aucune copie",
    "Phases hors limites": "Aucune",
    "Tensions hors limites": "Aucune",
    "Cartes à voir": "Aucune",
    "Énergie du parc par jour": "Pas de mesure",
    "Durée hors limites": "Aucune",
    "Quarts d'heure non partagés": "Aucun",
    "Qui manque": "Personne",
    "Évènements du parc": "Aucun pendant cette période",
}
# An afternoon before anybody was silent and any clock doubted.
EARLY = datetime.combine(NOW.date() - timedelta(days=5), datetime.min.time(), PARIS) + timedelta(hours=16)


def share(server):
    """The operation's quarters, by what an operator runs each hour."""
    with tempfile.NamedTemporaryFile("w", suffix=".table", encoding="utf-8") as table:
        table.write("\n".join(fleet.TABLE) + "\n")
        table.flush()
        days = ["--from", str(NOW.date() - timedelta(days=8)), "--to", str(NOW.date())]
        access = ["--url", server.url, "--database", "boxenergie"]
        subprocess.run([sys.executable, SHARE, *access, *days, table.name], check=True, stdout=subprocess.DEVNULL)


class Run:
    """The dashboards on one server: what was compared, and what is wrong."""

    def __init__(self, server):
        self.server, self.queries, self.numbers, self.problems = server, 0, 0, []

    def panel(self, board, panel, now, span=None):
        found, last_step = [], 0
        board = board if span is None else {**board, "time": span}
        for target in panel["targets"]:
            where = f"{now:%d %H:%M}: {board['uid']}: {panel['title']} ({target['refId']})"
            self.queries += 1
            first, last = grafana.span(board, panel, now)
            last_step = grafana.interval(panel, first, last)
            claim = fleet_claims.find(board["uid"], panel["title"], target["refId"])
            if claim is None:
                self.problems.append(f"{where}: no claim says what it should show")
                continue
            try:
                _, answer = grafana.ask(self.server, board, panel, target, "", now, operation=fleet.OPERATION)
            except ValueError as error:
                self.problems.append(f"{where}: {error}")
                continue
            found += answer
            truth = claim(fleet_claims.Span(first // 1000, last // 1000, last_step // 1000))
            self.numbers += compare(where, truth, answer, self.problems)
        words = panel["fieldConfig"]["defaults"]["noValue"]
        if grafana.is_empty(found) and GOOD.get(panel["title"]) != words:
            self.problems.append(f"{board['uid']}: {panel['title']}: empty, and says only “{words}”")
        return {frame.name for frame in found} | {column for frame in found for column in frame.columns}

    def board(self, board):
        for item in board["templating"]["list"]:
            values = [row[-1] for series in self.server.query(item["query"]) for row in series["values"]]
            if values != [fleet.OPERATION]:
                self.problems.append(f"{board['uid']}: the variable {item['name']} offers {values}")
        for panel in grafana.panels(board):
            names = self.panel(board, panel, NOW)
            self.panel(board, panel, EARLY, {"from": "now-6h", "to": "now"})
            for override in panel["fieldConfig"]["overrides"]:
                name = override["matcher"]["options"]
                if name not in names:
                    self.problems.append(f"{board['uid']}: {panel['title']}: the override for {name} fits nothing")


def refused(server, boards):
    """How many of the queries that were broken on purpose are found out; the rest are problems."""

    def ask(board, panel):
        run = Run(server)
        run.panel(board, panel, NOW)
        return run.problems

    return faults.found_out(faults.FLEET, boards, ask)


def main():
    boards = grafana.dashboards(grafana.FLEET)
    with Influx() as server:
        print(f"{server.load(fleet_claims.POINTS)} points of {len(fleet.FLEET)} boxes of a fleet")
        share(server)
        run = Run(server)
        for board in boards:
            run.board(board)
        count, problems = refused(server, boards)
    problems += run.problems
    return verdict(run, problems, "fleet", count, faults.FLEET)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
