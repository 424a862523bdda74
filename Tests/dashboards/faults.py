"""Faults put into good files: each must be refused, at its place. A check that lets one pass is no check."""

import copy
import json

import grafana
import layout


def panel(board, kind):
    return next(item for item in board["panels"] if item["type"] == kind)


def wrong_type(boards):
    panel(boards["boxenergie-maintenant.json"], "timeseries")["fieldConfig"]["defaults"]["custom"]["fillOpacity"] = "12"


def unknown_key(boards):
    panel(boards["boxenergie-maintenant.json"], "stat")["options"]["colourMode"] = "value"


def bad_choice(boards):
    panel(boards["boxenergie-energie.json"], "piechart")["options"]["pieType"] = "doughnut"


def bad_override(boards):
    panel(boards["boxenergie-maintenant.json"], "timeseries")["fieldConfig"]["overrides"][0]["properties"].append(
        {"id": "custom.drawStyle", "value": "barres"}
    )


def unknown_override(boards):
    panel(boards["boxenergie-maintenant.json"], "timeseries")["fieldConfig"]["overrides"][0]["properties"].append(
        {"id": "custom.fillOpacité", "value": 10}
    )


def text_for_object(boards):
    panel(boards["boxenergie-mois.json"], "table")["options"]["footer"] = "none"


def number_for_title(boards):
    boards["boxenergie-mois.json"]["title"] = 5


def bad_refresh(boards):
    boards["boxenergie-mois.json"]["graphTooltip"] = 7


def same_uid(boards):
    boards["boxenergie-mois.json"]["uid"] = "boxenergie-energie"


def same_title(boards):
    boards["boxenergie-mois.json"]["title"] = "Énergie"


def overlap(boards):
    boards["boxenergie-tension.json"]["panels"][1]["gridPos"]["x"] = 2


def english_calculation(boards):
    panel(boards["boxenergie-energie.json"], "timeseries")["options"]["legend"]["calcs"].append("mean")


def headed_legend(boards):
    panel(boards["boxenergie-energie.json"], "timeseries")["options"]["legend"]["displayMode"] = "table"


def named_share(boards):
    panel(boards["boxenergie-energie.json"], "piechart")["options"]["legend"]["values"].append("value")


def hole(boards):
    del boards["boxenergie-tension.json"]["panels"][1]


def other_source(boards):
    panel(boards["boxenergie-tension.json"], "stat")["targets"][0]["datasource"] = {"type": "influxdb", "uid": "other"}


def no_description(boards):
    panel(boards["boxenergie-tension.json"], "stat")["description"] = ""


def dead_panel(boards):
    panel(boards["boxenergie-tension.json"], "timeseries")["type"] = "graph"


def utc_days(boards):
    target = panel(boards["boxenergie-energie.json"], "timeseries")["targets"][0]
    target["query"] = target["query"].replace(" tz('Europe/Paris')", "")


def all_boxes(boards):
    target = panel(boards["boxenergie-energie.json"], "timeseries")["targets"][0]
    target["query"] = target["query"].replace(" AND \"box\" = '$box'", "")


def mixed_boxes(boards):
    target = panel(boards["boxenergie-parc.json"], "table")["targets"][0]
    target["query"] = target["query"].replace(' GROUP BY "box"', ' GROUP BY "site"')


def all_operations(boards):
    target = panel(boards["boxenergie-parc-partage.json"], "stat")["targets"][0]
    target["query"] = target["query"].replace("\"operation\" = '$operation' AND ", "")


def foreign_pattern(boards):
    tomorrow = next(item for item in boards["boxenergie-tarifs.json"]["panels"] if item["title"] == "Demain (Tempo)")
    tomorrow["fieldConfig"]["defaults"]["mappings"][0]["options"]["pattern"] = "(?i).*bleu.*"


# What is done, and the words that the refusal must hold.
def other_colour(boards):
    override = next(
        one
        for one in panel(boards["boxenergie-maintenant.json"], "timeseries")["fieldConfig"]["overrides"]
        if one["matcher"]["options"] == "Injection"
    )
    next(one for one in override["properties"] if one["id"] == "color")["value"]["fixedColor"] = "#B877D9"


DASHBOARDS = [
    (wrong_type, "custom.fillOpacity: '12' should be a number"),
    (unknown_key, "options.colourMode: is no key"),
    (bad_choice, "options.pieType: 'doughnut' is none of"),
    (bad_override, "overrides[0].fieldConfig.defaults.custom.drawStyle: 'barres' is none of"),
    (unknown_override, "overrides[0].fieldConfig.defaults.custom.fillOpacité: is no key"),
    (text_for_object, "options.footer: 'none'"),
    (number_for_title, "title: 5 should be a text"),
    (bad_refresh, "graphTooltip: 7 is none of"),
    (same_uid, "uid: 'boxenergie-energie' is that of"),
    (same_title, "title: 'Énergie' is that of"),
    (english_calculation, "options.legend: has words of Grafana that are English"),
    (headed_legend, "options.legend: has words of Grafana that are English"),
    (named_share, "options.legend: has words of Grafana that are English"),
    (overlap, "panels[1].gridPos: “Minimum du jour” lies over"),
    (hole, "panels: row 0 of the grid has a hole"),
    (other_source, "targets[0].datasource: should be"),
    (no_description, "panels[0].description"),
    (dead_panel, "type: 'graph' is no panel"),
    (utc_days, "time(1d) without tz"),
    (all_boxes, "adds up the boxes of a site"),
    (mixed_boxes, "mixes the boxes of a site"),
    (all_operations, "is not limited to the chosen operation"),
    (foreign_pattern, "(?i).*bleu.* should be"),
    (other_colour, "#B877D9 should be #E315F5, the colour of Injection"),
]
PROVISIONING = [
    (
        "datasources/boxenergie.yaml",
        "boxenergie-influxdb",
        "influxdb-1",
        "datasources: should hold boxenergie-influxdb alone",
    ),
    ("datasources/boxenergie.yaml", "dbName", "database", "jsonData.database: is no key"),
    (
        "dashboards/boxenergie.yaml",
        "updateIntervalSeconds: 300",
        "updateIntervalSeconds: 5 min",
        "'5 min' should be of the type int",
    ),
    ("alerting/boxenergie.yaml", "noDataState: Alerting", "noDataState: Silence", "rules[0]: has a state"),
    (
        "alerting/boxenergie.yaml",
        "/d/boxenergie-tension",
        "/d/boxenergie-volts",
        "'boxenergie-volts' is none of our dashboards",
    ),
    ("alerting/boxenergie.yaml", "apiVersion: 1", "apiVersion: [1", "no YAML"),
]
# Queries that a real server answers wrongly, emptily or not at all: dashboard, panel, what is replaced by what.
QUERIES = [
    ("energie", "Énergie par jour", " tz('Europe/Paris')", ""),
    ("energie", "Taux d'autonomie", 'sum("consumption_wh")', 'sum("production_wh")'),
    ("energie", "Production", "\"site\" = '$site' AND ", ""),
    ("energie", "Production", " AND \"box\" = '$box'", ""),
    ("maintenant", "Production, soutirage et injection", 'mean("import_w")', 'max("import_w")'),
    ("maintenant", "Soutiré", '"m15"."energy"', '"raw"."energy"'),
    ("tarifs", "Coût par jour", '"register"', '"registre"'),
    ("tension", "Maximum du jour", '"v_max"', '"v_maxi"'),
    ("mois", "Plus gros soutirages", "top(", "bottom("),
    ("sante", "Lectures par minute", "derivative(", "derivatif("),
    ("puissance", "Plus forte pointe", "max(", "mean("),
]

# The same of the fleet's.
FLEET = [
    ("parc", "Boîtiers muets", "last(", "max("),
    ("parc", "Boîtiers connus", '"box")', '"site", "box")'),
    ("parc", "Boîtiers muets", '"box"', '"site", "box"'),
    ("parc", "Dernières nouvelles", 'BY "box"', 'BY "site", "box"'),
    ("parc", "Cartes à voir", '"ro" > 0', '"ro" > 1'),
    ("parc", "Cartes à voir", '"e" > 0 OR ', ''),
    ("parc", "Horloges douteuses", "min(", "max("),
    ("parc", "Horloges en avance", "now() + 10m", "now() - 3650d"),
    ("parc", "Identités en double", "distinct(", "last("),
    ("parc", "Tensions hors limites", "< 207 OR", "< 207 AND"),
    ("parc", "Énergie du parc par jour", " tz('Europe/Paris')", ""),
    ("parc", "Énergie par boîtier", '"site", "box"', '"site"'),
    ("parc-partage", "Reste au réseau", '"surplus_wh"', '"export_wh"'),
    ("parc-partage", "Consommateurs", '"grid_wh"', '"shared_wh"'),
    ("parc-partage", "Taux d'autoconsommation", 'sum("export_wh")', 'sum("import_wh")'),
]


def broken_boards(boards, fault):
    copies = copy.deepcopy(boards)
    fault(copies)
    return {name: (layout.text_of(board), json.loads(json.dumps(board))) for name, board in copies.items()}


def found_out(table, boards, ask):
    """How many of the queries that the table breaks are found out; the rest are problems.

    `ask(board, panel)` asks the queries of a panel and tells what is wrong with the answers.
    """
    count, problems = 0, []
    for uid, title, old, new in table:
        board = copy.deepcopy(next(one for one in boards if one["uid"] == f"boxenergie-{uid}"))
        panel = next(one for one in grafana.panels(board) if one["title"] == title)
        target = panel["targets"][0]
        if old not in target["query"]:
            problems.append(f"{uid}: {title}: the fault finds no {old} to break")
        target["query"] = target["query"].replace(old, new)
        if ask(board, panel):
            count += 1
        else:
            problems.append(f"{uid}: {title}: {new} in place of {old} was not found out")
    return count, problems
