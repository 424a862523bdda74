// Lays the panels out on Grafana's grid: 24 columns, 30 pixels a row, 8 between.
const DRAW = {
  stat,
  gauge,
  bargauge,
  table,
  text: words,
  geomap,
  timeseries,
  piechart,
  heatmap,
  histogram
};
const GAP = 8,
  ROW = 30,
  TOP = 86,
  LEFT = 12;

function lay({
  board,
  site,
  width,
  panels,
  notes,
  range
}) {
  document.getElementById("title").textContent = board.title;
  document.getElementById("site").textContent = site;
  document.getElementById("range").textContent = range;
  document.getElementById("refresh").textContent = board.refresh;
  const column = (width - 2 * LEFT + GAP) / 24;
  for (const {
      panel,
      frames,
      span
    }
    of panels) {
    const {
      x,
      y,
      w,
      h
    } = panel.gridPos, place = document.createElement("div");
    place.className = panel.type === "row" ? "row" : "panel";
    Object.assign(place.style, {
      left: `${LEFT + x * column}px`,
      top: `${TOP + y * (ROW + GAP)}px`,
      width: `${w * column - GAP}px`,
      height: `${h * (ROW + GAP) - GAP}px`
    });
    document.body.append(place);
    if (panel.type === "row") {
      place.textContent = panel.title;
      continue;
    }
    place.append(make("h2", "", panel.title));
    const body = make("div", "body");
    place.append(body);
    try {
      DRAW[panel.type](panel, frames, body, span, notes);
    } catch (error) {
      body.append(make("div", "empty", `aperçu impossible : ${error}`));
    }
  }
}
