// The page: what is held, what is chosen, and the order in which the program is asked.

import * as api from "./api.js";
import { badge, byId, element } from "./dom.js";
import { chosen, dropped } from "./dropping.js";
import { findings, head } from "./findings.js";
import { Plot } from "./plot.js";

const samples = new Map(); // by key: entry, summary, and under which choice that was asked for
const without = new Map(); // by key: numbers of regions that are left out
const view = { before: true, fit: true, components: true, residual: true };
const choice = { reference_ev: 285.0, method: "network", charge: "" };
const CHARGE = /^\s*(?:(?:[A-Za-z]{1,2}[ _]?\d[spdf]\S*\s*=\s*\d{1,4}(?:\.\d*)?|[+-]?(?:[0-4]?\d(?:\.\d*)?|\.\d+))\s*(?:eV)?\s*)?$/i; // nothing, a line and its energy, or a shift
const waiting = []; // files that are still to be read
const counts = { files: 0, read: 0 };
let limits = { file: 50e6, files: 1000 };
let revision = -1;
let selected = null;
let detail = null;
let plots = [];
let looking = null;
let reading = false;
let answering = false;
let stopReading = null;
let unread = 0; // files that were waiting when the program stopped
let saving = false;

const choiceOf = (key) => ({ ...choice, without: [...(without.get(key) ?? [])].sort((a, b) => a - b) });
const stampOf = (key) => JSON.stringify(choiceOf(key));
const fileOf = (key) => key.split("-")[0];

// --- the program behind the page

function failed(error) {
  if (error.name === "AbortError") return;
  if (error instanceof api.Stopped) {
    const left = unread ? ` Not read: ${unread} of the files that you added last.` : "";
    banner(`${error.message}; what was saved is safe.${left}`, true);
    return;
  }
  banner(error.message);
}

function banner(text, stays = false) {
  const node = byId("banner");
  if (text && node.firstChild?.data === text) return; // a screen reader would read it again
  node.replaceChildren(text, stays ? "" : element("button", { type: "button", onclick: () => banner("") }, "Close"));
  node.hidden = !text;
}

async function look() {
  // Another tab may have added or removed samples.
  try {
    const state = await api.state(revision);
    if (byId("banner").textContent.includes("The program behind this page")) banner("");
    unread = 0;
    if (!state.samples) return;
    revision = state.revision;
    limits = state.limits;
    const keys = new Set(state.samples.map((entry) => entry.key));
    for (const key of [...samples.keys()]) if (!keys.has(key)) samples.delete(key);
    for (const entry of state.samples) if (!samples.has(entry.key)) samples.set(entry.key, { entry });
    if (selected && !samples.has(selected)) {
      banner("The sample that was shown was removed in another tab.");
      select(null);
    }
    if (!selected && samples.size) select([...samples.keys()][0]);
    list();
    answerAll();
  } catch (error) {
    failed(error);
  }
}

// --- files in

function add(files) {
  const room = Math.max(limits.files - new Set([...samples.keys()].map(fileOf)).size, 0);
  if (files.length > room) banner(`The page holds ${limits.files} files at most; the last ${files.length - room} were not taken.`);
  for (const one of files.slice(0, room)) waiting.push(one);
  counts.files += Math.min(files.length, room);
  readAll();
}

async function readAll() {
  if (reading) return;
  reading = true;
  stopReading = new AbortController();
  while (waiting.length) {
    progress();
    const { name, file } = waiting.shift();
    try {
      if (file.size > limits.file)
        throw new api.Refused(`holds ${(file.size / 1e6).toFixed(0)} MB, and this page takes ${limits.file / 1e6} MB; use the command line`);
      const found = await api.upload(name, file, stopReading.signal);
      revision = found.revision;
      for (const entry of found.samples) samples.set(entry.key, { entry });
      if (!selected) select(found.samples[0].key);
      list();
      answerAll();
    } catch (error) {
      if (error instanceof api.Stopped) {
        unread = waiting.length + 1;
        waiting.length = 0;
        failed(error);
      } else if (error.name !== "AbortError") refuse(name, error.message);
    }
    counts.read += 1;
  }
  reading = false;
  progress();
}

function refuse(name, sentence) {
  const text = sentence.startsWith(name) || sentence.includes(": ") ? sentence : `${name}: ${sentence}`;
  byId("refused-list").append(element("li", {}, text));
  byId("refused").hidden = false;
}

async function answerAll() {
  // One sample at a time, the rest of the list after the one that is looked at.
  if (answering) return;
  answering = true;
  for (;;) {
    const next = [...samples].find(([key, one]) => one.stamp !== stampOf(key));
    if (!next) break;
    const [key, one] = next;
    const stamp = stampOf(key);
    progress();
    try {
      const found = await api.answer(key, choiceOf(key), true);
      Object.assign(one, { summary: found.summary, stamp });
    } catch (error) {
      if (error instanceof api.Stopped) {
        failed(error);
        break;
      }
      if (error.status === 410) samples.delete(key);
      else Object.assign(one, { summary: { level: "failed", sentence: error.message, shift: "", groups: [] }, stamp });
    }
    list();
  }
  answering = false;
  progress();
}

function progress() {
  const open = [...samples].filter(([key, one]) => one.stamp !== stampOf(key)).length;
  const busy = waiting.length > 0 || reading;
  const all = counts.files + samples.size;
  byId("progress").hidden = !busy && open === 0;
  byId("progress-bar").max = Math.max(all, 1);
  byId("progress-bar").value = counts.read + samples.size - open;
  byId("stop").hidden = !busy;
  const words = [];
  if (busy) words.push(`${counts.read} of ${counts.files} files read`);
  if (open) words.push(`${samples.size - open} of ${samples.size} samples answered`);
  byId("progress-text").textContent = words.join(", ");
  if (!busy) counts.files = counts.read = 0;
}

// --- the list

const rows = new Map(); // by key: the element in the list, and of what it was made

function row(key, one) {
  // Made anew only when it changed: with 500 samples the whole list takes a tenth of a second.
  const { entry, summary } = one;
  const fresh = one.stamp === stampOf(key);
  const made = [summary, fresh, key === selected];
  const known = rows.get(key);
  if (known && made.every((value, place) => value === known.made[place])) return known.node;
  const words = summary ? summary.groups.join(", ") || (summary.shift ? "no group" : summary.sentence) : "waiting";
  const open = element(
    "button",
    {
      type: "button",
      class: `sample${fresh ? "" : " stale"}`,
      id: `open-${key}`,
      "data-key": key,
      "aria-current": key === selected ? "true" : null,
      title: entry.title,
      onclick: () => select(key),
    },
    element("span", { class: "title" }, entry.title),
    summary ? element("span", { class: "words" }, badge(summary.level), ` ${summary.shift}`) : null,
    element("span", { class: "words" }, words),
  );
  const away = element(
    "button",
    { type: "button", id: `remove-${key}`, class: "away", "aria-label": `Remove ${entry.title}`, onclick: () => forget(key) },
    "×",
  );
  const node = element("li", {}, open, away);
  known?.node.replaceWith(node);
  rows.set(key, { node, made });
  return node;
}

function list() {
  const wanted = byId("find").value.trim().toLowerCase();
  byId("find").hidden = samples.size < 9;
  for (const key of rows.keys()) if (!samples.has(key)) rows.delete(key);
  const focused = document.activeElement?.id;
  const place = byId("list");
  const shown = [...samples].filter(([, one]) => one.entry.title.toLowerCase().includes(wanted));
  shown.forEach(([key, one], index) => {
    const node = row(key, one);
    if (place.children[index] !== node) place.insertBefore(node, place.children[index] ?? null);
  });
  while (place.children.length > shown.length) place.lastChild.remove();
  if (focused && focused !== document.activeElement?.id) byId(focused)?.focus();
  byId("empty").hidden = samples.size > 0;
  byId("sample").hidden = samples.size === 0 || !detail;
}

function step(by) {
  const keys = [...byId("list").querySelectorAll("[data-key]")].map((node) => node.dataset.key);
  const place = Math.min(Math.max(keys.indexOf(selected) + by, 0), keys.length - 1);
  select(keys[place]);
  byId(`open-${keys[place]}`)?.focus();
}

async function forget(key) {
  try {
    revision = (await api.remove([key])).revision;
  } catch (error) {
    failed(error);
    return;
  }
  const keys = [...samples.keys()];
  const next = keys[keys.indexOf(key) + 1] ?? keys[keys.indexOf(key) - 1] ?? null;
  samples.delete(key);
  without.delete(key);
  if (selected === key) select(next);
  list();
  byId(next === null ? "choose-files" : `open-${next}`)?.focus();
}

// --- one sample

async function select(key) {
  selected = key;
  list();
  if (key === null) {
    detail = null;
    list();
    return;
  }
  looking?.abort();
  looking = new AbortController();
  const stamp = stampOf(key);
  byId("main").setAttribute("aria-busy", "true");
  try {
    const found = await api.answer(key, choiceOf(key), false, looking.signal);
    if (key !== selected || stamp !== stampOf(key)) return;
    Object.assign(samples.get(key), { summary: found.summary, stamp });
    show(found);
  } catch (error) {
    if (error.status === 410) look();
    failed(error);
  } finally {
    if (key === selected) byId("main").removeAttribute("aria-busy");
  }
}

function show(found) {
  const same = detail?.key === found.key;
  const scroll = byId("findings").scrollTop;
  const focus = document.activeElement?.id;
  const unfolded = new Set([...byId("findings").querySelectorAll("details[open]")].map((node) => node.id));
  detail = found;
  byId("head").replaceChildren(...head(found));
  byId("findings").replaceChildren(...findings(found, { leaveOut }));
  for (const id of unfolded) if (byId(id)) byId(id).open = true;
  if (same) byId("findings").scrollTop = scroll;
  if (focus?.startsWith("region-")) byId(focus)?.focus();
  list();
  drawAll(same);
}

function drawAll(keepZoom = false) {
  const zooms = new Map(
    keepZoom ? plots.filter((plot) => !plot.all.hidden).map((plot) => [plot.region.name, { ...plot.chart.scales.x }]) : [],
  );
  const before = plots.map((plot) => plot.shift)[0] ?? 0;
  plots.forEach((plot) => plot.end());
  const shown = detail?.answer ? detail.curves : [];
  const height = Math.max(window.innerHeight, 700);
  plots = shown.map((region, place) => new Plot(region, detail.answer, view, Math.round((place === 0 ? 0.375 : 0.29) * height)));
  byId("plots").replaceChildren(...plots.map((plot) => plot.node));
  byId("plots").className = shown.length <= 2 ? "one" : "";
  for (const plot of plots) {
    plot.fit();
    const zoom = zooms.get(plot.region.name);
    // The picture keeps its part of the spectrum when the scale moves below it.
    if (zoom) plot.chart.setScale("x", { min: zoom.min + before - plot.shift, max: zoom.max + before - plot.shift });
  }
  views(shown.some((region) => region.total !== null));
}

function views(fitted) {
  const names = { before: "as measured", fit: "fit", components: "components", residual: "residual" };
  byId("views").replaceChildren(
    ...Object.entries(names)
      .filter(([name]) => name === "before" || fitted)
      .map(([name, words]) =>
        element(
          "label",
          { class: `view ${name}` },
          element("input", {
            type: "checkbox",
            id: `view-${name}`,
            checked: view[name],
            onchange: (event) => {
              view[name] = event.target.checked;
              drawAll(true);
              byId(`view-${name}`)?.focus();
            },
          }),
          words,
        ),
      ),
    element("span", { class: "small" }, "drag to zoom"),
  );
}

function leaveOut(place, out) {
  const mine = new Set(without.get(selected) ?? []);
  if (out) mine.add(place);
  else mine.delete(place);
  without.set(selected, mine);
  select(selected);
}

function changed() {
  select(selected).then(answerAll);
  list();
}

// --- results

const RESULTS = [
  ["All samples", [["report", "Report (HTML, prints on A4)"], ["table", "Table (CSV)"], ["workbook", "Table (Excel)"], ["json", "Answers (JSON)"]]],
  ["This sample", [["report", "Report (HTML)"], ["vamas", "Corrected file (VAMAS)"], ["picture", "Picture (SVG)"], ["json", "Answer (JSON)"]]],
];

function menu(open) {
  byId("export-menu").hidden = !open;
  byId("exports").setAttribute("aria-expanded", String(open));
  if (open) byId("export-menu").querySelector("button")?.focus();
}

async function save(kind, all) {
  if (saving) return;
  saving = true;
  menu(false);
  // A corrected file holds all its samples, each as this page shows it.
  const mine = (key) => key === selected || (kind === "vamas" && fileOf(key) === fileOf(selected));
  const keys = [...samples.keys()].filter((key) => all || mine(key));
  const button = byId("exports");
  button.focus(); // what was pressed is gone, and a disabled button would lose the place
  button.textContent = "Saving…";
  try {
    await api.save(kind, keys.map((key) => ({ key, choice: choiceOf(key) })));
  } catch (error) {
    failed(error);
  }
  button.textContent = "Save results";
  saving = false;
}

byId("export-menu").append(
  ...RESULTS.map(([title, kinds], place) =>
    element(
      "div",
      { role: "group", "aria-label": title },
      element("h2", {}, title),
      kinds.map(([kind, words]) =>
        element("button", { type: "button", "data-save": `${place ? "one" : "all"}-${kind}`, onclick: () => save(kind, place === 0) }, words),
      ),
    ),
  ),
);

// --- what people do

byId("choose-files").addEventListener("click", () => byId("files").click());
byId("choose-folder").addEventListener("click", () => byId("folder").click());
for (const id of ["files", "folder"])
  byId(id).addEventListener("change", (event) => {
    add(chosen(event.target.files));
    event.target.value = "";
  });
byId("stop").addEventListener("click", () => {
  waiting.length = 0;
  stopReading?.abort();
});
byId("refused-clear").addEventListener("click", () => {
  byId("refused-list").replaceChildren();
  byId("refused").hidden = true;
});
byId("find").addEventListener("input", list);
byId("reference").addEventListener("input", (event) => {
  const energy = Number(event.target.value);
  const good = event.target.value !== "" && energy >= 280 && energy <= 290;
  event.target.setAttribute("aria-invalid", String(!good));
  byId("reference-unit").textContent = good ? "eV" : "eV, from 280 to 290";
  if (!good || energy === choice.reference_ev) return;
  choice.reference_ev = energy;
  changed();
});
byId("charge").addEventListener("change", (event) => {
  const good = CHARGE.test(event.target.value);
  event.target.setAttribute("aria-invalid", String(!good));
  event.target.setCustomValidity(good ? "" : "a shift in eV, or a line and where it belongs, such as Au 4f=84.0");
  event.target.reportValidity();
  if (!good || event.target.value.trim() === choice.charge) return;
  choice.charge = event.target.value.trim();
  if (choice.charge) choice.method = byId("method").value = "network"; // a fit does not decide what is given
  byId("method").disabled = Boolean(choice.charge);
  changed();
});
byId("method").addEventListener("change", (event) => {
  choice.method = event.target.value;
  changed();
});
byId("exports").addEventListener("click", () => menu(byId("export-menu").hidden));
document.addEventListener("click", (event) => {
  if (!event.target.closest(".menu")) menu(false);
});
document.querySelector(".menu").addEventListener("focusout", (event) => {
  if (event.relatedTarget && !event.relatedTarget.closest(".menu")) menu(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !byId("export-menu").hidden) {
    menu(false);
    byId("exports").focus();
  }
  if (event.target.closest?.("#list") && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  }
});

let depth = 0;
const drags = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragenter", (event) => {
  if (!drags(event)) return;
  depth += 1;
  byId("drop").hidden = false;
});
document.addEventListener("dragleave", () => {
  depth = Math.max(depth - 1, 0);
  byId("drop").hidden = depth === 0;
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  depth = 0;
  byId("drop").hidden = true;
  if (event.dataTransfer) add(await dropped(event.dataTransfer));
});

look();
setInterval(look, 4000);
