// How figures, times and text get into the page: null as an en dash, minus as a minus sign, text only ever as text.

const format = options => new Intl.NumberFormat("en-US", options);
export const whole = format({ maximumFractionDigits: 0 });
export const cents = format({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
const pennies = format({ minimumFractionDigits: 4, maximumFractionDigits: 4 });
export const tenths = format({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
export const short = format({ notation: "compact", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const time = zone => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const utcTime = time("UTC");

let exchangeOffset = 0; // of the exchange's time of day against UTC, in ms: a simulated exchange has its own

/** Learns the exchange's time of day from the stats. */
export function setExchangeTime(stats) {
  const wall = Date.parse(stats.market_time);
  const local = Date.parse(`${stats.market_time.slice(0, 10)}T${stats.market_local_time}Z`);
  exchangeOffset = local - wall;
}

export const marketTime = { format: date => utcTime.format(new Date(date.getTime() + exchangeOffset)) };
export const marketHour = { format: date => marketTime.format(date).slice(0, 5) };
export const localTime = time(undefined);

export const known = value => value !== null && value !== undefined;
export const or = (value, show) => (known(value) ? show(value) : "–");
export const at = (text, zoned) => or(text, value => zoned.format(new Date(value)));
export const minus = text => text.replace("-", "−");
export const signed = value => or(value, v => minus((v > 0 ? "+" : "") + cents.format(v)) + " %");
export const millis = value => or(value, v => (v < 100 ? tenths : whole).format(v));
export const price = value => or(value, v => (v < 1 ? pennies : cents).format(v));
export const title = name => (name[0].toUpperCase() + name.slice(1).toLowerCase()).replaceAll("_", " ");
export const direction = value => (value > 0 ? "up" : value < 0 ? "down" : "");

export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

export const ago = text => or(text, value => span((Date.now() - Date.parse(value)) / 1000) + " ago");
export const counts = object => Object.entries(object ?? {})
  .filter(([, count]) => count > 0)
  .map(([name, count]) => `${whole.format(count)} ${name.toLowerCase().replaceAll("_", " ")}`)
  .join(" · ");

export const $ = id => document.getElementById(id);

export function say(id, text, className) {
  const element = $(id);
  if (element.textContent !== text) element.textContent = text;
  if (className !== undefined && element.className !== className) element.className = className;
}

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}
