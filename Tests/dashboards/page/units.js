// Numbers, colours and times as Grafana words them.
const PALETTE = ["#73BF69", "#F2CC0C", "#8AB8FF", "#FF780A", "#F2495C", "#5794F2", "#B877D9", "#705DA0", "#37872D",
  "#FADE2A"
];
const SCHEMES = { // from low to high on a dark page
  Oranges: ["#7f2704", "#a63603", "#d94801", "#f16913", "#fd8d3c", "#fdae6b", "#fdd0a2", "#fee6ce", "#fff5eb"],
  Blues: ["#08306b", "#08519c", "#2171b5", "#4292c6", "#6baed6", "#9ecae1", "#c6dbef", "#deebf7", "#f7fbff"],
  YlOrRd: ["#800026", "#bd0026", "#e31a1c", "#fc4e2a", "#fd8d3c", "#feb24c", "#fed976", "#ffeda0", "#ffffcc"],
};
const PREFIXED = {
  watt: "W",
  voltamp: "VA",
  volt: "V",
  watth: "Wh"
};

function fixed(value, decimals) {
  if (decimals === undefined || decimals === null) {
    if (value === 0 || Number.isInteger(value)) return String(value);
    let digits = -Math.floor(Math.log10(Math.abs(value))) + 1;
    if (Math.abs(value) / Math.pow(10, -digits) > 2.25) digits += 1;
    decimals = Math.max(0, digits);
  }
  return value.toFixed(decimals);
}

function scaled(value, decimals, names, factor = 1000) {
  let place = 0;
  while (Math.abs(value) >= factor && place < names.length - 1) {
    value /= factor;
    place += 1;
  }
  return [fixed(value, decimals), names[place]];
}

// [number, unit] of a value.
function worded(value, unit, decimals) {
  if (unit in PREFIXED) return scaled(value, decimals, ["", "k", "M", "G"].map((prefix) => prefix + PREFIXED[unit]));
  if (unit === "kwatth") return Math.abs(value) < 1 && value !== 0 ? [fixed(value * 1000, decimals), "Wh"] : scaled(
    value, decimals, ["kWh", "MWh", "GWh"]);
  if (unit === "percent") return [fixed(value, decimals), "%"];
  if (unit === "celsius") return [fixed(value, decimals), "°C"];
  if (unit === "ms") return [fixed(value, decimals), "ms"];
  if (unit === "short") return scaled(value, decimals, ["", "K", "Mil"]);
  if (unit && unit.startsWith("suffix:")) return [fixed(value, decimals), unit.slice(7)];
  return [fixed(value, decimals), ""];
}

function text(value, field) {
  if (value === null || value === undefined) return field.noValue || "-";
  const mapped = mapping(value, field);
  if (mapped && mapped.text !== undefined) return mapped.text;
  if (typeof value === "string") return value;
  if (field.unit && field.unit.startsWith("time:")) return moment(value, field.unit.slice(5));
  const [number, unit] = worded(value, field.unit, field.decimals);
  return unit === "%" || unit === "" ? number + unit : `${number} ${unit}`;
}

function mapping(value, field) {
  for (const item of field.mappings || []) {
    if (item.type === "value" && String(value) in item.options) return item.options[String(value)];
    if (item.type === "special" && item.options.match === "empty" && value === "") return item.options.result;
    if (item.type === "regex") {
      const [, pattern, flags] = item.options.pattern.match(/^\/(.*)\/(i?)$/);
      if (new RegExp(pattern, flags).test(String(value))) return item.options.result;
    }
  }
  return null;
}

function threshold(value, field) {
  let color = null;
  for (const step of (field.thresholds || {
      steps: [{
        color: "#73BF69",
        value: null
      }]
    }).steps)
    if (step.value === null || (value !== null && value >= step.value)) color = step.color;
  return color === "green" ? "#73BF69" : color;
}

function colorOf(value, field, place) {
  const mapped = value === null || value === undefined ? null : mapping(value, field);
  if (mapped && mapped.color) return mapped.color;
  const mode = (field.color || {}).mode || "palette-classic";
  if (mode === "fixed") return field.color.fixedColor;
  if (mode === "shades") return field.color.fixedColor;
  if (mode === "thresholds") return threshold(typeof value === "number" ? value : null, field);
  return PALETTE[place % PALETTE.length];
}

// The panel's defaults with what its overrides say of this name.
function fieldFor(panel, name) {
  const config = panel.fieldConfig || {
    defaults: {},
    overrides: []
  };
  const field = JSON.parse(JSON.stringify(config.defaults));
  field.custom = field.custom || {};
  for (const override of config.overrides || []) {
    if (override.matcher.options !== name) continue;
    for (const item of override.properties) {
      if (item.id.startsWith("custom.")) field.custom[item.id.slice(7)] = item.value;
      else field[item.id] = item.value;
    }
  }
  field.title = field.displayName || name;
  return field;
}

const clock = new Intl.DateTimeFormat("fr-FR", {
  timeZone: "Europe/Paris",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23"
});

function parts(milliseconds) {
  return Object.fromEntries(clock.formatToParts(milliseconds).map((part) => [part.type, part.value]));
}

function moment(milliseconds, pattern) {
  const at = parts(milliseconds);
  return pattern.replace("YYYY", at.year).replace("MM", at.month).replace("DD", at.day).replace("HH", at.hour).replace(
    "mm", at.minute);
}

// Ticks of a time axis, at round local times: [[ms, label]].
function ticks(first, last, wanted) {
  const hour = 3600000,
    day = 24 * hour;
  const step = [hour / 12, hour / 6, hour / 4, hour / 2, hour, 2 * hour, 3 * hour, 4 * hour, 6 * hour, 12 * hour, day,
    2 * day, 4 * day, 7 * day, 30.4 * day
  ].find((one) => (last - first) / one <= wanted) || 61 * day;
  const found = [];
  if (step < day) {
    for (let at = Math.ceil(first / 300000) * 300000; at <= last; at += 300000) {
      const now = parts(at),
        minutes = Number(now.hour) * 60 + Number(now.minute);
      if (minutes % (step / 60000) === 0) found.push([at, minutes === 0 && last - first > day ?
        `${now.day}/${now.month}` : `${now.hour}:${now.minute}`
      ]);
    }
    return found;
  }
  const every = Math.ceil((last - first) / (30.4 * day) / wanted);
  let count = 0,
    month = "";
  for (let at = Math.ceil(first / hour) * hour; at <= last; at += hour) {
    const now = parts(at);
    if (now.hour !== "00") continue;
    if (step > 7 * day) {
      if (now.day === "01" && now.month !== month) {
        if (count++ % every === 0) found.push([at, `${now.month}/${now.year}`]);
        month = now.month;
      }
    } else if (count++ % Math.round(step / day) === 0) found.push([at, `${now.day}/${now.month}`]);
  }
  return found;
}
