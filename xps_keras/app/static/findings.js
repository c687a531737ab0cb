// The answer in words and tables.

import { badge, element, facts, table } from "./dom.js";

const block = (title, ...content) => element("section", {}, element("h3", {}, title), content);
const pair = (value, error, digits = 1) => `${value.toFixed(digits)} ± ${error.toFixed(digits)}`;
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

export function head(detail) {
  const { summary, words, answer } = detail;
  const parts = [
    element("h2", {}, detail.title),
    element("p", { class: "verdict" }, badge(summary.level), " ", summary.sentence),
  ];
  if (answer) {
    const present = summary.groups.join(", ") || "none reaches its threshold";
    parts.push(
      element(
        "p",
        { class: "figures" },
        element("span", {}, "Shift ", element("b", { id: "shift" }, words.shift), ` (${words.meaning})`),
        element("span", {}, "Groups ", element("b", {}, present)),
        words.also.map((sentence) => element("span", {}, sentence)),
      ),
    );
  }
  return parts;
}

export function findings(detail, actions) {
  const { answer, words } = detail;
  if (!answer) return [regions(detail, actions)];
  const parts = [warnings(answer), groups(answer, words)];
  if (answer.fit) parts.push(...fit(answer.fit, detail));
  if (answer.composition) parts.push(composition(answer.composition));
  parts.push(regions(detail, actions));
  parts.push(folded("charge", "Charge correction (items of ISO 19318)", facts(detail.record)));
  parts.push(folded("versions", "File and versions", provenance(answer)));
  return parts.filter(Boolean);
}

const folded = (id, title, content) => element("details", { id }, element("summary", {}, title), content);

function warnings(answer) {
  if (!answer.warnings.length) return null;
  const items = answer.warnings.map((one) => element("li", {}, one.text, " ", element("code", {}, one.code)));
  return element(
    "section",
    { class: "warnings", tabindex: "0", "aria-label": "Warnings" },
    element("h3", {}, "To know before quoting this"),
    element("ul", {}, items),
  );
}

function groups(answer, words) {
  const of = (status) => answer.groups.filter((group) => group.status === status);
  const bar = (group) => {
    const full = element("span", { class: "full" });
    full.style.width = `${100 * group.probability}%`;
    return element("span", { class: "share", "aria-hidden": "true" }, full);
  };
  const present = of("present").sort((a, b) => b.probability - a.probability);
  const rows = present.map((group) => [
    group.name,
    element("span", {}, bar(group), words.probabilities[group.name]),
    (group.evidence.join(", ") || "the shape of the whole spectrum alone") +
      (group.carried_by.length ? `; in the fit: ${group.carried_by.join(", ")}` : ""),
  ]);
  const parts = [
    rows.length
      ? table(["present", "probability", "seen at"], rows, [1])
      : element("p", {}, "No group reaches the probability that it needs."),
  ];
  for (const other of answer.alternatives) {
    const names = other.present.join(", ") || "no group";
    const chance = `${Math.round(100 * other.weight)} %`;
    parts.push(element("p", { class: "other" }, `Or, read with a weight of ${chance}: shift ${signed(other.shift_ev)} eV and ${names}.`));
  }
  const named = [
    ["Absent", of("absent").map((group) => group.name).join(", ")],
    ["Not seen", unseen(of("not seen"), words)],
    ["Not assessable from what was measured", of("not assessable").map((group) => group.name).join(", ")],
  ];
  for (const [title, names] of named)
    if (names) parts.push(element("p", { class: "small" }, element("b", {}, `${title}: `), names, "."));
  return block("Groups", parts);
}

function unseen(found, words) {
  const byLimit = new Map();
  for (const group of found) {
    const limit = words.limits[group.name];
    byLimit.set(limit, [...(byLimit.get(limit) ?? []), group.name]);
  }
  return [...byLimit].sort().map(([limit, names]) => `${names.join(", ")} (${limit})`).join("; ");
}

function fit(found, detail) {
  if (!found.parts.length) return [block("Fit", element("p", {}, found.note ?? "There is no fit."))];
  const colours = new Map();
  for (const region of detail.curves)
    for (const one of region.components)
      for (const name of [one.name, ...region.lines.map((line) => `${line} ${one.name}`)]) colours.set(name, one.colour);
  const swatch = (row) => {
    const made = element("span", { class: "swatch", "aria-hidden": "true" });
    made.style.background = colours.get(`${row.line} ${row.name}`) ?? "transparent";
    return element("span", {}, made, row.name);
  };
  const rows = found.components.map((row) => [
    row.line,
    swatch(row),
    row.energy_ev.toFixed(2),
    row.fwhm_ev.toFixed(2),
    pair(row.percent, row.uncertainty),
  ]);
  const parts = found.parts.map((part) => `${part.shown} ${part.percent.toFixed(0)} ± ${part.uncertainty.toFixed(0)} %`);
  const left = found.unexplained.slice(0, 6).map((row) => {
    const what = row.percent >= 0 ? "is not explained" : "is fitted but not there";
    return `${row.region}: ${Math.abs(row.percent).toFixed(1)} % of its area near ${row.energy_ev.toFixed(1)} eV ${what}.`;
  });
  const sentences = [
    `The fit leaves ${(100 * found.residual).toFixed(1)} % of the intensity over, beyond noise; it is best at a shift of ` +
      `${signed(found.shift_ev)} ± ${found.shift_uncertainty_ev.toFixed(2)} eV.`,
    `By fitted area it is made of ${parts.join(", ")}.`,
    ...left,
    found.note,
  ];
  const near = found.nearest.map((match) => [
    match.polymers.join(" + "),
    match.shares.length > 1 ? match.shares.map((share) => (100 * share).toFixed(0)).join(" : ") : "",
    (100 * match.residual).toFixed(1),
    match.difference,
  ]);
  return [
    block(
      "Components of the fit",
      table(["line", "component", "eV", "FWHM", "% of line"], rows, [2, 3, 4]),
      element("p", { class: "small" }, sentences.filter(Boolean).join(" ")),
    ),
    block(
      "Nearest polymers",
      near.length
        ? table(["polymer", "carbon, %", "left, %", "what tells the next one from it"], near, [1, 2])
        : element("p", {}, "No polymer of the library, and no pair of them, fits this spectrum."),
    ),
  ];
}

function composition(found) {
  if (found.withheld) return block("Composition", element("p", {}, found.withheld));
  const rows = found.elements.map((row) => [row.element, row.line, pair(row.percent, row.uncertainty)]);
  return block(
    "Composition",
    table(["element", "line", "atom-%"], rows, [2]),
    found.undetected.length
      ? element(
          "p",
          { class: "small" },
          `Looked for and not found: ${found.undetected.map((row) => `${row.element} below ${row.below_percent.toFixed(1)} %`).join(", ")}.`,
        )
      : null,
    found.assumptions.length ? element("p", { class: "small" }, `Taken for granted: ${found.assumptions.join("; ").replace(/\.$/, "")}.`) : null,
  );
}

function regions(detail, actions) {
  const rows = detail.regions.map((region) => {
    const id = `region-${region.place}`;
    const box = element("input", {
      type: "checkbox",
      id,
      checked: !region.left_out,
      disabled: !region.usable,
      onchange: (event) => actions.leaveOut(region.place, !event.target.checked),
    });
    return element(
      "li",
      {},
      box,
      element("label", { for: id }, `${region.name} ${region.low.toFixed(1)}-${region.high.toFixed(1)} eV`),
      region.why ? element("span", { class: "small" }, ` ${region.why}`) : null,
    );
  });
  return block("Regions", element("ul", { class: "regions" }, rows));
}

const provenance = (answer) =>
  facts([
    ["File", answer.file],
    ["SHA-256", element("code", {}, answer.sha256)],
    ["Model", `${answer.model.name} ${answer.model.version}`],
    ["SHA-256 of the model", element("code", {}, answer.model.sha256)],
    ["Program", `xps-keras ${answer.version}`],
  ]);
