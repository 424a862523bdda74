"""Every query of every dashboard on a real influxd: it must answer, be right, and be named as the panel expects.

An empty panel is allowed only where WHY_EMPTY says why; then its own words (noValue) must tell the household. Beside the
readings of one home are the same once more from another box of that site, as in a database of several: neither adds to
the other.
"""

import json
import re

import claims
import faults
import grafana
import homes
import house
import provisioning
from influx import Influx
from compare import compare, expected, verdict
from emptiness import check_empty, reason
from truth import Scope, Truth


# The home that has another box, and that one's identity.
OTHER = ("maison", "k7f39-x2m4t")


def check_names(where, found, problems):
    """The names of the series and columns; none may still hold an alias's variable."""
    names = {frame.name for frame in found} | {column for frame in found for column in frame.columns}
    if any("$" in name for name in names):
        problems.append(
            f"{where}: a series is called {[n for n in names if '$' in n]}: its alias names a tag that is not there"
        )
    return names


class Run:
    """The dashboards of all homes on one server: what was asked and compared, and what is wrong."""

    def __init__(self, server, truth, now):
        self.server, self.truth, self.now = server, truth, now
        self.queries, self.numbers, self.problems = 0, 0, []
        self.seen, self.unproved = {}, set()  # names that each panel's series had; panels without a claim

    def board(self, board, site, box=""):
        uid = board["uid"].removeprefix("boxenergie-")
        listed = grafana.frames({"resultFormat": "table"}, self.server.query(board["templating"]["list"][0]["query"]))
        if {row[-1] for row in listed[0].rows} != set(self.truth.sites):
            self.problems.append(f"{uid}: the variable site offers {listed}")
        values = grafana.variables(self.server, board, site)
        if values.pop("box") != dict([OTHER]).get(site, ""):
            self.problems.append(f"{site}: {uid}: the variable box is not that of the site")
        self.annotations(board, uid, site, box)
        if values:
            self.registers(values, uid, site)
        for panel in grafana.panels(board):
            if "targets" in panel:
                self.panel(board, uid, panel, site, box)

    def registers(self, values, uid, site):
        """The registers of mode standard are called as the contract calls them, and the others by their own names."""
        contract = next(home for home in homes.HOMES if home.site == site)
        told = homes.REGISTER_NAMES[contract.contract] if contract.standard else []
        wanted = {name: dict(enumerate(told, 1)).get(number, "") for number, name in enumerate(values, 1)}
        if values != wanted:
            self.problems.append(f"{site}: {uid}: the registers are called {values}, not {wanted}")

    def annotations(self, board, uid, site, box):
        note = next(item["target"] for item in board["annotations"]["list"] if "target" in item)
        query = grafana.interpolate(note["query"], site, *grafana.span(board, {}, self.now), 60_000, box)
        columns = {column for series in self.server.query(query) for column in series["columns"]}
        if columns and not {note["titleColumn"], note["textColumn"], note["tagsColumn"]} <= columns:
            self.problems.append(f"{uid}: the annotations have the columns {columns}")

    def panel(self, board, uid, panel, site, box=""):
        found = []
        for target in panel["targets"]:
            where = f"{site}: {uid}: {panel['title']} ({target['refId']})"
            self.queries += 1
            try:
                _, answer = grafana.ask(self.server, board, panel, target, site, self.now, box)
            except ValueError as error:
                self.problems.append(f"{where}: {error}")
                continue
            found += answer
            claim = claims.find(uid, panel["title"], target["refId"])
            if claim is None:
                self.unproved.add(f"{uid}: {panel['title']} ({target['refId']})")
                continue
            first, last = grafana.span(board, panel, self.now)
            scope = Scope(self.truth, site, first, last, grafana.interval(panel, first, last))
            self.numbers += compare(where, expected(claim, scope), answer, self.problems)
        where = f"{site}: {uid}: {panel['title']}"
        self.seen.setdefault((uid, panel["title"]), set()).update(check_names(where, found, self.problems))
        if grafana.is_empty(found):
            check_empty(site, uid, panel, self.problems)
        elif reason(site, uid, panel["title"]):
            self.problems.append(f"{where}: not empty, but listed as such")

    def overrides(self, board):
        """An override that fits no series of any home is a misspelt name, unless it is a register's or a phase's."""
        uid = board["uid"].removeprefix("boxenergie-")
        for panel in grafana.panels(board):
            for override in panel.get("fieldConfig", {}).get("overrides", []):
                name = override["matcher"]["options"]
                if name not in self.seen[uid, panel["title"]] and not re.fullmatch(REGISTER, name):
                    self.problems.append(f"{uid}: {panel['title']}: the override for {name} fits no series of any home")
                for item in override["properties"]:
                    # Grafana looks for the name that is shown, so a series that is filled down to keeps its own.
                    if item["id"] == "custom.fillBelowTo" and item["value"] not in self.seen[uid, panel["title"]]:
                        self.problems.append(
                            f"{uid}: {panel['title']}: there is no series {item['value']} to fill down to"
                        )


REGISTER = r"BASE|HC|HP|HN|PM|H[CP]J[BWR]|[FD]\d\d|Phase \d"


def elsewhere(server, boards, now):
    """With another zone in place of Europe/Paris, as the README says, days begin at its midnight; problems."""
    problems, buckets = [], 0
    for board in boards:
        other = json.loads(json.dumps(board).replace("Europe/Paris", "Indian/Reunion"))
        for panel in grafana.panels(other):
            for target in panel.get("targets", []):
                # What top() picks keeps its own time.
                if "tz(" not in target["query"] or "time(1d)" not in target["query"] or "top(" in target["query"]:
                    continue
                _, found = grafana.ask(server, other, panel, target, "maison", now)
                times = {row[0] for frame in found for row in frame.rows}
                buckets += len(times)
                if any(time % 86_400_000 != 72_000_000 for time in times):  # 20:00 UTC
                    problems.append(f"{board['uid']}: {panel['title']}: days of La Réunion begin at {sorted(times)[:2]}")
    if buckets == 0:
        problems.append("no panel groups by days of La Réunion")
    return problems


def refused(server, truth, boards, now):
    """How many of the queries that were broken on purpose are found out; the rest are problems."""

    def ask(board, panel):
        run = Run(server, truth, now)
        run.panel(board, board["uid"].removeprefix("boxenergie-"), panel, "maison")
        return run.problems

    return faults.found_out(faults.QUERIES, boards, ask)


def main(points=house.points, now=house.NOW):
    all_points = list(points())
    truth = Truth(all_points)
    boards = grafana.dashboards()
    with Influx() as server:
        others = [
            point._replace(tags={**point.tags, "box": OTHER[1]}) for point in all_points if point.tags["site"] == OTHER[0]
        ]
        print(f"{server.load(all_points + others)} points of {len(truth.sites)} homes, one of two boxes")
        run = Run(server, truth, now)
        for site in truth.sites:
            for board in boards:
                run.board(board, site)
        for board in boards:
            run.board(board, *OTHER)
            run.overrides(board)
        count, problems = refused(server, truth, boards, now)
        problems += elsewhere(server, boards, now)
        problems += run.problems + provisioning.check_alerts(server, now)
    problems += [f"{name}: no claim says what it should show" for name in sorted(run.unproved)]
    return verdict(run, problems, "truth", count, faults.QUERIES)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
