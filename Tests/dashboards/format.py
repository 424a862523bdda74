"""Writes the dashboards in their one layout, after an edit by hand."""

import json

import grafana
import layout

for path in [*sorted(grafana.DASHBOARDS.glob("*.json")), *sorted(grafana.FLEET.glob("*.json"))]:
    before = path.read_text(encoding="utf-8")
    after = layout.text_of(json.loads(before))
    path.write_text(after, encoding="utf-8")
    print(f"{path.name}: {'as it was' if before == after else 'rewritten'}")
