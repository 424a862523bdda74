"""Checks dashboards against the types of one Grafana release, as its foundation SDK states them.

The SDK itself takes nearly anything. Two tricks make it strict: the objects that it builds are walked along their
declared types (a wrong type, a value that is none of an enumeration), and they are turned back to JSON and compared
with the file (a key that the release does not know). The values of overrides have no type there; they are checked as
if they stood among the panel's defaults.

schema.py FILE ...   with the SDK on PYTHONPATH; a dashboard a file.
"""

import enum
import json
import sys
import types
import typing

# What the InfluxDB data source adds to a query, a variable and an annotation; the SDK knows none of its types.
ADDED = {
    "query",
    "rawQuery",
    "resultFormat",
    "alias",
    "refId",
    "datasource",
    "definition",
    "queryType",
    "fromAnnotations",
    "titleColumn",
    "textColumn",
    "tagsColumn",
    "timeEndColumn",
}


class Check:
    def __init__(self, encoder):
        self.encoder, self.problems = encoder, []

    def say(self, path, words):
        self.problems.append(f"{path or 'the dashboard'}: {words}")

    def walk(self, value, hint, path):
        """value fits hint, all the way down."""
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if hint in (typing.Any, object) or isinstance(hint, (typing.TypeVar, typing.ForwardRef)):
            if hasattr(value, "to_json") and not hasattr(value, "data"):
                self.walk_object(value, path)
        elif origin in (typing.Union, types.UnionType):
            if not any(self.fits(value, one, path) for one in inner):
                self.explain(value, inner, path)
        elif origin is typing.Literal:
            if value not in inner:
                self.say(path, f"{value!r} is none of {', '.join(map(repr, inner))}")
        elif origin is list:
            if not isinstance(value, list):
                self.say(path, f"{value!r} should be a list")
            else:
                for place, item in enumerate(value):
                    self.walk(item, inner[0], f"{path}[{place}]")
        elif origin is dict:
            if not isinstance(value, dict):
                self.say(path, f"{value!r} should be an object")
            else:
                for key, item in value.items():
                    self.walk(item, inner[1], f"{path}.{key}")
        elif isinstance(hint, type):
            self.walk_plain(value, hint, path)

    def walk_plain(self, value, hint, path):
        if issubclass(hint, enum.Enum):
            if value not in [item.value for item in hint]:
                self.say(path, f"{value!r} is none of {', '.join(repr(item.value) for item in hint)}")
        elif hint is bool or hint is str:
            if not isinstance(value, hint):
                self.say(path, f"{value!r} should be {'true or false' if hint is bool else 'a text'}")
        elif hint is int or hint is float:
            if isinstance(value, bool) or not isinstance(value, (int, float) if hint is float else int):
                self.say(path, f"{value!r} should be a number")
        elif hasattr(hint, "from_json") and isinstance(value, dict):
            try:
                built = hint.from_json(value)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                self.say(path, f"cannot be read: {error!r}")
                return
            self.compare(value, self.json(built), path)
            self.walk_object(built, path)
        elif hasattr(value, "to_json"):
            self.walk_object(value, path)
        elif hasattr(hint, "from_json"):
            self.say(path, f"{value!r} should be an object")

    def fits(self, value, hint, path):
        if hint is type(None):
            return value is None
        trial = Check(self.encoder)
        trial.walk(value, hint, path)
        return not trial.problems

    def explain(self, value, choices, path):
        """Says what is wrong for the choice that comes closest."""
        best = None
        for choice in choices:
            if choice is type(None):
                continue
            trial = Check(self.encoder)
            trial.walk(value, choice, path)
            if best is None or len(trial.problems) < len(best):
                best = trial.problems
        self.problems += best or [f"{path}: {value!r} should be null"]

    def walk_object(self, value, path):
        try:
            hints = typing.get_type_hints(type(value), vars(sys.modules[type(value).__module__]))
        except NameError:
            hints = {}
        for name, item in vars(value).items():
            hint = hints.get(name)
            if hint is None or item is None:
                continue
            self.walk(item, hint, f"{path}.{camel(name)}" if path else camel(name))

    def json(self, value):
        return json.loads(json.dumps(value, cls=self.encoder))

    def compare(self, given, kept, path):
        """All that the file says came back from the SDK."""
        if isinstance(given, dict) and isinstance(kept, dict):
            for key, value in given.items():
                inner = f"{path}.{key}" if path else key
                if key in kept:
                    self.compare(value, kept[key], inner)
                elif key not in ADDED and value is not None:
                    self.say(inner, "is no key that this release knows")
        elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
            for place, (one, other) in enumerate(zip(given, kept)):
                self.compare(one, other, f"{path}[{place}]")
        elif given != kept:
            self.say(path, f"{given!r} is read as {kept!r}")


def camel(name):
    name = name.removesuffix("_val")
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def spread_overrides(dashboard):
    """The dashboard, and after each panel one more for each override, whose values stand among the defaults."""
    panels = []
    for panel in dashboard["panels"]:
        panels.append((f"panels[{len(panels)}]", panel))
    extra = []
    for path, panel in panels:
        for place, override in enumerate(panel.get("fieldConfig", {}).get("overrides", [])):
            defaults = {}
            for item in override.get("properties", []):
                where, _, key = str(item.get("id")).rpartition(".")
                (defaults.setdefault("custom", {}) if where == "custom" else defaults)[key] = item.get("value")
            twin = {key: panel[key] for key in ("type", "title") if key in panel}
            extra.append(
                (
                    f"{path}.fieldConfig.overrides[{place}]",
                    {**twin, "fieldConfig": {"defaults": defaults, "overrides": []}},
                )
            )
    return panels, extra


def problems_of(dashboard):
    from grafana_foundation_sdk.cog import plugins
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models import dashboard as model

    plugins.register_default_plugins()
    check = Check(JSONEncoder)
    head = {key: value for key, value in dashboard.items() if key != "panels"}
    check.walk(head, model.Dashboard, "")
    panels, extra = spread_overrides(dashboard)
    for path, panel in panels + extra:
        kind = model.RowPanel if panel.get("type") == "row" else model.Panel
        before = len(check.problems)
        check.walk(panel, kind, path)
        if len(check.problems) > before:
            check.problems[before:] = [f"{words} (panel “{panel.get('title')}”)" for words in check.problems[before:]]
    return list(dict.fromkeys(check.problems))


def main(files):
    result = {}
    for name in files:
        with open(name, encoding="utf-8") as file:
            result[name] = problems_of(json.load(file))
    json.dump(result, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(sys.argv[1:])
