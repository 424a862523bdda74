// The panels with axes, drawn by Plotly.
const AXIS = {
  gridcolor: "rgba(204,204,220,0.09)",
  zeroline: false,
  tickfont: {
    color: "#9a9aa8",
    size: 12
  },
  linecolor: "rgba(0,0,0,0)",
  tickangle: 0
};

function plot(box, height, traces, layout) {
  const chart = make("div");
  chart.style.height = `${height}px`;
  box.append(chart);
  Plotly.newPlot(chart, traces, {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    showlegend: false,
    font: {
      family: "Inter, sans-serif",
      color: "#ccccdc",
      size: 12
    },
    margin: {
      l: 62,
      r: 12,
      t: 8,
      b: 26
    },
    ...layout,
  }, {
    staticPlot: true,
    displayModeBar: false
  });
}

function rgba(color, share) {
  if (color === "transparent") return "rgba(0,0,0,0)";
  return `rgba(${[1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)).join(",")},${share})`;
}

// Round values of an axis, worded in the unit of the field.
function valueAxis(low, high, field, wanted) {
  const rough = (high - low) / wanted || 1,
    size = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * size).find((one) => one >= rough);
  const values = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) values.push(Math.abs(at) < step /
    1e6 ? 0 : at);
  return {
    ...AXIS,
    range: [low, high],
    tickvals: values,
    ticktext: values.map((value) => text(value, {
      ...field,
      noValue: "",
      decimals: step >= 1 && !["watt", "voltamp", "kwatth"].includes(field.unit) ? 0 : undefined,
      mappings: []
    }))
  };
}

function piechart(panel, frames, box) {
  const items = reduced(panel, frames).filter((item) => item.value !== null),
    sum = CALCS.sum(items.map((item) => item.value));
  if (!items.length) {
    box.append(make("div", "empty", panel.fieldConfig.defaults.noValue || "No data"));
    return;
  }
  const under = panel.options.legend.placement === "bottom";
  box.classList.add(under ? "pie-under" : "pie");
  const side = under ? box.clientHeight - 24 * items.length - 30 : Math.min(box.clientHeight, box.clientWidth * 0.45),
    chart = make("div");
  chart.style.width = chart.style.height = `${side}px`;
  box.append(chart);
  Plotly.newPlot(chart, [{
    type: "pie",
    hole: 0.62,
    values: items.map((item) => item.value),
    marker: {
      colors: items.map((item) => item.color),
      line: {
        color: "#181b1f",
        width: 2
      }
    },
    text: items.map((item) => item.text),
    textinfo: panel.options.displayLabels.includes("value") ? "text" : "none",
    sort: false,
    direction: "clockwise"
  }], {
    paper_bgcolor: "rgba(0,0,0,0)",
    margin: {
      l: 8,
      r: 8,
      t: 8,
      b: 8
    },
    showlegend: false,
    width: side,
    height: side
  }, {
    staticPlot: true,
    displayModeBar: false
  });
  const list = make("div", "legend-list");
  for (const item of items) {
    const row = make("div"),
      dash = make("span", "dash");
    dash.style.background = item.color;
    row.append(dash, item.name, make("span", "legend-value", `${(item.value / sum * 100).toFixed(0)}%`));
    list.append(row);
  }
  box.append(list);
}

function heatmap(panel, frames, box, range) {
  const rows = frames.filter((frame) => frame.rows.some((row) => row[1] !== null)).sort((one, other) => Number(one
    .name) - Number(other.name));
  if (!rows.length) {
    box.append(make("div", "empty", panel.fieldConfig.defaults.noValue || "No data"));
    return;
  }
  const days = [...new Set(rows.flatMap((frame) => frame.rows.map((row) => row[0])))].sort((one, other) => one - other);
  const cells = rows.map((frame) => {
    const at = new Map(frame.rows.map((row) => [row[0], row[1]]));
    return days.map((day) => (at.get(day) > 1e-9 ? at.get(day) : null));
  });
  const colors = SCHEMES[panel.options.color.scheme],
    most = CALCS.max(cells.flat());
  const marks = ticks(days[0], days.at(-1), Math.max(3, box.clientWidth / 85));
  plot(box, box.clientHeight, [{
    type: "heatmap",
    x: days.map((day) => day + 43200000),
    y: rows.map((frame) => Number(frame.name)),
    z: cells,
    zmin: 0,
    zmax: most,
    xgap: 1,
    ygap: 1,
    colorscale: colors.map((color, place) => [place / (colors.length - 1), color]),
    colorbar: {
      orientation: "h",
      thickness: 10,
      len: 0.3,
      x: 0.15,
      y: -0.2,
      tickfont: {
        color: "#9a9aa8",
        size: 11
      },
      ticksuffix: " kWh",
      nticks: 4,
      outlinewidth: 0
    },
  }], {
    margin: {
      l: 50,
      r: 12,
      t: 8,
      b: 62
    },
    yaxis: {
      ...AXIS,
      showgrid: false,
      autorange: "reversed",
      tickvals: [0, 3, 6, 9, 12, 15, 18, 21],
      ticktext: ["00 h", "03 h", "06 h", "09 h", "12 h", "15 h", "18 h", "21 h"]
    },
    xaxis: {
      ...AXIS,
      showgrid: false,
      tickvals: marks.map((mark) => mark[0]),
      ticktext: marks.map((mark) => mark[1])
    }
  });
}

function histogram(panel, frames, box) {
  const size = panel.options.bucketSize,
    counts = new Map(),
    field = fieldFor(panel, ""),
    color = colorOf(null, field, 0);
  for (const value of frames.flatMap((frame) => frame.rows.map((row) => row[1])).filter((value) => value !== null)) {
    const at = Math.floor(value / size) * size;
    counts.set(at, (counts.get(at) || 0) + 1);
  }
  if (!counts.size) {
    box.append(make("div", "empty", field.noValue || "No data"));
    return;
  }
  const starts = [...counts.keys()].sort((one, other) => one - other),
    low = starts[0],
    high = starts.at(-1) + size;
  plot(box, box.clientHeight, [{
    type: "bar",
    x: starts,
    y: starts.map((at) => counts.get(at)),
    offset: 0,
    width: size * 0.94,
    marker: {
      color: rgba(color, 0.8)
    }
  }], {
    xaxis: {
      ...valueAxis(low, high, field, 10)
    },
    yaxis: {
      ...AXIS
    }
  });
}
