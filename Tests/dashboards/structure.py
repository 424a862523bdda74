"""What our dashboards promise beyond Grafana's types: each problem with its file and path."""

import re

import layout

SOURCE = {"type": "influxdb", "uid": "boxenergie-influxdb"}
TYPES = {
    "row",
    "text",
    "timeseries",
    "stat",
    "gauge",
    "bargauge",
    "piechart",
    "table",
    "histogram",
    "heatmap",
    "geomap",
}
# What flows has the same colour everywhere, that of the page of the house in the dark (Sources/HousePage/Files/page.css):
# no two are alike to anybody, which PaletteTests shows.
ROLES = {
    "#E1C141": {"Production", "Produit"},
    "#88A9E9": {"Soutirage", "Soutiré", "Soutirage (EAST)", "Achat", "Dépense"},
    "#E315F5": {"Injection", "Injecté", "Injection (EAIT)", "Vente", "Reste au réseau"},
    "#A8EBB5": {"Autoconsommation", "Économie", "Partagé"},
    "#F0855D": {"Décharge", "Déchargé"},
    "#B5532E": {"Charge", "Chargé"},
    "#CCCCDC": {"Consommation", "Consommé", "Autonomie"},
}
COLOUR = {name: colour for colour, names in ROLES.items() for name in names}
# What Grafana itself calls the values of a legend cannot be renamed, and is English in every language (fieldReducers, and
# "Name" over a table of them): Mean, Last *, Value. These are French as well, and a list has no heading; the share of a
# pie has no name where it stands alone.
CALCULATIONS = {"sum", "min", "max"}
# The names of the registers of mode standard, which the meter tells.
REGISTERS = [f"f{number:02}" for number in range(1, 11)]
SQUARE = {
    "uid",
    "title",
    "tags",
    "timezone",
    "schemaVersion",
    "time",
    "templating",
    "annotations",
    "panels",
    "description",
    "links",
}


def problems_of(files):
    """files: {name: (text, dashboard)}."""
    problems = []
    for name, (text, board) in files.items():
        say = lambda path, words, name=name: problems.append(f"{name}: {path}: {words}")  # noqa: E731
        is_of_fleet = name.startswith("boxenergie-parc")
        head(say, name, board, is_of_fleet)
        for place, panel in enumerate(board.get("panels", [])):
            each_panel(say, f"panels[{place}]", panel, of_fleet if is_of_fleet else of_home)
            # The box's own health has other charges than a battery's.
            if name != "boxenergie-sante.json":
                colours(say, f"panels[{place}]", panel)
        page(say, board.get("panels", []))
        if text != layout.text_of(board):
            say("the file", "is not in the one layout; Tests/dashboards/check --format writes it")
    for key in ("uid", "title"):
        known = {}
        for name, (_, board) in files.items():
            other = known.setdefault(board.get(key), name)
            if other != name:
                problems.append(
                    f"{name}: {key}: {board.get(key)!r} is that of {other}, too; "
                    "Grafana would then provision none of them"
                )
    return problems


def head(say, name, board, is_of_fleet):
    for key in sorted(SQUARE - set(board)):
        say(key, "is missing")
    if "id" in board:
        say("id", "must not be there: it belongs to one Grafana's database")
    if f"{board.get('uid')}.json" != name or not str(board.get("uid")).startswith("boxenergie-"):
        say("uid", f"{board.get('uid')!r} should be the file's name and begin with boxenergie-")
    if not 36 <= board.get("schemaVersion", 0) <= 39:
        say("schemaVersion", "should be 36 to 39: Grafana 10.3 reads no more, and 13 still migrates it")
    tag = "boxenergie-parc" if is_of_fleet else "boxenergie"
    if tag not in board.get("tags", []):
        say("tags", f"{tag} is missing, by which the dashboards are linked")
    if board.get("timezone") != "Europe/Paris":
        say("timezone", "should be Europe/Paris, which the installer replaces")
    variables = board.get("templating", {}).get("list", [])
    for place, item in enumerate(variables):
        source(say, f"templating.list[{place}]", item)
        if not isinstance(item.get("query"), str):
            say(f"templating.list[{place}].query", "should be a text: Grafana before 11.1 reads nothing else")
    if is_of_fleet:
        if [item.get("name") for item in variables] not in ([], ["operation"]):
            say("templating.list", "should be empty, or hold the variable operation")
        return
    wanted = ["site", "box", *REGISTERS] if "${f01}" in str(board) else ["site", "box"]
    if [item.get("name") for item in variables] != wanted:
        say("templating.list", f"should hold the variables {', '.join(wanted)}")
    for unknown in sorted(set(re.findall(r"\$\{(\w+)\}", str(board["panels"]))) - {*wanted, "__from", "__to"}):
        say("panels", f"${{{unknown}}} is no variable of this dashboard")
    for place, item in enumerate(variables[1:], 1):
        of_home(say, f"templating.list[{place}]", item.get("query", ""), of_box=item.get("name") != "box")
        if item.get("hide") != 2:
            say(f"templating.list[{place}].hide", "should be 2: a household has nothing to choose there")
    notes = [item for item in board.get("annotations", {}).get("list", []) if not item.get("builtIn")]
    for place, item in enumerate(notes, 1):
        source(say, f"annotations.list[{place}]", item)
        of_home(say, f"annotations.list[{place}].target", item.get("target", {}).get("query", ""))
    if not notes:
        say("annotations.list", "the events (day.event) are missing")


def source(say, path, item):
    if item.get("datasource") != SOURCE:
        say(f"{path}.datasource", f"should be {SOURCE}")


def each_panel(say, path, panel, rule):
    words = f" (panel “{panel.get('title')}”)"
    if panel.get("type") not in TYPES:
        say(f"{path}.type", f"{panel.get('type')!r} is no panel of Grafana 10.3 to 13" + words)
    if not panel.get("title"):
        say(f"{path}.title", "is missing")
    if panel.get("type") == "row":
        return
    if len(panel.get("description", "")) < 20:
        say(f"{path}.description", "should explain the panel to a household" + words)
    if panel.get("type") == "text":
        if not panel.get("options", {}).get("content"):
            say(f"{path}.options.content", "is missing" + words)
        return
    source(say, path, panel)
    if not panel.get("targets"):
        say(f"{path}.targets", "are missing" + words)
    if not panel.get("fieldConfig", {}).get("defaults", {}).get("noValue"):
        say(f"{path}.fieldConfig.defaults.noValue", "should say what an empty panel means" + words)
    config = panel.get("fieldConfig", {})
    given = [config.get("defaults", {}).get("mappings", [])]
    given += [
        item["value"] for one in config.get("overrides", []) for item in one["properties"] if item["id"] == "mappings"
    ]
    for mapping in (one for mappings in given for one in mappings if one.get("type") == "regex"):
        if not re.fullmatch(r"/\^.*\$/i?", mapping["options"]["pattern"]) or "(?" in mapping["options"]["pattern"]:
            say(
                f"{path}.fieldConfig",
                f"{mapping['options']['pattern']} should be /^…$/ or /^…$/i, as JavaScript reads it" + words,
            )
    legend = panel.get("options", {}).get("legend", {})
    if legend.get("showLegend"):
        french = legend.get("displayMode") == "list" and legend.get("values", ["percent"]) == ["percent"]
        if not french or not set(legend.get("calcs", [])) <= CALCULATIONS:
            say(f"{path}.options.legend", "has words of Grafana that are English in every language" + words)
    refs = [target.get("refId") for target in panel.get("targets", [])]
    if len(set(refs)) != len(refs):
        say(f"{path}.targets", f"the refIds {refs} are not unique" + words)
    for place, target in enumerate(panel.get("targets", [])):
        at = f"{path}.targets[{place}]"
        source(say, at, target)
        if target.get("rawQuery") is not True or target.get("resultFormat") not in ("time_series", "table"):
            say(at, "needs rawQuery: true and a resultFormat" + words)
        rule(say, at, target.get("query", ""))
        days = re.search(r"time\((\d+[dw]|1h)\)", target.get("query", ""))
        if days and "tz('Europe/Paris')" not in target["query"] and "FROM (SELECT" not in target["query"]:
            say(f"{at}.query", f"{days[0]} without tz('Europe/Paris') groups by UTC" + words)
    stacked = panel.get("fieldConfig", {}).get("defaults", {}).get("custom", {}).get("stacking", {}).get("mode")
    if stacked and not panel.get("interval"):
        say(f"{path}.interval", "is missing: stacked bars need one step" + words)


def colours(say, path, panel):
    for place, override in enumerate(panel.get("fieldConfig", {}).get("overrides", [])):
        wanted = COLOUR.get(str(override["matcher"].get("options")))
        for one in override["properties"]:
            given = one["value"].get("fixedColor") if one["id"] == "color" else wanted
            if wanted not in (None, given):
                say(
                    f"{path}.fieldConfig.overrides[{place}]",
                    f"{given} should be {wanted}, the colour of {override['matcher']['options']}",
                )


def of_home(say, path, text, of_box=True):
    """A query of a household's dashboards: one site, and one box of it."""
    if "\"site\" = '$site'" not in text:
        say(f"{path}.query", "is not limited to the chosen site")
    if of_box and text.count("\"site\" = '$site'") != text.count("\"site\" = '$site' AND \"box\" = '$box'"):
        say(f"{path}.query", "adds up the boxes of a site")
    query(say, path, text)


def of_fleet(say, path, text):
    """A query of a centre's dashboards: each box by itself, or sums of energies, which may be added."""
    inner = text.rpartition("(SELECT")[2]
    chosen = inner.partition(" FROM ")[0]
    functions = set(re.findall(r"\b([a-z_]+)\(\"", chosen))
    of_operation = '"m15"."operation"' in text or '"m15"."share"' in text
    if of_operation and "\"operation\" = '$operation'" not in text:
        say(f"{path}.query", "is not limited to the chosen operation")
    is_of_all = '"m15"."operation"' in text or functions == {"sum"}
    if not is_of_all and functions and not re.search(r'GROUP BY (time\([^)]*\))?[^()]*"box"', inner):
        say(f"{path}.query", "mixes the boxes of a site")
    query(say, path, text)


def query(say, path, text):
    if re.search(r"[=!]~|/[^/\s]+/", text.replace(" / ", " ")):
        say(f"{path}.query", "holds a regular expression, which Grafana 10.3 to 11.5 escapes wrongly beside tz()")
    if re.search(r"time\((2h|\d+w)", text):
        say(f"{path}.query", "time(2h) and weeks are wrong around a change of the clock")
    if "tz(" in text and "tz('Europe/Paris')" not in text:
        say(f"{path}.query", "the zone must be the text 'Europe/Paris', which the installer replaces")


def page(say, panels):
    taken = {}
    for place, panel in enumerate(panels):
        at = panel.get("gridPos", {})
        x, y, w, h = (at.get(key) for key in "xywh")
        path = f"panels[{place}].gridPos"
        if (
            not all(isinstance(number, int) for number in (x, y, w, h))
            or x < 0
            or y < 0
            or w < 1
            or h < 1
            or x + w > 24
        ):
            say(path, f"{at} does not fit the 24 columns (panel “{panel.get('title')}”)")
            continue
        for row in range(y, y + h):
            for column in range(x, x + w):
                other = taken.setdefault((row, column), place)
                if other != place:
                    say(path, f"“{panel.get('title')}” lies over “{panels[other].get('title')}”")
                    break
            else:
                continue
            break
    if taken:
        rows = max(row for row, _ in taken) + 1
        gaps = [row for row in range(rows) if any((row, column) not in taken for column in range(24))]
        if gaps:
            say("panels", f"row {gaps[0]} of the grid has a hole, which looks broken ({len(gaps)} rows have one)")
    ids = [panel.get("id") for panel in panels]
    if len(set(ids)) != len(ids):
        say("panels", "two panels have the same id")
