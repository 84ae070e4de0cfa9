"use strict";
// The page: shows what the server says of the mask, and tells it what is toggled.

const $ = (id) => document.getElementById(id);
const whole = (n) => n == null ? "–" : Math.round(n).toLocaleString("en-US");
const percent = (n, digits = 2) => n == null ? "–" : `${(100 * n).toFixed(digits)} %`;
const WORDS = {
  operations: "operations", multiplications: "multiplications", comparisons: "comparisons",
  additions: "additions", shifts: "shifts", bytes: "bytes", luts: "LUTs", "block-rams": "block RAMs",
  multipliers: "multipliers", clocks: "clocks", fps: "images/s",
};
const PRESETS = {
  "all-but-first": "table but the first", "all-but-first-last": "table but first and last",
  all: "all table", none: "all exact",
};
let network = null, state = null, against = "operations", rows = [], drawnLast = "", refusal = "";

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((each) => each != null));
  return made;
}

function put(place, text) { if (place.textContent !== text) place.textContent = text; }

// ------------------------------------------------------------------------------ the server

async function ask(what, body) {
  try {
    const answer = await fetch(what, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const told = await answer.json();
    refusal = answer.ok ? "" : told.refused;
    if (answer.ok) take(told);
    else if (state) take(state);
  } catch {
    refusal = "the server does not answer; start tabfab explore again";
    if (state) take(state);
  }
}

function take(told) {
  if (state && told.version < state.version) return;
  state = told;
  put($("message"), refusal || told.message); // a refusal stays until something else is asked
  render();
}

function listen() {
  const stream = new EventSource("events");
  stream.onmessage = (event) => take(JSON.parse(event.data));
  stream.onopen = () => document.body.classList.remove("gone");
  stream.onerror = () => {
    document.body.classList.add("gone");
    put($("work"), "the server does not answer; is tabfab explore still running?");
  };
}

// ------------------------------------------------------------------------------ once

function build() {
  document.title = `${network.name} – tabfab explore`;
  put($("about"), `${network.name}, judged on ${network.judged}`);
  put($("figure-name"), network.figure);
  put($("device"), `${network.device.name} at ${network.device.clock_mhz} MHz` +
    (network.device.fps ? `, for ${network.device.fps} images/s` : ""));
  $("presets").append(...network.presets.map((mask) => element("button", {
    type: "button", class: "quiet", "data-mask": mask, onclick: () => ask("mask", { mask }),
  }, PRESETS[mask] || `all ${mask}`)));
  $("against").append(...network.against.map((name) => element("option", { value: name }, WORDS[name] || name)));
  $("against").addEventListener("change", (event) => { against = event.target.value; render(); });
  $("compile").addEventListener("click", () => ask("compile", {}));
  $("cancel").addEventListener("click", () => ask("cancel", {}));
  $("copy").addEventListener("click", copy);
  const names = Object.keys(network.methods);
  names.forEach((name, n) => document.documentElement.style.setProperty(`--method-${n}`, `var(--m${n % 6})`));
  $("rows").append(element("div", { class: "row head", "aria-hidden": "true" },
    ...["", "layer", "method", "settings", "operations", "bytes", "alone it loses"].map((text) => element("div", {}, text))));
  rows = network.layers.map((layer, number) => buildRow(layer, number, names));
  $("rows").append(...rows.map((row) => row.place));
}

function buildRow(layer, number, names) {
  const radios = {};
  const methods = element("div", { class: "methods", role: "radiogroup", "aria-label": `Method of ${layer.name}` },
    ...names.map((name, n) => {
      radios[name] = element("input", {
        type: "radio", name: `method-${number}`, value: name,
        onchange: () => toggle(row, name),
        onkeydown: (event) => move(event, number),
      });
      const label = element("label", {}, radios[name], element("span", {}, name));
      label.style.setProperty("--method", `var(--method-${n})`);
      return label;
    }));
  const settings = element("div", { class: "settings" });
  const amount = (label, kind = "") => element("div", { class: `amount ${kind}`, "data-label": label },
    element("span", {}), element("div", { class: "bar" }, element("i", {})));
  const row = {
    radios, settings, shown: null, selects: {}, layer,
    operations: amount("operations"), bytes: amount("bytes"), loss: amount("alone it loses", "loss"),
    refused: element("div", { class: "problem refused" }),
  };
  row.place = element("div", { class: "row", role: "listitem", "data-layer": layer.name },
    element("div", { class: "number" }, String(number + 1)),
    element("div", { class: "name" }, layer.name,
      element("small", {}, `${layer.kernel}, ${layer.from} → ${layer.to}`)),
    element("div", { class: "choice" }, methods),
    element("div", { class: "settings-cell" }, settings),
    row.operations, row.bytes, row.loss, row.refused);
  return row;
}

// Its settings appear at once, so that the focus can go on to them before the server answers.
async function toggle(row, method) {
  row.pending = method;
  if (row.shown !== method) buildSettings(row, method);
  const asked = ask("choose", { layers: [row.layer.name], method });
  row.asked = asked;
  await asked;
  if (row.asked === asked) row.pending = null;
  render();
}

function move(event, number) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const row = rows[number + step];
  if (row) row.radios[state.layers[number + step].method].focus();
}

const MAIN = 3; // settings that are always shown; the others fold away

function buildSettings(row, method) {
  row.shown = method;
  row.selects = {};
  const made = network.methods[method].map((control) => {
    const select = buildSelect(control, (value) =>
      ask("choose", { layers: [row.layer.name], field: control.field, value }));
    select.setAttribute("aria-label", `${control.name} of ${row.layer.name}`);
    row.selects[control.field] = select;
    return element("label", { class: "setting", title: control.help }, control.name, select);
  });
  const [first, more] = [made.slice(0, MAIN), made.slice(MAIN)];
  row.settings.replaceChildren(...first);
  if (more.length) {
    row.settings.append(element("details", { class: "more" },
      element("summary", {}, `${more.length} more`), element("div", {}, ...more)));
  }
}

function buildSelect(control, choose, head) {
  const select = element("select", {});
  if (head) select.append(element("option", { value: "" }, head));
  control.values.forEach((value, n) => select.append(
    element("option", { value: String(n) }, value === null ? control.words : String(value))));
  select.addEventListener("change", () => {
    if (select.value !== "") choose(control.values[Number(select.value)]);
    if (head) select.value = "";
  });
  select.control = control;
  return select;
}

async function copy() {
  try {
    await navigator.clipboard.writeText(state.command);
    put($("copy"), "Copied");
  } catch {
    const range = document.createRange();
    range.selectNodeContents($("command"));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    put($("copy"), "Selected");
  }
  setTimeout(() => put($("copy"), "Copy"), 1500);
}

// ------------------------------------------------------------------------------ each time

function render() {
  const started = performance.now();
  const point = state.points.find((each) => each.name === state.point);
  renderFigure(point);
  renderCounts(point);
  renderHardware(point);
  renderWork(point);
  renderRows();
  renderBulk();
  renderPoints();
  put($("command"), state.command);
  document.body.dataset.version = state.version;
  document.body.dataset.rendered = (performance.now() - started).toFixed(1);
}

function renderFigure(point) {
  const { predicted, unknown, float: real, exact } = state.figure;
  const value = point ? point.figures[network.figure_key] : predicted;
  put($("figure"), value == null ? "…" : percent(value));
  const kind = point ? "compiled" : "predicted";
  $("figure-kind").className = `badge ${kind}`;
  put($("figure-kind"), kind);
  const notes = [];
  if (!point && value == null) notes.push(unknown ? `${unknown} layers are still to be measured` : "measuring");
  if (real != null) notes.push(`float ${percent(real)}, all exact ${percent(exact)}`);
  put($("figure-note"), notes.join("; "));
}

function renderCounts(point) {
  const list = [];
  for (const name of ["operations", "bytes"]) {
    const value = point ? point.figures[name] : state.totals[name];
    const change = state.exact[name] ? value / state.exact[name] - 1 : 0;
    list.push(element("dt", {}, WORDS[name]),
      element("dd", {}, whole(value), " ", element("small", {}, `${change > 0 ? "+" : "−"}${Math.abs(100 * change).toFixed(0)} %`)));
  }
  for (const name of ["multiplications", "additions", "comparisons"]) {
    const value = point ? point.figures[name] : state.totals[name];
    if (value) list.push(element("dt", {}, WORDS[name]), element("dd", {}, whole(value)));
  }
  $("counts").replaceChildren(...list);
}

function renderHardware(point) {
  const made = state.hardware;
  const measured = point && point.figures.clocks != null;
  const clocks = measured ? point.figures.clocks : made.clocks;
  const fps = measured ? point.figures.fps : made.fps;
  const kind = measured ? "compiled" : made.kind;
  $("hardware-kind").className = `badge ${kind}`;
  put($("hardware-kind"), { compiled: "planned, of the program", plan: "planned", estimate: "predicted" }[kind]);
  $("speed").replaceChildren(
    element("dt", {}, "images/s"), element("dd", {}, whole(fps)),
    element("dt", {}, "clocks per image"), element("dd", {}, whole(clocks)));
  const cells = measured
    ? { luts: point.figures.luts, flip_flops: point.figures["flip-flops"], block_rams: point.figures["block-rams"], multipliers: point.figures.multipliers }
    : made.cells || {};
  $("cells").replaceChildren(...Object.entries(network.device.cells).filter(([key]) => !measured || key in cells).map(([key, { words, have, usable }]) => {
    const used = cells[key];
    const fill = element("i", {});
    fill.style.width = `${Math.min(100 * (used || 0) / have, 100)}%`;
    const mark = element("b", { title: "as much may be used" });
    mark.style.left = `${100 * usable / have}%`;
    return element("div", { class: "cell", "data-cell": key },
      element("div", {}, element("span", {}, words), element("div", {}, whole(used), element("span", {}, ` of ${whole(have)}`))),
      element("div", { class: `bar ${used > usable ? "over" : ""}` }, fill, usable < have ? mark : null));
  }));
  const note = measured ? "" : made.refused ||
    (made.unknown ? `${made.unknown} layers are still to be folded` :
      made.fits === false ? `it does not seem to fit ${network.device.name}` : "");
  put($("hardware-note"), note);
  $("hardware-note").className = `note ${made.refused || made.fits === false ? "problem" : ""}`;
  const saved = 1 - state.totals.operations / state.exact.operations;
  put($("glance"), `${whole(100 * saved)} % fewer operations, ${whole(fps)} images/s`);
}

function renderWork(point) {
  const busy = Boolean(state.compiling.what);
  $("compile").disabled = busy || Boolean(point);
  put($("compile"), point ? "Compiled" : busy ? "Compiling…" : "Compile this mask");
  $("cancel").hidden = $("compiling").hidden = !busy;
  if (busy) {
    put($("compiling-what"), state.compiling.what);
    if (state.compiling.total) { $("progress").max = state.compiling.total; $("progress").value = state.compiling.done; }
    else $("progress").removeAttribute("value");
  }
  const told = [state.planning, state.measuring].filter((work) => work.what)
    .map((work) => work.what + (work.total ? ` (${work.done} of ${work.total})` : ""));
  put($("work"), told.join(" · "));
}

function renderRows() {
  const most = (key) => Math.max(...state.layers.map((each) => each.cost ? each.cost[key] : 0), 1);
  const [operations, bytes] = [most("operations"), most("bytes")];
  const loss = Math.max(...state.layers.map((each) => each.lost || 0), 0.005);
  state.layers.forEach((chosen, number) => {
    const row = rows[number];
    const method = row.pending || chosen.method;
    row.radios[method].checked = true;
    if (row.shown !== method) buildSettings(row, method);
    if (method === chosen.method) for (const [field, select] of Object.entries(row.selects)) {
      const at = String(select.control.values.indexOf(chosen.settings[field]));
      if (select.value !== at) select.value = at;
    }
    fill(row.operations, chosen.cost && whole(chosen.cost.operations), chosen.cost ? chosen.cost.operations / operations : 0);
    fill(row.bytes, chosen.cost && whole(chosen.cost.bytes), chosen.cost ? chosen.cost.bytes / bytes : 0);
    const lost = chosen.lost;
    fill(row.loss, lost == null ? "…" : `${lost < -0.00005 ? "−" : ""}${Math.abs(100 * lost).toFixed(2)} pt`, lost == null ? 0 : Math.max(lost, 0) / loss);
    put(row.refused, chosen.refused);
  });
}

function fill(place, text, share) {
  put(place.firstChild, text || "–");
  place.querySelector("i").style.width = `${100 * Math.min(share, 1)}%`;
}

function renderBulk() {
  const used = [...new Set(state.layers.map((each) => each.method))];
  const fields = {};
  for (const method of used) for (const control of network.methods[method].slice(0, MAIN)) {
    fields[`${method} ${control.name}`] = control;
  }
  const key = Object.keys(fields).join();
  if ($("bulk-settings").dataset.key === key) return;
  $("bulk-settings").dataset.key = key;
  const seen = new Set();
  $("bulk-settings").replaceChildren(...Object.entries(fields).filter(([, control]) => {
    if (seen.has(control.field)) return false;
    seen.add(control.field);
    return true;
  }).map(([label, control]) => {
    const select = buildSelect(control, (value) => ask("choose", { field: control.field, value }), "–");
    select.setAttribute("aria-label", `${label} of all layers`);
    return element("label", { class: "setting", title: control.help }, label, select);
  }));
}

function renderPoints() {
  const done = state.points.filter((each) => !each.failure);
  const label = (each) => `${percent(each.figures[network.figure_key])}, ` +
    network.against.filter((name) => each.figures[name] != null).map((name) => `${whole(each.figures[name])} ${WORDS[name]}`).join(", ");
  const points = done.map((each) => ({ ...each, label: label(each) }));
  const front = state.fronts[against];
  const figures = {
    ...state.totals, clocks: state.hardware.clocks, fps: state.hardware.fps, [network.figure_key]: state.figure.predicted,
    luts: state.hardware.cells && state.hardware.cells.luts, "block-rams": state.hardware.cells && state.hardware.cells.block_rams,
    multipliers: state.hardware.cells && state.hardware.cells.multipliers,
  };
  const here = state.point ? null : { name: "", label: "this mask, predicted", figures };
  const drawn = JSON.stringify([points, front, here, against]);
  if (drawn !== drawnLast) setTimeout(() => chart.draw($("chart"), {
    points, front, here, x: against, y: network.figure_key, xWords: WORDS[against] || against,
    yWords: network.figure, choose: (name) => name && ask("point", { name }),
  }));
  drawnLast = drawn;
  put($("points-note"), done.length ? `kept in ${network.output}, a program each; 'tabfab sweep ${network.output}' prints the front`
    : `what is compiled is kept in ${network.output}, a program each`);
  const key = JSON.stringify([done.map((each) => each.name), front, state.point, against]);
  if ($("points").dataset.key === key) return;
  $("points").dataset.key = key;
  const columns = ["operations", "bytes", "fps", "luts", "block-rams"];
  const names = Object.keys(network.methods);
  const ordered = [...done].sort((a, b) => (b.figures[network.figure_key] || 0) - (a.figures[network.figure_key] || 0));
  $("points").replaceChildren(done.length ? element("table", {},
    element("thead", {}, element("tr", {}, ...["mask", network.figure, ...columns.map((name) => WORDS[name]), ""].map((text) => element("th", {}, text)))),
    element("tbody", {}, ...ordered.map((each) => element("tr", {
      class: `${front.includes(each.name) ? "best" : ""} ${each.name === state.point ? "here" : ""}`, "data-point": each.name,
    },
    element("td", { title: each.methods.join(",") }, strip(each.methods, names), each.name.slice(0, 6)),
    element("td", {}, percent(each.figures[network.figure_key])),
    ...columns.map((name) => element("td", {}, whole(each.figures[name]))),
    element("td", {}, each.known ? element("button", {
      type: "button", class: "quiet small", "aria-label": `Take the mask of ${each.name}`,
      onclick: () => ask("point", { name: each.name }),
    }, "Take") : null))))) : "");
}

function strip(methods, names) {
  return element("span", { class: "strip", "aria-hidden": "true" }, ...methods.map((method) => {
    const bit = element("i", {});
    bit.style.setProperty("--method", `var(--method-${names.indexOf(method)})`);
    return bit;
  }));
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { drawnLast = ""; if (state) renderPoints(); });

(async () => {
  network = await (await fetch("network")).json();
  build();
  take(await (await fetch("session")).json());
  listen();
})();
