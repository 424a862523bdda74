// The panels with axes, drawn by Plotly.
const AXIS = { gridcolor: "rgba(204,204,220,0.09)", zeroline: false, tickfont: { color: "#9a9aa8", size: 12 }, linecolor: "rgba(0,0,0,0)", tickangle: 0 };

function plot(box, height, traces, layout) {
  const chart = make("div");
  chart.style.height = `${height}px`;
  box.append(chart);
  Plotly.newPlot(chart, traces, {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, font: { family: "Inter, sans-serif", color: "#ccccdc", size: 12 },
    margin: { l: 62, r: 12, t: 8, b: 26 }, ...layout,
  }, { staticPlot: true, displayModeBar: false });
}

function rgba(color, share) {
  if (color === "transparent") return "rgba(0,0,0,0)";
  return `rgba(${[1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)).join(",")},${share})`;
}

// Round values of an axis, worded in the unit of the field.
function valueAxis(low, high, field, wanted) {
  const rough = (high - low) / wanted || 1, size = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * size).find((one) => one >= rough);
  const values = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) values.push(Math.abs(at) < step / 1e6 ? 0 : at);
  return { ...AXIS, range: [low, high], tickvals: values, ticktext: values.map((value) => text(value, { ...field, noValue: "", decimals: step >= 1 && !["watt", "voltamp", "kwatth"].includes(field.unit) ? 0 : undefined, mappings: [] })) };
}

function timeseries(panel, frames, box, range, notes) {
  if (!frames.some((frame) => frame.rows.some((row) => row[1] !== null))) { box.append(make("div", "empty", panel.fieldConfig.defaults.noValue || "No data")); return; }
  const series = frames.map((frame, place) => ({ frame, field: fieldFor(panel, frame.name), place })).map((item) => ({ ...item, color: colorOf(null, item.field, item.place) }));
  const legend = panel.options.legend, height = box.clientHeight - (!legend.showLegend ? 0 : legend.calcs.length ? 24 * series.length + 22 : 26);
  const traces = [], extents = { left: [], right: [] }, stacks = new Map();
  for (const { frame, field, color } of series) {
    const custom = field.custom, right = custom.axisPlacement === "right", side = right ? extents.right : extents.left;
    const sign = custom.transform === "negative-Y" ? -1 : 1;
    const rows = frame.rows.filter((row) => row[1] !== null).map((row) => [row[0], sign * row[1]]);
    const common = { x: rows.map((row) => row[0]), y: rows.map((row) => row[1]), name: field.title, yaxis: right ? "y2" : "y" };
    if (custom.drawStyle === "bars") {
      const steps = frame.rows.slice(1).map((row, at) => row[0] - frame.rows[at][0]), step = Math.min(...steps, range[1] - range[0]);
      traces.push({ ...common, type: "bar", offset: 0, width: step * (custom.barWidthFactor ?? 0.8), marker: { color: rgba(color, (custom.fillOpacity ?? 80) / 100) } });
      for (const [at, value] of rows) {
        const key = `${right} ${at} ${value < 0}`, sum = ((custom.stacking || {}).mode === "normal" ? stacks.get(key) || 0 : 0) + value;
        stacks.set(key, sum);
        side.push(sum, 0);
      }
      continue;
    }
    side.push(...common.y);
    if (custom.fillOpacity > 0 && !custom.fillBelowTo) side.push(0);
    const below = custom.fillBelowTo ? series.find((one) => one.frame.name === custom.fillBelowTo) : null;
    if (below) traces.push({ type: "scatter", x: below.frame.rows.map((row) => row[0]), y: below.frame.rows.map((row) => row[1]), mode: "lines", line: { width: 0, shape: custom.lineInterpolation === "stepAfter" ? "hv" : "linear" }, yaxis: common.yaxis });
    const gap = typeof custom.spanNulls === "number" ? custom.spanNulls : Infinity, x = [], y = [];
    rows.forEach(([at, value], place) => { if (place && at - rows[place - 1][0] > gap) { x.push(at - 1); y.push(null); } x.push(at); y.push(value); });
    traces.push({
      ...common, x, y, type: "scatter", mode: custom.showPoints === "always" ? "lines+markers" : "lines", marker: { size: custom.pointSize || 5, color },
      line: { color, width: custom.lineWidth ?? 1, shape: custom.lineInterpolation === "stepAfter" ? "hv" : "linear" },
      fill: below ? "tonexty" : custom.fillOpacity > 0 ? "tozeroy" : "none", fillcolor: rgba(color, (custom.fillOpacity || 0) / 100),
    });
  }
  const limits = (values, field) => {
    let low = field.min ?? values.reduce((one, other) => Math.min(one, other), Infinity), high = field.max ?? values.reduce((one, other) => Math.max(one, other), -Infinity);
    if (low === high) high = low + 1;
    const room = (high - low) * 0.05;
    return [field.min ?? (low === 0 ? 0 : low - room), field.max ?? high + room];
  };
  const left = series.find(({ field }) => field.custom.axisPlacement !== "right"), right = series.find(({ field }) => field.custom.axisPlacement === "right");
  const y = left ? valueAxis(...limits(extents.left, left.field), left.field, Math.max(3, height / 55)) : {};
  const shapes = [], defaults = panel.fieldConfig.defaults, style = ((defaults.custom || {}).thresholdsStyle || { mode: "off" }).mode;
  if (style !== "off") {
    const steps = defaults.thresholds.steps;
    steps.forEach((step, place) => {
      const from = step.value ?? y.range[0], to = steps[place + 1] ? steps[place + 1].value : y.range[1];
      if (style.includes("area") && step.color !== "transparent") shapes.push({ type: "rect", xref: "paper", x0: 0, x1: 1, y0: from, y1: to, fillcolor: rgba(step.color, 0.12), line: { width: 0 }, layer: "below" });
      if (step.value !== null) shapes.push({ type: "line", xref: "paper", x0: 0, x1: 1, y0: step.value, y1: step.value, line: { color: rgba("#F2495C", 0.7), width: 1.5 } });
    });
  }
  for (const note of notes) if (note > range[0] && note < range[1]) {
    shapes.push({ type: "line", x0: note, x1: note, yref: "paper", y0: 0, y1: 1, line: { color: "#FF9830", width: 1, dash: "dot" } });
    shapes.push({ type: "path", path: `M ${note - (range[1] - range[0]) * 0.003} 0 L ${note + (range[1] - range[0]) * 0.003} 0 L ${note} 0.04 Z`, yref: "paper", fillcolor: "#FF9830", line: { width: 0 } });
  }
  const marks = ticks(range[0], range[1], Math.max(3, box.clientWidth / 85));
  plot(box, height, traces, {
    barmode: (((defaults.custom || {}).stacking || {}).mode === "normal") ? "relative" : "overlay", shapes, yaxis: y, margin: { l: 66, r: right ? 66 : 12, t: 8, b: 26 },
    ...(right ? { yaxis2: { ...valueAxis(...limits(extents.right, right.field), right.field, Math.max(3, height / 55)), overlaying: "y", side: "right", showgrid: false } } : {}),
    xaxis: { ...AXIS, range, tickvals: marks.map((mark) => mark[0]), ticktext: marks.map((mark) => mark[1]) },
  });
  if (legend.showLegend) box.append(legendTable(series, legend.calcs));
}

function legendTable(series, calcs) {
  if (!calcs.length) {
    const line = make("div", "legend-line");
    for (const { field, color } of series) { const name = make("span"), dash = make("span", "dash"); dash.style.background = color; name.append(dash, field.title); line.append(name); }
    return line;
  }
  const grid = make("table", "legend"), head = make("tr");
  head.append(make("th", "", "Name"), ...calcs.map((calc) => make("th", "number", CALC_NAMES[calc])));
  grid.append(head);
  for (const { frame, field, color } of series) {
    const row = make("tr"), name = make("td"), dash = make("span", "dash");
    dash.style.background = color;
    name.append(dash, field.title);
    row.append(name, ...calcs.map((calc) => { const value = CALCS[calc](frame.rows.map((one) => one[1])); return make("td", "number", value === null ? "" : text(value, field)); }));
    grid.append(row);
  }
  return grid;
}

function piechart(panel, frames, box) {
  const items = reduced(panel, frames).filter((item) => item.value !== null), sum = CALCS.sum(items.map((item) => item.value));
  if (!items.length) { box.append(make("div", "empty", panel.fieldConfig.defaults.noValue || "No data")); return; }
  const under = panel.options.legend.placement === "bottom";
  box.classList.add(under ? "pie-under" : "pie");
  const side = under ? box.clientHeight - 24 * items.length - 30 : Math.min(box.clientHeight, box.clientWidth * 0.45), chart = make("div");
  chart.style.width = chart.style.height = `${side}px`;
  box.append(chart);
  Plotly.newPlot(chart, [{ type: "pie", hole: 0.62, values: items.map((item) => item.value), marker: { colors: items.map((item) => item.color), line: { color: "#181b1f", width: 2 } }, textinfo: "none", sort: false, direction: "clockwise" }],
    { paper_bgcolor: "rgba(0,0,0,0)", margin: { l: 8, r: 8, t: 8, b: 8 }, showlegend: false, width: side, height: side }, { staticPlot: true, displayModeBar: false });
  const grid = make("table", "legend"), head = make("tr");
  head.append(make("th"), make("th", "number", "Value"), make("th", "number", "Percent"));
  grid.append(head);
  for (const item of items) {
    const row = make("tr"), name = make("td"), dash = make("span", "dash");
    dash.style.background = item.color;
    name.append(dash, item.name);
    row.append(name, make("td", "number", item.text), make("td", "number", `${(item.value / sum * 100).toFixed(0)}%`));
    grid.append(row);
  }
  box.append(grid);
}

function heatmap(panel, frames, box, range) {
  const rows = frames.filter((frame) => frame.rows.some((row) => row[1] !== null)).sort((one, other) => Number(one.name) - Number(other.name));
  if (!rows.length) { box.append(make("div", "empty", panel.fieldConfig.defaults.noValue || "No data")); return; }
  const days = [...new Set(rows.flatMap((frame) => frame.rows.map((row) => row[0])))].sort((one, other) => one - other);
  const cells = rows.map((frame) => { const at = new Map(frame.rows.map((row) => [row[0], row[1]])); return days.map((day) => (at.get(day) > 1e-9 ? at.get(day) : null)); });
  const colors = SCHEMES[panel.options.color.scheme], most = CALCS.max(cells.flat());
  const marks = ticks(days[0], days.at(-1), Math.max(3, box.clientWidth / 85));
  plot(box, box.clientHeight, [{
    type: "heatmap", x: days.map((day) => day + 43200000), y: rows.map((frame) => Number(frame.name)), z: cells, zmin: 0, zmax: most, xgap: 1, ygap: 1,
    colorscale: colors.map((color, place) => [place / (colors.length - 1), color]), colorbar: { orientation: "h", thickness: 10, len: 0.3, x: 0.15, y: -0.2, tickfont: { color: "#9a9aa8", size: 11 }, ticksuffix: " kWh", nticks: 4, outlinewidth: 0 },
  }], { margin: { l: 50, r: 12, t: 8, b: 62 }, yaxis: { ...AXIS, showgrid: false, autorange: "reversed", tickvals: [0, 3, 6, 9, 12, 15, 18, 21], ticktext: ["00 h", "03 h", "06 h", "09 h", "12 h", "15 h", "18 h", "21 h"] },
    xaxis: { ...AXIS, showgrid: false, tickvals: marks.map((mark) => mark[0]), ticktext: marks.map((mark) => mark[1]) } });
}

function histogram(panel, frames, box) {
  const size = panel.options.bucketSize, counts = new Map(), field = fieldFor(panel, ""), color = colorOf(null, field, 0);
  for (const value of frames.flatMap((frame) => frame.rows.map((row) => row[1])).filter((value) => value !== null)) { const at = Math.floor(value / size) * size; counts.set(at, (counts.get(at) || 0) + 1); }
  if (!counts.size) { box.append(make("div", "empty", field.noValue || "No data")); return; }
  const starts = [...counts.keys()].sort((one, other) => one - other), low = starts[0], high = starts.at(-1) + size;
  plot(box, box.clientHeight, [{ type: "bar", x: starts, y: starts.map((at) => counts.get(at)), offset: 0, width: size * 0.94, marker: { color: rgba(color, 0.8) } }],
    { xaxis: { ...valueAxis(low, high, field, 10) }, yaxis: { ...AXIS } });
}
