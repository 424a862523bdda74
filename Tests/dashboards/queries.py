"""Every query of every dashboard on a real influxd: it must answer, be right, and be named as the panel expects.

An empty panel is allowed only where WHY_EMPTY says why; then its own words (noValue) must tell the household.
"""
import copy
import re

import claims
import faults
import grafana
import house
import provisioning
from influx import Influx

# (site, dashboard, panel or *): why nothing is there. The reason is checked: a white-listed panel must be empty.
VOLTAGE = "mode historique gives no voltage"
EXPORT = "mode historique gives no injection"
SOLAR = "no panels, so no production"
PULSES = "this home has no such meter"
NEVER = "it never happened"
NO_TEMPO = "not a Tempo contract"
WHY_EMPTY = {
    ("maison", "impulsions", ("Chaleur : aujourd'hui", "Chaleur : ce mois", "Chaleur : cette année", "Chaleur par jour")): PULSES,
    ("maison", "tarifs", ("Demain (Tempo)",)): NO_TEMPO,
    ("maison", "pdl", ("Demain (Tempo)",)): NO_TEMPO,
    ("atelier", "impulsions", (
        "Eau : aujourd'hui", "Eau : ce mois", "Eau : cette année", "Eau par jour", "Gaz : aujourd'hui", "Gaz : ce mois",
        "Gaz : cette année", "Gaz par jour", "Fuite d'eau ?")): PULSES,
    ("atelier", "tarifs", ("Demain (Tempo)",)): NO_TEMPO,
    ("atelier", "pdl", ("Demain (Tempo)",)): NO_TEMPO,
    ("gite", "maintenant", ("Production", "Produit", "Consommation", "Consommé", "Autonomie")): SOLAR,
    ("gite", "maintenant", ("Injection", "Injecté")): EXPORT,
    ("gite", "maintenant", ("Tension",)): VOLTAGE,
    ("gite", "mobile", ("Production", "Consommation")): SOLAR,
    ("gite", "mobile", ("Injection",)): EXPORT,
    ("gite", "mobile", ("Tension",)): VOLTAGE,
    ("gite", "energie", (
        "Consommation", "Production", "Taux d'autoconsommation", "Taux d'autonomie", "Où va la production",
        "Consommation : jour × heure", "Production : jour × heure")): SOLAR,
    ("gite", "energie", ("Injection",)): EXPORT,
    ("gite", "tarifs", ("Surplus vendu cette année",)): EXPORT,
    ("gite", "tension", ("*",)): VOLTAGE,
    ("gite", "mois", ("Produit cette année", "Produit l'an dernier", "Plus grosses productions", "Autonomie et autoconsommation par mois")): SOLAR,
    ("gite", "mois", ("Plus grosses injections",)): EXPORT,
    ("gite", "puissance", ("Pointe du jour",)): "mode historique gives no daily maximum",
    ("atelier", "puissance", ("Dépassements",)): NEVER,
    ("gite", "puissance", ("Dépassements",)): NEVER,
    ("gite", "pdl", ("État du compteur",)): "mode historique gives no status register",
    ("gite", "impulsions", ("*",)): PULSES,
}


def reason(site, uid, title):
    for (at, where, titles), why in WHY_EMPTY.items():
        if (at, where) == (site, uid) and (title in titles or "*" in titles):
            return why
    return None


def speaks(panel):
    """What a household reads in an empty panel."""
    return panel["fieldConfig"]["defaults"].get("noValue", "")


def check_empty(site, uid, panel, problems):
    where = f"{site}: {uid}: {panel['title']}"
    why = reason(site, uid, panel["title"])
    if why is None:
        problems.append(f"{where}: empty, and nobody said why it may be")
        return
    words = speaks(panel)
    if len(words) < 8 or words == "No data":
        problems.append(f"{where}: empty, and says only “{words}”")
    if why in (VOLTAGE, EXPORT) and "historique" not in (words + panel["description"]).lower():
        problems.append(f"{where}: empty in mode historique without saying so")


def check_names(where, found, problems):
    """The names of the series and columns; none may still hold an alias's variable."""
    names = {frame.name for frame in found} | {column for frame in found for column in frame.columns}
    if any("$" in name for name in names):
        problems.append(f"{where}: a series is called {[n for n in names if '$' in n]}: its alias names a tag that is not there")
    return names


def close(ours, theirs):
    if theirs == "*":
        return True
    if isinstance(ours, (str, bool)) or ours is None or theirs is None or isinstance(theirs, str):
        return ours == theirs
    return abs(ours - theirs) <= 1e-4 * max(1e-3, abs(theirs))


def expected(claim, scope):
    try:
        return claim(scope)
    except (IndexError, ValueError):                        # the truth has no such points: the panel must be empty
        return {}


def place(row):
    """Where a row comes in a comparison: points of one instant have no order among themselves."""
    return [f"{cell:.6g}" if isinstance(cell, (int, float)) else str(cell) for cell in [*row[1:], row[0]]]


def compare(where, truth, found, problems):
    """truth: {name: value, or {milliseconds: value}, or [rows]}; the name * is the only series."""
    series = {frame.name: frame.rows for frame in found}
    if set(truth) == {"*"} and len(series) == 1:
        truth = {next(iter(series)): truth["*"]}
    wanted = {name for name, value in truth.items() if value not in (None, {}, [])}
    present = {name for name, rows in series.items() if any(value is not None for row in rows for value in row[1:])}
    if wanted != present:
        problems.append(f"{where}: series {sorted(present)}, but {sorted(wanted)} were expected")
        return 0
    count = 0
    for name in wanted:
        value, rows = truth[name], series[name]
        if isinstance(value, dict):
            got = {row[0]: row[1] for row in rows if row[1] is not None}
            got = {key: number for key, number in got.items() if number != 0 or key in value}
            want = {key: number for key, number in value.items() if number is not None and (number != 0 or key in got)}
            pairs = [(got.get(key), want.get(key), key) for key in sorted(set(got) | set(want))]
        elif isinstance(value, list):
            cells = zip((cell for row in sorted(rows, key=place) for cell in row), (cell for row in sorted(value, key=place) for cell in row))
            pairs = [(got, want, f"cell {number}") for number, (got, want) in enumerate(cells)]
            if len(rows) != len(value):
                problems.append(f"{where}: {name}: {len(rows)} rows, but {len(value)} were expected")
        else:
            pairs = [(rows[-1][1], value, "value")]
        wrong = [(got, want, at) for got, want, at in pairs if not close(got, want)]
        for got, want, at in wrong[:2]:
            problems.append(f"{where}: {name} at {at}: {got}, but {want} is true ({len(wrong)} of {len(pairs)} differ)")
        count += len(pairs)
    return count


class Run:
    """The dashboards of all homes on one server: what was asked and compared, and what is wrong."""

    def __init__(self, server, truth, now):
        self.server, self.truth, self.now = server, truth, now
        self.queries, self.numbers, self.problems = 0, 0, []
        self.seen, self.unproved = {}, set()                # names that each panel's series had; panels without a claim

    def board(self, board, site):
        uid = board["uid"].removeprefix("boxenergie-")
        listed = grafana.frames({"resultFormat": "table"}, self.server.query(board["templating"]["list"][0]["query"]))
        if {row[-1] for row in listed[0].rows} != set(self.truth.sites):
            self.problems.append(f"{uid}: the variable site offers {listed}")
        self.annotations(board, uid, site)
        for panel in grafana.panels(board):
            if "targets" in panel:
                self.panel(board, uid, panel, site)

    def annotations(self, board, uid, site):
        note = next(item["target"] for item in board["annotations"]["list"] if "target" in item)
        query = grafana.interpolate(note["query"], site, *grafana.span(board, {}, self.now), 60_000)
        columns = {column for series in self.server.query(query) for column in series["columns"]}
        if columns and not {note["titleColumn"], note["textColumn"], note["tagsColumn"]} <= columns:
            self.problems.append(f"{uid}: the annotations have the columns {columns}")

    def panel(self, board, uid, panel, site):
        found = []
        for target in panel["targets"]:
            where = f"{site}: {uid}: {panel['title']} ({target['refId']})"
            self.queries += 1
            try:
                _, answer = grafana.ask(self.server, board, panel, target, site, self.now)
            except ValueError as error:
                self.problems.append(f"{where}: {error}")
                continue
            found += answer
            claim = claims.find(uid, panel["title"], target["refId"])
            if claim is None:
                self.unproved.add(f"{uid}: {panel['title']} ({target['refId']})")
                continue
            first, last = grafana.span(board, panel, self.now)
            scope = claims.Scope(self.truth, site, first, last, grafana.interval(panel, first, last))
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


REGISTER = r"BASE|HC|HP|HN|PM|H[CP]J[BWR]|[FD]\d\d|Phase \d"


def refused(server, truth, boards, now):
    """How many of the queries that were broken on purpose are found out; the rest are problems."""
    count, problems = 0, []
    for uid, title, old, new in faults.QUERIES:
        board = copy.deepcopy(next(one for one in boards if one["uid"] == f"boxenergie-{uid}"))
        panel = next(one for one in grafana.panels(board) if one["title"] == title)
        target = panel["targets"][0]
        if old not in target["query"]:
            problems.append(f"{uid}: {title}: the fault finds no {old} to break")
        target["query"] = target["query"].replace(old, new)
        run = Run(server, truth, now)
        run.panel(board, uid, panel, "maison")
        if run.problems:
            count += 1
        else:
            problems.append(f"{uid}: {title}: {new} in place of {old} was not found out")
    return count, problems


def main(points=house.points, now=house.NOW):
    all_points = list(points())
    truth = claims.Truth(all_points)
    boards = grafana.dashboards()
    with Influx() as server:
        print(f"{server.load(all_points)} points of {len(truth.sites)} homes")
        run = Run(server, truth, now)
        for site in truth.sites:
            for board in boards:
                run.board(board, site)
        for board in boards:
            run.overrides(board)
        count, problems = refused(server, truth, boards, now)
        problems += run.problems + provisioning.check_alerts(server, now)
    problems += [f"{name}: no claim says what it should show" for name in sorted(run.unproved)]
    for problem in problems:
        print(problem)
    print(f"{run.queries} queries, {run.numbers} numbers compared with the truth, {len(problems)} problems; "
          f"{count} of {len(faults.QUERIES)} broken queries found out")
    return not problems


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
