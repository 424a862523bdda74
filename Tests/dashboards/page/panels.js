// The panels that are numbers, bars, tables and words.
const CALCS = {
  lastNotNull: (values) => values.filter((value) => value !== null).at(-1) ?? null,
  sum: (values) => known(values).reduce((one, other) => one + other, 0),
  max: (values) => known(values).length ? known(values).reduce((one, other) => Math.max(one, other)) : null,
  min: (values) => known(values).length ? known(values).reduce((one, other) => Math.min(one, other)) : null,
};
// As Grafana calls them; of the others it has English words only.
const CALC_NAMES = {
  sum: "Total",
  max: "Max",
  min: "Min"
};

function known(values) {
  return values.filter((value) => typeof value === "number");
}

function make(tag, className, content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (content !== undefined) element.textContent = content;
  return element;
}

// What a stat, a gauge or bars show: one value a series.
function reduced(panel, frames) {
  const calc = CALCS[panel.options.reduceOptions.calcs[0]];
  const shown = frames.map((frame, place) => {
    const values = frame.rows.map((row) => row[1]),
      value = values.length ? calc(values) : null,
      field = fieldFor(panel, frame.name);
    return {
      name: field.title,
      value,
      field,
      text: text(value, field),
      color: colorOf(value, field, place),
      values
    };
  });
  if (shown.length) return shown;
  const field = fieldFor(panel, "");
  return [{
    name: "",
    value: null,
    field,
    text: field.noValue || "No data",
    color: colorOf(null, field, 0),
    values: []
  }];
}

function fit(words, width, height, most) {
  return Math.max(10, Math.min(most, height, width / (Math.max(3, words.length) * 0.58)));
}

function stat(panel, frames, box) {
  const items = reduced(panel, frames);
  const named = panel.options.textMode !== "value" && items.length > 1;
  const wide = panel.options.orientation !== "horizontal" && box.clientWidth > box.clientHeight;
  box.classList.add(wide ? "across" : "down");
  for (const item of items) {
    const cell = make("div", "stat");
    const width = wide ? box.clientWidth / items.length : box.clientWidth,
      height = wide ? box.clientHeight : box.clientHeight / items.length;
    if (named) {
      const name = make("div", "stat-name", item.name);
      name.style.fontSize = `${Math.min(15, height * 0.25)}px`;
      cell.append(name);
    }
    const value = make("div", "stat-value", item.text);
    value.style.color = item.color;
    value.style.fontSize = `${fit(item.text, width - 16, height * (named ? 0.45 : 0.62), 54)}px`;
    cell.append(value);
    if (panel.options.graphMode === "area" && known(item.values).length > 3) cell.append(spark(item.values, item.color,
      width, height));
    box.append(cell);
  }
}

function spark(values, color, width, height) {
  const top = CALCS.max(values),
    low = CALCS.min(values),
    tall = height * 0.28;
  const points = values.map((value, place) => [place / (values.length - 1) * width, tall - (top === low ? 0.5 : (value -
    low) / (top - low)) * tall * 0.9]);
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const holder = make("div", "spark");
  holder.innerHTML =
    `<svg width="${width}" height="${tall}">` +
    `<polygon points="0,${tall} ${line} ${width},${tall}" fill="${color}" opacity=".22"/>` +
    `<polyline points="${line}" fill="none" stroke="${color}"/></svg>`;
  return holder;
}

function gauge(panel, frames, box) {
  const item = reduced(panel, frames)[0],
    low = item.field.min ?? 0,
    high = item.field.max ?? 100;
  const size = Math.min(box.clientWidth / 2, box.clientHeight * 0.82),
    middle = [box.clientWidth / 2, box.clientHeight * 0.92];
  const arc = (from, to, radius, thick, color) => {
    const at = (share) => {
      const angle = Math.PI * (1 - share);
      return `${middle[0] + radius * Math.cos(angle)},${middle[1] - radius * Math.sin(angle)}`;
    };
    return `<path d="M ${at(from)} A ${radius} ${radius} 0 0 1 ${at(to)}" fill="none" stroke="${color}" ` +
      `stroke-width="${thick}"/>`;
  };
  let drawn = arc(0, 1, size * 0.8, size * 0.2, "#2c2e33");
  if (item.value !== null) drawn += arc(0, Math.min(1, Math.max(0.003, (item.value - low) / (high - low))), size * 0.8,
    size * 0.2, item.color);
  const steps = item.field.thresholds.steps;
  steps.forEach((step, place) => {
    const from = step.value === null ? 0 : (step.value - low) / (high - low),
      to = place + 1 < steps.length ? (steps[place + 1].value - low) / (high - low) : 1;
    drawn += arc(from, to, size * 0.95, size * 0.05, step.color);
  });
  const letters = fit(item.text, size * 1.2, size * 0.42, 46);
  box.innerHTML =
    `<svg width="${box.clientWidth}" height="${box.clientHeight}">${drawn}` +
    `<text x="${middle[0]}" y="${middle[1] - size * 0.06}" text-anchor="middle" font-size="${letters}" ` +
    `font-weight="500" fill="${item.value === null ? "#8e8e99" : item.color}">${item.text}</text></svg>`;
}

function bargauge(panel, frames, box) {
  const items = reduced(panel, frames),
    all = known(items.map((item) => item.value));
  const most = panel.fieldConfig.defaults.max ?? Math.max(...all, 0);
  if (!all.length) {
    box.append(make("div", "empty", panel.fieldConfig.defaults.noValue || "No data"));
    return;
  }
  box.classList.add("bars");
  const tall = Math.min(34, box.clientHeight / items.length - 6);
  for (const item of items) {
    const row = make("div", "bar-row"),
      name = make("div", "bar-name", item.name),
      track = make("div", "bar-track"),
      bar = make("div", "bar");
    track.style.height = bar.style.height = `${tall}px`;
    bar.style.width = `${Math.max(0, (item.value ?? 0) / most * 100)}%`;
    bar.style.background = item.color + "55";
    bar.style.borderRight = `2px solid ${item.color}`;
    track.append(bar);
    const value = make("div", "bar-value", item.text);
    if (panel.options.valueMode !== "text") value.style.color = item.color;
    row.append(name, track, value);
    box.append(row);
  }
}

function table(panel, frames, box) {
  const frame = frames[0];
  if (!frame || !frame.rows.length) {
    box.append(make("div", "empty", panel.fieldConfig.defaults.noValue || "No data"));
    return;
  }
  const arrange = ((panel.transformations || []).find((one) => one.id === "organize") || {
    options: {}
  }).options;
  let columns = frame.columns.map((name, place) => ({
    name,
    place,
    field: fieldFor(panel, name)
  })).filter(({
    name
  }) => !(arrange.excludeByName || {})[name]);
  columns = columns.sort((one, other) => ((arrange.indexByName || {})[one.name] ?? 99) - ((arrange.indexByName || {})[
    other.name] ?? 99));
  const sort = (panel.options.sortBy || [])[0];
  const rows = [...frame.rows];
  if (sort) {
    const by = columns.find(({
      field
    }) => field.title === sort.displayName).place;
    rows.sort((one, other) => (sort.desc ? other[by] - one[by] : one[by] - other[by]));
  }
  const grid = make("table"),
    head = make("tr");
  for (const {
      name,
      field
    }
    of columns) {
    const cell = make("th", typeof frame.rows[0][columns.find((one) => one.name === name).place] === "number" &&
      name !== "Time" ? "number" : "", field.title);
    if (field.custom.width) cell.style.width = `${field.custom.width}px`;
    head.append(cell);
  }
  grid.append(head);
  for (const row of rows.slice(0, Math.max(1, Math.floor((box.clientHeight - 34) / 34)))) {
    const line = make("tr");
    for (const {
        name,
        place,
        field
      }
      of columns) {
      if (name === "Time" && !field.unit.startsWith("time:")) field.unit = "time:YYYY-MM-DD HH:mm:ss";
      const cell = make("td", typeof row[place] === "number" && name !== "Time" ? "number" : "", text(row[place],
        field));
      if ((field.custom.cellOptions || {}).type === "color-text") cell.style.color = colorOf(row[place], field, 0);
      line.append(cell);
    }
    grid.append(line);
  }
  box.append(grid);
}

function words(panel, frames, box) {
  const safe = panel.options.content.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  box.innerHTML =
    `<p class="words">${safe.replace(/\*\*(.+?)\*\*/g, "<b>$1</b>").replace(/`(.+?)`/g, "<code>$1</code>")}</p>`;
}

function geomap(panel, frames, box) {
  const row = frames[0] && frames[0].rows[0];
  if (!row) {
    box.append(make("div", "empty", panel.fieldConfig.defaults.noValue));
    return;
  }
  box.innerHTML =
    `<div class="map"><div class="dot"></div><div>${row[1].toFixed(3)} N, ${row[2].toFixed(3)} E</div>` +
    `<small>Le fond de carte n'est pas dessiné dans cet aperçu.</small></div>`;
}
