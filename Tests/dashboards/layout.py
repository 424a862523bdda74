"""The one way a dashboard file is written, so that a change shows as the lines that changed.

Two spaces; an object or a list that fits into 120 columns stands on one line; keys in the order below, then as written.
"""

import json

WIDTH = 120

# Who a thing is comes first, what it draws next, its long lists last.
FIRST = ["uid", "id", "type", "title", "name", "label", "refId", "alias", "description", "gridPos", "x", "y", "w", "h"]
LAST = [
    "thresholds",
    "mappings",
    "custom",
    "defaults",
    "overrides",
    "options",
    "transformations",
    "links",
    "targets",
    "query",
    "fieldConfig",
    "templating",
    "annotations",
    "panels",
]


def ordered(value):
    if isinstance(value, list):
        return [ordered(item) for item in value]
    if not isinstance(value, dict):
        return value

    def place(key):
        if key in FIRST:
            return FIRST.index(key)
        return 100 + LAST.index(key) if key in LAST else 50

    return {key: ordered(value[key]) for key in sorted(value, key=place)}


def write(value, indent=0, lead=0):
    """The text of value, its first line beginning after `lead` columns."""
    flat = json.dumps(value, ensure_ascii=False)
    simple = not isinstance(value, (dict, list)) or not value
    if simple or (lead + len(flat) <= WIDTH and indent > 0):
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, list):
        lines = [inner + write(item, indent + 2, indent + 3) for item in value]
        brackets = "[]"
    else:
        lines = []
        for key, item in value.items():
            head = inner + json.dumps(key, ensure_ascii=False) + ": "
            lines.append(head + write(item, indent + 2, len(head) + 1))
        brackets = "{}"
    return brackets[0] + "\n" + ",\n".join(lines) + "\n" + " " * indent + brackets[1]


def text_of(dashboard):
    return write(ordered(dashboard)) + "\n"
