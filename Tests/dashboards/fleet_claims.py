"""What each panel of the fleet's dashboards says it shows, worked out from the known fleet, without InfluxQL.

A claim takes the range (first and last in seconds, step in seconds) and returns what claims.py's do.
"""

import fleet
from fleet import FIRST, FLEET, LAST, QUARTER
from truth import start

POINTS = list(fleet.points())


class Span:
    """The known points between two instants."""

    def __init__(self, first, last, step):
        self.first, self.last, self.step = first, last, step

    def points(self, policy, name, **tags):
        return [
            point
            for point in POINTS
            if (point.policy, point.measurement) == (policy, name)
            and self.first <= point.time <= self.last
            and all(point.tags.get(key) == value for key, value in tags.items())
        ]

    def each(self, policy, name, by=("box", "site")):
        """{the tags' values: the points of that series}, as InfluxDB groups them."""
        found = {}
        for point in self.points(policy, name):
            found.setdefault(tuple(point.tags[tag] for tag in by), []).append(point)
        return found

    def quarters(self):
        """Those that began by then; the newest are still on their way."""
        return [at for at in range(FIRST, LAST, QUARTER) if self.first <= at <= self.last]


def values(points, field):
    return [point.fields[field] for point in points if field in point.fields]


def total(points, field):
    known = values(points, field)
    return sum(known) / 1000 if known else None


def rows(s, policy, name, make, by=("box", "site"), time=False):
    """A table: make(points) gives the cells after the tags, or `None` for no row."""
    found = []
    for tags, points in s.each(policy, name, by).items():
        cells = make(points)
        if cells is not None:
            found.append([points[-1].time * 1000 if time else "*", *tags, *cells])
    return {"*": found}


def number(s, make, policy="raw", name="box", by=("box",)):
    return {"*": sum(1 for points in s.each(policy, name, by).values() if make(points)) or None}


def doubtful(points):
    return min(values(points, "clock")) < 2


def outside(points):
    return min(values(points, "v_min")) < 207 or max(values(points, "v_max")) > 253


def is_silent(s):
    return lambda points: max(point.time for point in points) <= s.last - 3 * 3600


def machines(points):
    return len(set(values(points, "machine")))


def largest(points, field):
    return max(values(points, field), default=None)


def is_sick(points):
    limits = {"disk_used_pct": 90, "disk_read_only": 0, "disk_errors": 0, "card_used_pct": 80, "card_reserve": 1}
    return any((largest(points, name) or 0) > limit for name, limit in limits.items())


def spread(points, field, by):
    known = values(points, field)
    return (max(known) - min(known)) * by


def counted(s, policy, name, field, every):
    """How many boxes have a value in each bucket."""
    found = {}
    for point in s.points(policy, name):
        if field in point.fields:
            found.setdefault(start(point.time, every), set()).add(point.tags["box"])
    return {"Boîtiers": {key: len(boxes) for key, boxes in found.items()}}


def by_day(s, field):
    found = {}
    for point in s.points("m15", "energy"):
        if field in point.fields:
            day = start(point.time, "1d")
            found[day] = found.get(day, 0) + point.fields[field] / 1000
    return found


def doubts_by_day(s):
    """Of how many boxes the clock was not sure, on the days of which it was any."""
    found = {}
    for point in s.points("raw", "box"):
        if point.fields.get("clock", 2) < 2:
            found.setdefault(start(point.time, "1d"), set()).add(point.tags["box"])
    return {"Horloges douteuses": {day: len(boxes) for day, boxes in found.items()}}


def named(s):
    found = rows(Span(0, s.last, 0), "day", "event", lambda points: [points[0].fields["text"]], by=("box",))["*"]
    return {"*": [[FIRST * 1000, *row[1:]] for row in found]}


def told(s):
    known = [point for point in s.points("day", "event") if point.tags["kind"] in ("box", "outage", "meter", "voltage")]
    return {
        "*": [
            [point.time * 1000, point.tags["site"], point.tags["box"], point.fields["title"], point.fields["text"]]
            for point in known
        ]
    }


PARC = {
    "Boîtiers connus": lambda s: number(s, lambda points: True),
    "Boîtiers muets": lambda s: number(s, is_silent(s)),
    "Horloges douteuses": lambda s: number(s, doubtful),
    "Identités en double": lambda s: number(s, lambda points: machines(points) > 1),
    "Phases hors limites": lambda s: number(s, outside, "m15", "phase", ("box", "phase", "site")),
    "Cartes à voir": lambda s: number(s, is_sick),
    "Dernières nouvelles": lambda s: rows(
        s,
        "raw",
        "box",
        lambda points: [points[-1].fields["uptime_s"] / 86_400, points[-1].tags["site"]],
        by=("box",),
        time=True,
    ),
    "Boîtiers entendus": lambda s: counted(s, "raw", "box", "uptime_s", s.step),
    "Cartes SD": lambda s: rows(
        s,
        "raw",
        "box",
        lambda points: [
            max(values(points, "disk_used_pct")),
            spread(points, "sd_bytes", 1e-6),
            max(values(points, "spool_bytes")) / 1000,
            spread(points, "dropped", 1),
            *(largest(points, name) for name in ("disk_read_only", "disk_errors", "card_used_pct", "card_reserve")),
        ],
    ),
    "Processeur et mémoire": lambda s: rows(
        s,
        "raw",
        "box",
        lambda points: [
            max(values(points, "cpu_temp_c")),
            max(values(points, "mem_used_pct")),
            points[-1].fields["queue_points"],
        ],
    ),
    "Horloges dont on doute": lambda s: rows(
        s, "raw", "box", lambda points: [min(values(points, "clock"))] if doubtful(points) else None
    ),
    "Horloges en avance": lambda s: {"*": [[fleet.AHEAD * 1000, "ddddd-55555", "gite", 1]]},
    "Identités copiées": lambda s: rows(
        s, "raw", "box", lambda points: [machines(points)] if machines(points) > 1 else None, ("box",)
    ),
    "Tensions hors limites": lambda s: rows(
        s,
        "m15",
        "phase",
        lambda points: [min(values(points, "v_min")), max(values(points, "v_max"))] if outside(points) else None,
        ("box", "phase", "site"),
    ),
    "Durée hors limites": lambda s: rows(
        s,
        "day",
        "phase",
        lambda points: [sum(values(points, "out_s")) / 60] if sum(values(points, "out_s")) else None,
        ("box", "phase", "site"),
    ),
    "Soutirage": lambda s: {"*": total(s.points("m15", "energy"), "import_wh")},
    "Injection": lambda s: {"*": total(s.points("m15", "energy"), "export_wh")},
    "Production": lambda s: {"*": total(s.points("m15", "energy"), "production_wh")},
    "Consommation": lambda s: {"*": total(s.points("m15", "energy"), "consumption_wh")},
    "Énergie du parc par jour A": lambda s: {
        "Consommation": by_day(s, "consumption_wh"),
        "Injection": by_day(s, "export_wh"),
    },
    "Énergie du parc par jour B": lambda s: {"Production": by_day(s, "production_wh")},
    "Énergie du parc par jour C": doubts_by_day,
    "Boîtiers dans les sommes": lambda s: counted(s, "m15", "energy", "import_wh", "1d"),
    "Énergie par boîtier": lambda s: rows(
        s,
        "m15",
        "energy",
        lambda points: [
            *(total(points, name) for name in ("import_wh", "export_wh", "production_wh", "consumption_wh")),
            len(values(points, "import_wh")),
        ],
    ),
    "Boîtiers rattachés": named,
    "Évènements du parc": told,
}


class Shares:
    """What the operation shared in a span, in Wh."""

    def __init__(self, s):
        self.quarters = {at: fleet.sharing(at) for at in s.quarters()}
        self.known = {at: found for at, found in self.quarters.items() if found}
        self.produced = sum(produced for _, produced in self.known.values())
        self.drawn = sum(wh for boxes, _ in self.known.values() for wh, _, _ in boxes.values())
        self.shared = sum(wh for boxes, _ in self.known.values() for _, wh, _ in boxes.values())

    def of(self, box, place):
        return [boxes[box][place] for boxes, _ in self.known.values()]

    def days(self, worth):
        found = {}
        for at, (boxes, produced) in self.known.items():
            day = start(at, "1d")
            found[day] = found.get(day, 0) + worth(boxes, produced) / 1000
        return found


SITES = {member.box: member.site for member in FLEET}


def rest(boxes, produced):
    return max(0, produced - sum(wh for _, wh, _ in boxes.values()))


def curve(s):
    """The mean power in each step, in W."""
    worth = {
        "Production": lambda boxes, produced: produced,
        "Soutirage": lambda boxes, produced: sum(wh for wh, _, _ in boxes.values()),
        "Partagé": lambda boxes, produced: sum(wh for _, wh, _ in boxes.values()),
    }
    found = {}
    for name, of in worth.items():
        steps = {}
        for at, pair in Shares(s).known.items():
            steps.setdefault(start(at, s.step), []).append(of(*pair))
        found[name] = {at: sum(numbers) / len(numbers) * 4 for at, numbers in steps.items()}
    return found


def consumer(shares, box):
    drawn, got, keys = (shares.of(box, place) for place in range(3))
    drawn, got = sum(drawn), sum(got)
    return ["*", box, SITES[box], sum(keys) / len(keys) * 100, drawn / 1000, got / 1000, (drawn - got) / 1000]


def absent(s):
    """Of the farm the quarters in doubt, and of all who take part those on their way."""
    coming = sum(1 for at in s.quarters() if at >= fleet.NEWEST)
    doubts = sum(1 for at in s.quarters() if at < fleet.NEWEST and fleet.doubted(at))
    cells = {box: (coming, doubts if SITES[box] == "ferme" else 0) for box in (*fleet.STATIC, "aaaaa-22222")}
    return {"*": [["*", box, SITES[box], *pair] for box, pair in cells.items() if any(pair)]}


SHARE = {
    "Production": lambda s: {"*": Shares(s).produced / 1000},
    "Partagé": lambda s: {"*": Shares(s).shared / 1000},
    "Reste au réseau": lambda s: {"*": (Shares(s).produced - Shares(s).shared) / 1000},
    "Taux d'autoconsommation": lambda s: {"*": Shares(s).shared / Shares(s).produced * 100},
    "Taux d'autoproduction": lambda s: {"*": Shares(s).shared / Shares(s).drawn * 100},
    "Quarts d'heure non partagés": lambda s: {"*": len(Shares(s).quarters) - len(Shares(s).known) or None},
    "Quart d'heure par quart d'heure": curve,
    "Où va la production": lambda s: {
        "Partagé": Shares(s).shared / 1000,
        "Reste au réseau": (Shares(s).produced - Shares(s).shared) / 1000,
    },
    "Qui reçoit": lambda s: {f"{SITES[box]} {box}": sum(Shares(s).of(box, 1)) / 1000 for box in fleet.STATIC},
    "Partagé par jour A": lambda s: {
        f"{SITES[box]} {box}": Shares(s).days(lambda boxes, produced, box=box: boxes[box][1]) for box in fleet.STATIC
    },
    "Partagé par jour B": lambda s: {"Reste au réseau": Shares(s).days(rest)},
    "Consommateurs": lambda s: {"*": [consumer(Shares(s), box) for box in fleet.STATIC]},
    "Producteurs": lambda s: {"*": [["*", "aaaaa-22222", "ecole", Shares(s).produced / 1000]]},
    "Qui manque": absent,
}
CLAIMS = {"boxenergie-parc": PARC, "boxenergie-parc-partage": SHARE}


def find(uid, title, ref):
    return CLAIMS[uid].get(f"{title} {ref}", CLAIMS[uid].get(title))
