// Lines and bars over time, with their legend.
function timeseries(panel, frames, box, range, notes) {
  if (!frames.some((frame) => frame.rows.some((row) => row[1] !== null))) {
    box.append(make("div", "empty", panel.fieldConfig.defaults.noValue || "No data"));
    return;
  }
  const series = frames.map((frame, place) => ({
    frame,
    field: fieldFor(panel, frame.name),
    place
  })).map((item) => ({
    ...item,
    color: colorOf(null, item.field, item.place)
  }));
  const legend = panel.options.legend,
    shown = legend.showLegend ? legendLine(series, legend.calcs) : null,
    height = box.clientHeight - heightOf(shown, box);
  const traces = [],
    extents = {
      left: [],
      right: []
    },
    stacks = new Map();
  for (const {
      frame,
      field,
      color
    }
    of series) {
    const custom = field.custom,
      right = custom.axisPlacement === "right",
      side = right ? extents.right : extents.left;
    const sign = custom.transform === "negative-Y" ? -1 : 1;
    const rows = frame.rows.filter((row) => row[1] !== null).map((row) => [row[0], sign * row[1]]);
    const common = {
      x: rows.map((row) => row[0]),
      y: rows.map((row) => row[1]),
      name: field.title,
      yaxis: right ? "y2" : "y"
    };
    if (custom.drawStyle === "bars") {
      const steps = frame.rows.slice(1).map((row, at) => row[0] - frame.rows[at][0]),
        step = Math.min(...steps, range[1] - range[0]);
      traces.push({
        ...common,
        type: "bar",
        offset: 0,
        width: step * (custom.barWidthFactor ?? 0.8),
        marker: {
          color: rgba(color, (custom.fillOpacity ?? 80) / 100)
        }
      });
      for (const [at, value] of rows) {
        const key = `${right} ${at} ${value < 0}`,
          sum = ((custom.stacking || {}).mode === "normal" ? stacks.get(key) || 0 : 0) + value;
        stacks.set(key, sum);
        side.push(sum, 0);
      }
      continue;
    }
    side.push(...common.y);
    if (custom.fillOpacity > 0 && !custom.fillBelowTo) side.push(0);
    const below = custom.fillBelowTo ? series.find((one) => one.frame.name === custom.fillBelowTo) : null;
    if (below) traces.push({
      type: "scatter",
      x: below.frame.rows.map((row) => row[0]),
      y: below.frame.rows.map((row) => row[1]),
      mode: "lines",
      line: {
        width: 0,
        shape: custom.lineInterpolation === "stepAfter" ? "hv" : "linear"
      },
      yaxis: common.yaxis
    });
    const gap = typeof custom.spanNulls === "number" ? custom.spanNulls : Infinity,
      x = [],
      y = [];
    rows.forEach(([at, value], place) => {
      if (place && at - rows[place - 1][0] > gap) {
        x.push(at - 1);
        y.push(null);
      }
      x.push(at);
      y.push(value);
    });
    traces.push({
      ...common,
      x,
      y,
      type: "scatter",
      mode: custom.showPoints === "always" ? "lines+markers" : "lines",
      marker: {
        size: custom.pointSize || 5,
        color
      },
      line: {
        color,
        width: custom.lineWidth ?? 1,
        shape: custom.lineInterpolation === "stepAfter" ? "hv" : "linear"
      },
      fill: below ? "tonexty" : custom.fillOpacity > 0 ? "tozeroy" : "none",
      fillcolor: rgba(color, (custom.fillOpacity || 0) / 100),
    });
  }
  const limits = (values, field) => {
    let low = field.min ?? values.reduce((one, other) => Math.min(one, other), Infinity),
      high = field.max ?? values.reduce((one, other) => Math.max(one, other), -Infinity);
    if (low === high) high = low + 1;
    const room = (high - low) * 0.05;
    return [field.min ?? (low === 0 ? 0 : low - room), field.max ?? high + room];
  };
  const left = series.find(({
      field
    }) => field.custom.axisPlacement !== "right"),
    right = series.find(({
      field
    }) => field.custom.axisPlacement === "right");
  const y = left ? valueAxis(...limits(extents.left, left.field), left.field, Math.max(3, height / 55)) : {};
  const shapes = [],
    defaults = panel.fieldConfig.defaults,
    style = ((defaults.custom || {}).thresholdsStyle || {
      mode: "off"
    }).mode;
  if (style !== "off") {
    const steps = defaults.thresholds.steps;
    steps.forEach((step, place) => {
      const from = step.value ?? y.range[0],
        to = steps[place + 1] ? steps[place + 1].value : y.range[1];
      if (style.includes("area") && step.color !== "transparent") shapes.push({
        type: "rect",
        xref: "paper",
        x0: 0,
        x1: 1,
        y0: from,
        y1: to,
        fillcolor: rgba(step.color, 0.12),
        line: {
          width: 0
        },
        layer: "below"
      });
      if (step.value !== null) shapes.push({
        type: "line",
        xref: "paper",
        x0: 0,
        x1: 1,
        y0: step.value,
        y1: step.value,
        line: {
          color: rgba("#F2495C", 0.7),
          width: 1.5
        }
      });
    });
  }
  const half = (range[1] - range[0]) * 0.003;               // of the mark at the foot of an event
  for (const note of notes)
    if (note > range[0] && note < range[1]) {
      shapes.push({
        type: "line",
        x0: note,
        x1: note,
        yref: "paper",
        y0: 0,
        y1: 1,
        line: {
          color: "#FF9830",
          width: 1,
          dash: "dot"
        }
      });
      shapes.push({
        type: "path",
        path: `M ${note - half} 0 L ${note + half} 0 L ${note} 0.04 Z`,
        yref: "paper",
        fillcolor: "#FF9830",
        line: {
          width: 0
        }
      });
    }
  const marks = ticks(range[0], range[1], Math.max(3, box.clientWidth / 85));
  plot(box, height, traces, {
    barmode: (((defaults.custom || {}).stacking || {}).mode === "normal") ? "relative" : "overlay",
    shapes,
    yaxis: y,
    margin: {
      l: 66,
      r: right ? 66 : 12,
      t: 8,
      b: 26
    },
    ...(right ? {
      yaxis2: {
        ...valueAxis(...limits(extents.right, right.field), right.field, Math.max(3, height / 55)),
        overlaying: "y",
        side: "right",
        showgrid: false
      }
    } : {}),
    xaxis: {
      ...AXIS,
      range,
      tickvals: marks.map((mark) => mark[0]),
      ticktext: marks.map((mark) => mark[1])
    },
  });
  if (shown) box.append(shown);
}

// A narrow panel's legend goes on in a second line.
function heightOf(legend, box) {
  if (!legend) return 0;
  box.append(legend);
  const height = legend.offsetHeight;
  legend.remove();
  return height;
}

// What stands below: each name with its values, one behind the other.
function legendLine(series, calcs) {
  const line = make("div", "legend-line");
  for (const {
      frame,
      field,
      color
    }
    of series) {
    const name = make("span"),
      dash = make("span", "dash");
    dash.style.background = color;
    name.append(dash, field.title);
    for (const calc of calcs) {
      const value = CALCS[calc](frame.rows.map((one) => one[1]));
      if (value !== null) name.append(make("span", "legend-value", `${CALC_NAMES[calc]}: ${text(value, field)}`));
    }
    line.append(name);
  }
  return line;
}
