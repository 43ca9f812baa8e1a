// Atalaya's dashboard: one chain of requests a second, never two at a time.

import {
  $, ago, at, cents, counts, direction, known, localTime, make, marketHour, marketTime, setExchangeTime, millis, minus, or, price, say,
  short, signed, span, tenths, title, whole,
} from "./page.js";

const PERIOD_MS = 1000;
const PATIENCE_MS = 5000;
const TOP = 25;
const SPARK_SCANS = 60;
const STAGES = ["feed", "scan", "encode", "publish", "store"];
const LEDGER_PERIOD_MS = 10_000;
const STATUSES = { complete: "up", partial: "fresh", missing: "down" };
const SPARK = { width: 300, height: 40 };

const state = {
  market: new URLSearchParams(location.search).get("market"), // null: the first
  markets: [], // the names of all
  selected: null, // a category, or null for the session's list
  shown: null, // key of the list in the table
  sequence: null, // its sequence
  positions: new Map(), // its symbols' positions
  durations: [],
  scanNo: null,
  run: null, // id of the run that was asked for here
  persistAsked: false,
  ledgerRun: null, // the last run when the ledger was asked for
  ledgerTime: -Infinity, // and when that was
};

// Requests

async function call(path, method = "GET") {
  const market = state.market === null ? "" : `${path.includes("?") ? "&" : "?"}market=${encodeURIComponent(state.market)}`;
  const response = await fetch(path + market, { method, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  return { ok: response.ok, body: await response.json() };
}

// The bar

function showStatus(kind, text, stale = false) {
  say("status", text);
  $("status").dataset.state = kind;
  $("main").classList.toggle("stale", stale);
}

function showBar(stats) {
  const open = stats.current_session !== "CLOSED";
  showMarkets(stats.market);
  say("session", title(stats.current_session));
  $("session-dot").className = open ? "dot open" : "dot";
  setExchangeTime(stats);
  say("market-time", stats.market_local_time.slice(0, 8));
  say("feed", stats.feed);
  say("mode", stats.mode);
  const stored = stats.persistence;
  if (!stats.ready) showStatus("bad", `Not ready: ${stats.reason ?? "no reason given"}`);
  else if (!stored) showStatus("warn", "Degraded: the persistence does not answer");
  else if (stored.degraded) showStatus("warn", `Degraded: ${stored.reason ?? "nothing can be stored"}`);
  else showStatus("live", "Live");
}

// One market is a name, of several one is chosen; the address keeps which
function showMarkets(current) {
  const several = state.markets.length > 1;
  $("market").hidden = several;
  $("markets").hidden = !several;
  if (!several) {
    say("market", current);
    return;
  }
  const choice = $("markets");
  if (choice.childElementCount !== state.markets.length) {
    choice.replaceChildren(...state.markets.map(name => make("option", "", name)));
  }
  if (document.activeElement !== choice) choice.value = current;
}

function chooseMarket(name) {
  Object.assign(state, {
    market: name, selected: null, shown: null, sequence: null, positions: new Map(), durations: [], scanNo: null, run: null,
    persistAsked: false, ledgerRun: null, ledgerTime: -Infinity,
  });
  showOutcome("", "");
  $("tabs").replaceChildren();
  history.replaceState(null, "", `?market=${encodeURIComponent(name)}`);
  wake();
}

// The scan

function showScan(stats) {
  say("duration", millis(stats.last_scan_duration_ms));
  say("scan-no", or(stats.last_scan_no, whole.format));
  say("scan-age", ago(stats.last_scan_time));
  const stages = Object.entries(stats.last_stages_ms ?? {});
  const color = name => (STAGES.includes(name) ? name : "other");
  if ($("stages").childElementCount !== stages.length) {
    $("stages").replaceChildren(...stages.map(([name]) => make("span", color(name))));
  }
  [...$("stages").children].forEach((bar, i) => { bar.style.flexGrow = stages[i][1]; });
  $("legend").replaceChildren(...stages.map(([name, ms]) => {
    const entry = make("li");
    entry.append(make("i", color(name)), name, make("b", "", cents.format(ms)));
    return entry;
  }));
  if (known(stats.last_scan_duration_ms) && stats.last_scan_no !== state.scanNo) {
    state.scanNo = stats.last_scan_no;
    state.durations = [...state.durations, stats.last_scan_duration_ms].slice(-SPARK_SCANS);
    showSpark(state.durations);
  }
}

function showSpark(durations) {
  const most = Math.max(...durations);
  const step = SPARK.width / (SPARK_SCANS - 1);
  const start = SPARK.width - (durations.length - 1) * step;
  const points = durations.map((ms, i) => `${(start + i * step).toFixed(1)},${(SPARK.height - 2 - (ms / most) * (SPARK.height - 6)).toFixed(1)}`);
  $("spark").querySelector("polyline").setAttribute("points", points.join(" "));
  $("spark").querySelector("path").setAttribute("d", `M${start.toFixed(1)},${SPARK.height} L${points.join(" L")} L${SPARK.width},${SPARK.height} Z`);
  const median = [...durations].sort((a, b) => a - b)[Math.floor(durations.length / 2)];
  say("spark-note", `median ${millis(median)} · most ${millis(most)}`);
}

// The tickers

function showTickers(stats) {
  say("scanned", or(stats.tickers, whole.format));
  say("kept", or(stats.last_filtered, whole.format));
  say("skipped", counts(stats.skipped) || "none");
  say("filters", `${stats.filters_enabled} of ${stats.filters_loaded} on`);
  const failed = stats.cycles_failed > 0 ? ` · ${whole.format(stats.cycles_failed)} failed` : "";
  const reason = failed && stats.last_failure ? ` (last: ${stats.last_failure})` : "";
  say("cycles", `${whole.format(stats.total_scans)} done · ${whole.format(stats.cycles_skipped)} skipped${failed}${reason}`);
  say("refused", counts(stats.snapshots_refused) || "no snapshot");
  say("interval", or(stats.interval_ms, ms => `${ms / 1000} s`));
  say("uptime", or(stats.uptime_seconds, span));
}

// The persistence

function showPersistence(stored) {
  const run = stored?.last_run;
  const failed = run?.status === "failed";
  say("rows", run ? whole.format(run.rows) : "–");
  say("rows-unit", run && run.status === "completed" ? `rows in ${millis(run.duration_ms)} ms` : run ? `rows, ${run.status}` : "rows");
  say("run-when", failed ? `${at(run.started, localTime)}: ${run.failure}`
    : run ? `${at(run.finished ?? run.started, localTime)} (${ago(run.finished ?? run.started)}), ${run.reason.replaceAll("_", " ")}` : "–",
    failed ? "bad" : "");
  const sessions = Object.entries(run?.rows_by_session ?? {}).map(([name, rows]) => `${title(name)} ${whole.format(rows)}`);
  say("run-sessions", sessions.join(" · ") || "–");
  say("next-run", stored?.next_run ? `${at(stored.next_run, marketTime)} at the exchange` : "–");
  say("rows-total", stored ? `${whole.format(stored.rows_total)} rows in all, runs: ${whole.format(stored.runs_total)}` : "–");
}

function showOutcome(text, kind) {
  say("outcome", text, kind ? `foot ${kind}` : "foot");
}

async function persist() {
  if (state.persistAsked) {
    state.persistAsked = false;
    showOutcome("No answer to the request", "bad");
    const { ok, body } = await call("api/maintenance/persist-scan-results", "POST");
    state.run = ok ? body.run_id : null;
    showOutcome(ok ? "Storing …" : body.detail, ok ? "" : "bad");
  }
  if (state.run) {
    const { ok, body } = await call(`api/maintenance/runs/${encodeURIComponent(state.run)}`);
    if (ok && body.status === "completed") showOutcome(`Stored ${whole.format(body.rows)} rows in ${millis(body.duration_ms)} ms`, "good");
    else if (!ok || body.status === "failed") showOutcome(ok ? `Failed: ${body.failure}` : body.detail, "bad");
    if (!ok || body.status !== "running") state.run = null;
  }
  $("persist").disabled = Boolean(state.run) || state.persistAsked;
}

// The ledger: asked for after each run, else now and then

async function showLedger(stored) {
  const run = `${stored?.last_run?.run_id} ${stored?.last_run?.status}`;
  if (run === state.ledgerRun && performance.now() - state.ledgerTime < LEDGER_PERIOD_MS) return;
  const { ok, body } = await call("api/maintenance/ledger?limit=1");
  state.ledgerRun = run;
  state.ledgerTime = performance.now();
  const hours = ok ? body.hours : [];
  if (!hours.length) say("ledger-empty", ok ? "Nothing of this day is stored yet." : body.detail ?? "The ledger cannot be read now.");
  $("ledger-empty").hidden = hours.length > 0;
  $("ledger-scroll").hidden = hours.length === 0;
  say("ledger-note", ok ? `${body.day} · times at the exchange` : "–");
  const sums = Object.keys(STATUSES).map(status => [status, hours.filter(hour => hour.status === status).length]);
  const worst = sums.findLast(([, count]) => count > 0);
  say("ledger-sum", counts(Object.fromEntries(sums)) || (ok ? "none yet" : "–"), worst && worst[0] !== "complete" ? STATUSES[worst[0]] : "");
  $("ledger-body").replaceChildren(...hours.map(ledgerRow).reverse());
}

function ledgerRow(hour) {
  const line = make("tr");
  const cell = (text, className = "") => line.append(make("td", text === "–" ? `${className} none` : className, text));
  cell(at(hour.hour, marketHour), "text");
  cell(or(hour.session, title), "text");
  cell(title(hour.status), `text status-cell ${STATUSES[hour.status] ?? ""}`);
  cell(scans(hour));
  cell(whole.format(hour.rows_stored));
  cell(hour.sources === "none" ? "–" : title(hour.sources), "text wide");
  cell(hour.reasons ?? "–", "text reason");
  return line;
}

// of how many is known where the hour is one stretch of numbers
function scans(hour) {
  const published = hour.last_scan_no - hour.first_scan_no + 1;
  const known = hour.first_scan_no > 0 && (hour.hour !== null || hour.ranges === 1);
  return known && published !== hour.scans_seen
    ? `${whole.format(hour.scans_seen)} of ${whole.format(published)}` : whole.format(hour.scans_seen);
}

// The lists

function showTabs(stats) {
  const lists = [[null, title(stats.current_session), stats.last_filtered]]
    .concat(Object.entries(stats.lists ?? {}).map(([name, size]) => [name, title(name), size]));
  const tabs = $("tabs");
  if (tabs.childElementCount !== lists.length) {
    tabs.replaceChildren(...lists.map(([name]) => {
      const tab = make("button");
      tab.append(make("b"), make("span"));
      tab.type = "button";
      tab.id = `tab-${name ?? ""}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", "panel");
      tab.addEventListener("click", () => select(name));
      return tab;
    }));
  }
  lists.forEach(([name, label, size], i) => {
    const tab = tabs.children[i];
    const selected = name === state.selected;
    const [text, count] = tab.children;
    if (text.textContent !== label) text.textContent = label;
    if (count.textContent !== or(size, whole.format)) count.textContent = or(size, whole.format);
    tab.setAttribute("aria-selected", selected);
    tab.tabIndex = selected ? 0 : -1;
  });
}

function select(name) {
  state.selected = name;
  [...$("tabs").children].forEach(tab => {
    const selected = tab.id === `tab-${name ?? ""}`;
    tab.setAttribute("aria-selected", selected);
    tab.tabIndex = selected ? 0 : -1;
    if (selected) tab.focus();
  });
  $("panel").setAttribute("aria-labelledby", `tab-${name ?? ""}`);
  wake();
}

function moveBetweenTabs(event) {
  const tabs = [...$("tabs").children];
  const now = tabs.indexOf(document.activeElement);
  const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (now < 0 || next === undefined) return;
  event.preventDefault();
  tabs[(next + tabs.length) % tabs.length].click();
}

async function showList(stats) {
  const selected = state.selected;
  const path = selected === null ? "api/filtered" : `api/categories/${encodeURIComponent(selected)}`;
  const { ok, body } = await call(`${path}?limit=${TOP}`);
  if (selected !== state.selected) return;
  const rows = ok ? body.rows : [];
  if (!ok || !rows.length) {
    say("empty", ok ? "No ticker is in this list now." : body.detail ?? "This list cannot be shown now.");
  }
  $("empty").hidden = rows.length > 0;
  const size = selected === null ? stats.last_filtered : stats.lists?.[selected];
  say("list-note", ok
    ? `Top ${rows.length} of ${or(Math.max(size ?? 0, rows.length), whole.format)} · ${body.list} · sequence ${whole.format(body.sequence)} · snapshot of ${at(body.time, marketTime)} at the exchange`
    : "–");
  showRows(ok ? `${body.list} ${body.sequence} ${body.time}` : null, ok ? body.list : null, rows);
}

function showRows(version, list, rows) {
  if (version !== null && version === state.sequence) return;
  const before = list !== null && list === state.shown ? state.positions : null;
  $("rows-body").replaceChildren(...rows.map((row, i) => tableRow(row, i, before)));
  state.sequence = version;
  state.shown = list;
  state.positions = new Map(rows.map((row, i) => [row.symbol, i]));
}

function tableRow(row, position, before) {
  const line = make("tr");
  const cell = (text, className = "") => line.append(make("td", text === "–" ? `${className} none` : className, text));
  cell(String(position + 1), "rank");
  line.append(movement(row.symbol, position, before, line));
  cell(row.symbol, "symbol");
  cell(price(row.price));
  cell(signed(row.change_percent), direction(row.change_percent));
  cell(signed(row.gap_percent), `${direction(row.gap_percent)} wide`);
  cell(or(row.rvol, cents.format));
  cell(or(row.volume, short.format), "volume");
  cell(or(row.score, tenths.format), "wide");
  cell(or(row.price_from_high, v => minus(cents.format(v)) + " %"), "wide");
  cell(row.sector ?? "–", "sector wide");
  return line;
}

function movement(symbol, position, before, line) {
  if (before === null) return make("td", "move");
  if (!before.has(symbol)) {
    line.className = "new";
    return make("td", "move fresh", "new");
  }
  const by = before.get(symbol) - position;
  if (by === 0) return make("td", "move");
  const cell = make("td", `move ${by > 0 ? "up" : "down"}`, `${by > 0 ? "▲" : "▼"} ${Math.abs(by)}`);
  cell.title = `${by > 0 ? "Up" : "Down"} ${Math.abs(by)} since the last refresh`;
  return cell;
}

// The nodes, where there are several

async function showNodes() {
  const { ok, body } = await call("api/cluster");
  state.markets = ok ? body.markets : state.markets;
  $("nodes").hidden = !ok || !body.clustered;
  if ($("nodes").hidden) return;
  say("nodes-note", `${whole.format(body.nodes.length)} there · this page comes from ${body.node}`);
  $("nodes-body").replaceChildren(...body.nodes.map(nodeRow));
}

function nodeRow(node) {
  const line = make("tr");
  const cell = (text, className) => line.append(make("td", text === "–" ? `${className} none` : className, text));
  const one = seat => (seat.state === "active" ? `active · ${seat.fence}` : seat.state);
  const stands = role => {
    const seats = node.seats.filter(seat => seat.role === role);
    if (seats.length < 2) return seats.map(one)[0] ?? "–";
    const active = seats.filter(seat => seat.state === "active").map(seat => `${seat.market} · ${seat.fence}`);
    return active.join(", ") || seats[0].state;
  };
  cell(node.name, "text symbol");
  cell(stands("scanner"), "text");
  cell(stands("persistence"), "text");
  cell(node.version, "text wide");
  cell(span((Date.now() - Date.parse(node.started)) / 1000), "text wide");
  cell(node.seats.map(one => one.reason).find(known) ?? "–", "text");
  return line;
}

// The chain

let timer = null;
let again = false;

async function refresh() {
  timer = null;
  const started = performance.now();
  try {
    const chosen = state.market;
    const { ok, body: stats } = await call("api/stats");
    await persist();
    await showNodes();
    if (chosen !== state.market) {
      again = true; // another one was chosen meanwhile
    } else if (ok) {
      showBar(stats);
      showScan(stats);
      showTickers(stats);
      showPersistence(stats.persistence);
      showTabs(stats);
      await showList(stats);
      await showLedger(stats.persistence);
    } else {
      showStatus("bad", `No scanner: ${stats.detail}`, true);
    }
  } catch (failure) {
    console.warn("Refresh failed", failure);
    showStatus("bad", "Disconnected, trying again", true);
  }
  const wait = again ? 0 : Math.max(100, PERIOD_MS - (performance.now() - started));
  again = false;
  timer = setTimeout(refresh, wait);
}

function wake() {
  if (timer === null) {
    again = true;
    return;
  }
  clearTimeout(timer);
  refresh();
}

$("tabs").addEventListener("keydown", moveBetweenTabs);
$("markets").addEventListener("change", event => chooseMarket(event.target.value));
$("persist").addEventListener("click", () => {
  state.persistAsked = true;
  $("persist").disabled = true;
  showOutcome("Asking …");
  wake();
});
refresh();
