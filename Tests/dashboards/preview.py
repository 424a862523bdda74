"""Draws each dashboard from its own JSON and its own queries, in headless Chromium: grafana/preview/NAME.png.

A preview, and the picture says so: no Grafana draws it. It shows the layout, the words, colours, units and the data.
Needs Debian's chromium, fonts-inter and pngquant. preview.py [NAME[:SITE] ...]; --to FOLDER for elsewhere.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import fleet
import fleet_claims
import fleet_queries
import grafana
import house
from influx import Influx

HERE = Path(__file__).resolve().parent
WIDTH = {"mobile": 430}  # pixels; others as wide as a usual screen
TALL = 38  # pixels of a grid row with its gap
RANGES = {
    "now-6h": "6 dernières heures",
    "now/d": "Aujourd'hui",
    "now-7d": "7 derniers jours",
    "now-24h": "24 dernières heures",
    "now-29d/d": "30 derniers jours",
    "now-89d/d": "90 derniers jours",
    "now-11M/M": "12 derniers mois",
}
HOME = {"tarifs": "gite"}  # whose dashboard is drawn by itself
# And when: Tempo has its white and red days in winter.
WHEN = {"tarifs-gite": datetime(2026, 2, 12, 18, 5, tzinfo=house.PARIS)}


def picture(server, board, site):
    """What the page draws; for a centre's dashboard without a site."""
    name = board["uid"].removeprefix("boxenergie-")
    now = WHEN.get(f"{name}-{site}", house.NOW)
    panels = []
    operation = fleet.OPERATION if board["templating"]["list"][:1] and not site else ""
    names = grafana.variables(server, board, site) if site else {}
    for panel in json.loads(grafana.shown(json.dumps(board["panels"]), names)):
        first, last = grafana.span(board, panel, now)
        found = []
        for target in panel.get("targets", []):
            found += grafana.ask(server, board, panel, target, site, now, operation=operation)[1]
        panels.append({"panel": panel, "frames": [frame._asdict() for frame in found], "span": [first, last]})
    notes = []
    for item in board["annotations"]["list"]:
        if "target" in item and item["enable"]:
            asked = grafana.interpolate(item["target"]["query"], site, *grafana.span(board, {}, now), 60_000)
            notes += [row[0] for series in server.query(asked) for row in series["values"]]
    width = WIDTH.get(name, 1500)
    return {
        "board": {key: board[key] for key in ("title", "refresh")},
        "site": site or operation or "tous",
        "width": width,
        "panels": panels,
        "notes": notes,
        "range": RANGES[board["time"]["from"]],
    }


def page(data, plotly):
    scripts = "".join(
        f"<script>{(HERE / 'page' / name).read_text()}</script>"
        for name in ("units.js", "panels.js", "charts.js", "timeseries.js", "page.js")
    )
    words = "Aperçu dessiné à partir du fichier et de ses requêtes : ce n'est pas une capture de Grafana."
    if data["width"] < 600:
        words = "Aperçu, pas une capture de Grafana"
    shown = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f"""<!doctype html><meta charset="utf-8"><style>{(HERE / 'page' / 'page.css').read_text()}</style>
<header><div class="notice">{words}</div><div class="bar-top"><h1 id="title"></h1>
<span class="chip">Site&nbsp; <i id="site"></i></span>
<span class="chip push" id="range"></span><span class="chip" id="refresh"></span></div></header>
<script src="{plotly}"></script>{scripts}<script>lay({shown});</script>"""


def shoot(html, png, width, height, folder):
    source = Path(folder, "page.html")
    source.write_text(html, encoding="utf-8")
    subprocess.run(
        [
            "chromium",
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/browser",
            f"--window-size={width},{height}",
            "--virtual-time-budget=4000",
            f"--screenshot={png}",
            source.as_uri(),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
    )
    subprocess.run(
        ["pngquant", "--force", "--quality", "50-90", "--speed", "1", "--strip", "--output", png, png], check=False
    )


def main(wanted):
    for program, package in (("chromium", "chromium"), ("pngquant", "pngquant")):
        if not shutil.which(program):
            raise SystemExit(f"{program} is not there: apt-get install {package}")
    import plotly

    target = grafana.DASHBOARDS.parent / "preview"
    if "--to" in wanted:
        place = wanted.index("--to")
        target = Path(wanted[place + 1])
        wanted = wanted[:place] + wanted[place + 2 :]
    target.mkdir(parents=True, exist_ok=True)
    script = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").as_uri()
    homes, parc = (
        {board["uid"].removeprefix("boxenergie-"): board for board in grafana.dashboards(folder)}
        for folder in (grafana.DASHBOARDS, grafana.FLEET)
    )
    wanted = wanted or [*homes, *parc]
    if any(one.partition(":")[0] in homes for one in wanted):
        with Influx() as server:
            server.load(house.points())
            for one in wanted:
                name, _, site = one.partition(":")
                if name in homes:
                    draw(server, homes[name], site or HOME.get(name, "maison"), target, site, script)
    if any(one in parc for one in wanted):
        with Influx() as server:
            server.load(fleet_claims.POINTS)
            fleet_queries.share(server)
            for one in wanted:
                if one in parc:
                    draw(server, parc[one], "", target, "", script)


def draw(server, board, site, target, told, script):
    """target/NAME.png, or NAME-SITE.png where the site was asked for."""
    name = board["uid"].removeprefix("boxenergie-")
    data = picture(server, board, site)
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"])
    png = target / f"{name}{'-' + told if told else ''}.png"
    with tempfile.TemporaryDirectory() as folder:
        shoot(page(data, script), png, data["width"], 86 + rows * TALL + 4, folder)
    print(f"{png.name}: {png.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
