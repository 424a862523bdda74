"""What Grafana makes of a panel before the query reaches InfluxDB, and of the answer before it is drawn.

Written from the behaviour of Grafana's InfluxQL data source, 10.3 to 13: the browser replaces the variables and works
out the range and the interval, the server replaces $timeFilter and $__interval, then one frame a column comes back.
"""

import json
import re
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

DASHBOARDS = Path(__file__).resolve().parents[2] / "grafana" / "dashboards"
FLEET = DASHBOARDS / "parc"  # those of a centre, which a box does not have
SCREEN = 1600  # the width of a dashboard in pixels
DATA_SOURCE_INTERVAL = 10_000  # timeInterval of the provisioned data source, in ms

Frame = namedtuple("Frame", "name columns rows tags")  # a series is a frame with the columns Time and Value


def dashboards(folder=DASHBOARDS):
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def panels(dashboard):
    """Those that show something, in their order on the page."""
    return sorted(
        (panel for panel in dashboard["panels"] if panel["type"] != "row"),
        key=lambda panel: (panel["gridPos"]["y"], panel["gridPos"]["x"]),
    )


def variables(server, dashboard, site):
    """What the hidden variables hold: the first column of the answer; empty where there is none, as Grafana does."""
    values = {}
    for item in dashboard["templating"]["list"][1:]:
        answer = server.query(interpolate(item["query"], site, 0, 0, 60_000, values.get("box", "")))
        values[item["name"]] = next((str(row[1]) for series in answer for row in series["values"]), "")
    return values


def shown(text, values):
    """A display name with its variables."""
    return re.sub(r"\$\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


# --- Time ------------------------------------------------------------------------------------------------------------


def start_of(moment, unit):
    moment = moment.replace(second=0, microsecond=0, **({} if unit == "m" else {"minute": 0}))
    if unit in "dwMy":
        moment = moment.replace(hour=0, fold=0)
    if unit == "w":
        moment -= timedelta(days=moment.weekday())  # weekStart: monday
    if unit in "My":
        moment = moment.replace(day=1, **({"month": 1} if unit == "y" else {}))
    return moment


def back(moment, count, unit):
    if unit in "smh":  # exact
        seconds = moment.timestamp() - count * {"s": 1, "m": 60, "h": 3600}[unit]
        return moment.fromtimestamp(seconds, moment.tzinfo)
    if unit in "dw":  # by the calendar
        return moment - timedelta(days=count * (7 if unit == "w" else 1))
    months = moment.year * 12 + moment.month - 1 - count * (12 if unit == "y" else 1)
    return moment.replace(year=months // 12, month=months % 12 + 1, day=min(moment.day, 28))


def relative(text, now):
    """now, now-30d, now/d, now-1y/M."""
    found = re.fullmatch(r"now(?:-(\d+)([smhdwMy]))?(?:/([mhdwMy]))?", text)
    if not found:
        raise ValueError(f"{text} is not a relative time that Grafana reads")
    moment = now
    if found[1]:
        moment = back(moment, int(found[1]), found[2])
    return start_of(moment, found[3]) if found[3] else moment


def span(dashboard, panel, now):
    """From and to, in milliseconds."""
    first, last = relative(dashboard["time"]["from"], now), relative(dashboard["time"]["to"], now)
    override = panel.get("timeFrom")
    if override:
        if not re.fullmatch(r"\d+[smhdwMy]|now/[dwMy]", override):
            raise ValueError(f"timeFrom {override} is not an override that Grafana reads")
        first, last = relative(override if override.startswith("now") else f"now-{override}", now), now
    shift = re.fullmatch(r"(\d+)([hdwMy])", panel.get("timeShift", ""))
    if shift:
        first, last = (back(moment, int(shift[1]), shift[2]) for moment in (first, last))
    return int(first.timestamp() * 1000), int(last.timestamp() * 1000)


STEPS = [
    (10, 1),
    (15, 10),
    (35, 20),
    (75, 50),
    (150, 100),
    (350, 200),
    (750, 500),
    (1500, 1000),
    (3500, 2000),
    (7500, 5000),
    (12500, 10000),
    (17500, 15000),
    (25000, 20000),
    (45000, 30000),
    (90000, 60000),
    (210000, 120000),
    (450000, 300000),
    (750000, 600000),
    (1050000, 900000),
    (1500000, 1200000),
    (2700000, 1800000),
    (5400000, 3600000),
    (9000000, 7200000),
    (16200000, 10800000),
    (32400000, 21600000),
    (86400000, 43200000),
    (604800000, 86400000),
    (1814400000, 604800000),
    (3628800000, 2592000000),
]
UNITS = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]


def duration(text):
    count, unit = re.fullmatch(r">?(\d+)([a-z]+)", text).groups()
    return int(count) * {"w": 604_800_000, **dict(UNITS)}[unit]


def interval(panel, first, last):
    points = panel.get("maxDataPoints") or SCREEN * panel["gridPos"]["w"] // 24
    wished = (last - first) / points
    rounded = next((step for limit, step in STEPS if wished < limit), 31_536_000_000)
    return max(rounded, duration(panel["interval"]) if "interval" in panel else DATA_SOURCE_INTERVAL)


def written(milliseconds):
    unit, size = next((unit, size) for unit, size in UNITS if milliseconds % size == 0)
    return f"{milliseconds // size}{unit}"


# --- The query -------------------------------------------------------------------------------------------------------


def interpolate(query, site, first, last, step, box="", operation=""):
    """The browser's part, then the server's, in its order; a home's own database has no box, so that it is empty."""
    for name, chosen in (("site", site), ("box", box), ("operation", operation)):
        inside_regex = re.search(rf"[=!]~\s*/[^/]*\$\{{?{name}", query)
        value = re.escape(chosen) if inside_regex else chosen
        query = re.sub(
            rf"\$\{{{name}(?::raw|:text)?\}}|\[\[{name}\]\]|\${name}\b", lambda _, value=value: value, query
        )
    query = query.replace("${__from}", str(first)).replace("${__to}", str(last))
    query = query.replace("$timeFilter", f"time >= {first}ms and time <= {last}ms")
    query = (
        query.replace("$interval", written(step))
        .replace("$__interval_ms", str(step))
        .replace("$__interval", written(step))
    )
    left = re.search(r"\$[\w{]+|\[\[", query)
    if left:
        raise ValueError(f"{left[0]} is not a variable of this dashboard")
    return query


def named(alias, series, column):
    tags = series.get("tags", {})
    if not alias:
        inner = ", ".join(f"{key}: {value}" for key, value in tags.items())
        return f"{series['name']}.{column}" + (f" {{ {inner} }}" if inner else "")
    words = {"m": series["name"], "measurement": series["name"], "col": column} | {
        f"tag_{key}": value for key, value in tags.items()
    }
    return re.sub(r"\$(\w+)|\[\[(\w+)\]\]", lambda found: str(words.get(found[1] or found[2], found[0])), alias)


def frames(target, answer):
    if target.get("resultFormat") == "table":
        if not answer:
            return []
        tags = list(answer[0].get("tags", {}))
        columns = ["Time", *tags, *answer[0]["columns"][1:]]
        rows = [[row[0], *series.get("tags", {}).values(), *row[1:]] for series in answer for row in series["values"]]
        return [Frame(answer[0]["name"], columns, rows, {})]
    return [
        Frame(
            named(target.get("alias"), series, column),
            ["Time", "Value"],
            [[row[0], row[place]] for row in series["values"]],
            series.get("tags", {}),
        )
        for series in answer
        for place, column in enumerate(series["columns"])
        if place > 0
    ]


def ask(server, dashboard, panel, target, site, now, box="", operation=""):
    """The query as InfluxDB gets it, and the frames as a panel does."""
    first, last = span(dashboard, panel, now)
    query = interpolate(target["query"], site, first, last, interval(panel, first, last), box, operation)
    return query, frames(target, server.query(query))


def is_empty(found):
    """Nothing to draw: no row, or nothing but nulls (a table's time and names do not count)."""
    return all(value is None for frame in found for row in frame.rows for value in row[1:]) if found else True
