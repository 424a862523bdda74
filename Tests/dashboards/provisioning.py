"""The provisioning files: parsed, each key known, each reference to something that is there; alerts that go off."""

import operator
import re

import yaml

import grafana
import house
from house import Point

FOLDER = grafana.DASHBOARDS.parent / "provisioning"

# What Grafana reads in each file: key -> type; a key with ! must be there.
DATA_SOURCE = {
    "name!": str,
    "uid!": str,
    "type!": str,
    "access!": str,
    "orgId": int,
    "url!": str,
    "user!": str,
    "isDefault": bool,
    "editable": bool,
    "jsonData!": dict,
    "secureJsonData!": dict,
    "version": int,
    "basicAuth": bool,
}
JSON_DATA = {"dbName!": str, "httpMode!": str, "timeInterval!": str, "maxSeries": int}
PROVIDER = {
    "name!": str,
    "orgId": int,
    "folder!": str,
    "folderUid!": str,
    "type!": str,
    "disableDeletion": bool,
    "allowUiUpdates": bool,
    "updateIntervalSeconds": int,
    "options!": dict,
    "editable": bool,
}
GROUP = {"orgId": int, "name!": str, "folder!": str, "interval!": str, "rules!": list}
RULE = {
    "uid!": str,
    "title!": str,
    "condition!": str,
    "for!": str,
    "noDataState!": str,
    "execErrState!": str,
    "isPaused": bool,
    "labels": dict,
    "annotations!": dict,
    "data!": list,
    "dashboardUid": str,
    "panelId": int,
}
STEP = {"refId!": str, "datasourceUid!": str, "relativeTimeRange!": dict, "model!": dict, "queryType": str}
QUERY = {
    "refId!": str,
    "datasource!": dict,
    "rawQuery!": bool,
    "resultFormat!": str,
    "intervalMs": int,
    "maxDataPoints": int,
    "query!": str,
    "alias": str,
}
REDUCE = {"refId!": str, "datasource!": dict, "type!": str, "expression!": str, "reducer!": str, "settings": dict}
THRESHOLD = {"refId!": str, "datasource!": dict, "type!": str, "expression!": str, "conditions!": list}


def files():
    return {str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*.yaml"))}


def problems_of(texts, uids):
    problems = []
    parsed = {}
    for name, text in texts.items():
        try:
            parsed[name] = yaml.safe_load(text)
        except yaml.YAMLError as error:
            problems.append(f"{name}: no YAML: {error}")
            continue
        if not isinstance(parsed[name], dict) or parsed[name].get("apiVersion") != 1:
            problems.append(f"{name}: apiVersion: 1 is missing")
    say = lambda path, words: problems.append(f"{path}: {words}")  # noqa: E731
    data_sources(say, parsed.get("datasources/boxenergie.yaml", {}))
    providers(say, parsed.get("dashboards/boxenergie.yaml", {}))
    alerts(say, parsed.get("alerting/boxenergie.yaml", {}), uids)
    return problems


def keys(say, path, value, known):
    if not isinstance(value, dict):
        say(path, f"{value!r} should be a table")
        return False
    names = {key.rstrip("!"): kind for key, kind in known.items()}
    for key, item in value.items():
        if key not in names:
            say(f"{path}.{key}", "is no key that Grafana knows")
        elif not isinstance(item, names[key]) or (names[key] is int and isinstance(item, bool)):
            say(f"{path}.{key}", f"{item!r} should be of the type {names[key].__name__}")
    for key in known:
        if key.endswith("!") and key[:-1] not in value:
            say(f"{path}.{key[:-1]}", "is missing")
    return True


def data_sources(say, file):
    path = "datasources/boxenergie.yaml: datasources"
    found = file.get("datasources", [])
    if [item.get("uid") for item in found] != ["boxenergie-influxdb"]:
        say(path, "should hold boxenergie-influxdb alone, to which every panel refers")
    for place, item in enumerate(found):
        keys(say, f"{path}[{place}]", item, DATA_SOURCE)
        keys(say, f"{path}[{place}].jsonData", item.get("jsonData", {}), JSON_DATA)
        wanted = {"type": "influxdb", "access": "proxy", "editable": False}
        for key, value in wanted.items():
            if item.get(key) != value:
                say(f"{path}[{place}].{key}", f"{item.get(key)!r} should be {value!r}")
        if item.get("jsonData", {}).get("httpMode") != "POST":
            say(f"{path}[{place}].jsonData.httpMode", "should be POST: long queries do not fit into an address")
        if grafana.duration(item.get("jsonData", {}).get("timeInterval", "0s")) != grafana.DATA_SOURCE_INTERVAL:
            say(f"{path}[{place}].jsonData.timeInterval", "is not the one that these checks count with")


def providers(say, file):
    path = "dashboards/boxenergie.yaml: providers"
    found = file.get("providers", [])
    if len(found) != 1:
        say(path, "should hold one provider")
    for place, item in enumerate(found):
        keys(say, f"{path}[{place}]", item, PROVIDER)
        if item.get("type") != "file" or not str(item.get("options", {}).get("path")).startswith("/"):
            say(f"{path}[{place}]", "should be of the type file with an absolute path")
        if item.get("allowUiUpdates") is not False:
            say(
                f"{path}[{place}].allowUiUpdates",
                "should be false: an update would overwrite what was changed in the browser",
            )


def rules_of(text):
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


def alerts(say, file, uids):
    path = "alerting/boxenergie.yaml: groups"
    known = set()
    for place, group in enumerate(file.get("groups", [])):
        at = f"{path}[{place}]"
        keys(say, at, group, GROUP)
        if group.get("folder") == "Énergie":
            say(f"{at}.folder", "is the dashboards' folder; two provisioners would make it twice")
        for number, rule in enumerate(group.get("rules", [])):
            here = f"{at}.rules[{number}]"
            keys(say, here, rule, RULE)
            for key, words in (("uid", rule.get("uid")), ("title", rule.get("title"))):
                if (key, words) in known:
                    say(f"{here}.{key}", f"{words!r} is there twice")
                known.add((key, words))
            if len(str(rule.get("uid"))) > 40:
                say(f"{here}.uid", "has more than 40 characters")
            if rule.get("noDataState") not in ("OK", "NoData", "Alerting") or rule.get("execErrState") not in (
                "OK",
                "Error",
                "Alerting",
            ):
                say(here, "has a state that Grafana does not know")
            if not re.fullmatch(r"\d+[smh]", str(rule.get("for"))):
                say(f"{here}.for", f"{rule.get('for')!r} is no duration")
            if not {"summary", "description"} <= set(rule.get("annotations", {})):
                say(f"{here}.annotations", "should have a summary and a description")
            board = str(rule.get("annotations", {}).get("dashboard", "")).removeprefix("/d/")
            if board not in uids:
                say(f"{here}.annotations.dashboard", f"{board!r} is none of our dashboards")
            steps = rule.get("data", [])
            if [step.get("refId") for step in steps] != ["A", "B", "C"] or rule.get("condition") != "C":
                say(f"{here}.data", "should be a query A, its reduction B and the threshold C, which is the condition")
                continue
            for step, model, source in zip(
                steps, (QUERY, REDUCE, THRESHOLD), ("boxenergie-influxdb", "__expr__", "__expr__")
            ):
                keys(say, f"{here}.data.{step['refId']}", step, STEP)
                keys(say, f"{here}.data.{step['refId']}.model", step.get("model", {}), model)
                if step.get("datasourceUid") != source:
                    say(f"{here}.data.{step['refId']}.datasourceUid", f"should be {source}")


TROUBLE = [  # what each alert is there for
    ("raw", "source", {"source": "linky"}, {"age_s": 420.0, "late_s": 410.0, "state": "reading"}),
    ("raw", "phase", {"source": "linky", "phase": "1"}, {"v": 255}),
    ("raw", "linky", {"source": "linky"}, {"va_in": 5700, "pref_va": 6000}),
    ("raw", "box", {}, {"disk_used_pct": 93.0}),
]


def firing(server, now):
    """{rule's uid: [homes for which it goes off]}: the query, its last value, the threshold."""
    gone = {}
    end = int(now.timestamp() * 1000)
    for rule in rules_of(files()["alerting/boxenergie.yaml"]):
        query, _, threshold = rule["data"]
        first = end - query["relativeTimeRange"]["from"] * 1000
        text = query["model"]["query"].replace("$timeFilter", f"time >= {first}ms and time <= {end}ms")
        test = threshold["model"]["conditions"][0]["evaluator"]
        limits = test["params"]
        exceeds = {
            "gt": lambda value: operator.gt(value, limits[0]),
            "outside_range": lambda value: not limits[0] <= value <= limits[1],
        }[test["type"]]
        gone[rule["uid"]] = set()
        for series in server.query(text):
            values = [row[1] for row in series["values"] if row[1] is not None]
            if values and exceeds(values[-1]):
                gone[rule["uid"]].add(series["tags"]["site"])
    return gone


def check_alerts(server, now):
    """Nothing goes off in the known homes; everything does in a home full of trouble."""
    problems = []
    for uid, homes in firing(server, now).items():
        if homes:
            problems.append(f"alert {uid}: goes off in {homes}, where all is well")
    time = house.seconds(now) - 30
    server.load(Point(policy, name, {"site": "panne", **tags}, fields, time) for policy, name, tags, fields in TROUBLE)
    for uid, homes in firing(server, now).items():
        if homes != {"panne"}:
            problems.append(f"alert {uid}: does not go off where it must ({homes or 'nowhere'})")
    return problems
