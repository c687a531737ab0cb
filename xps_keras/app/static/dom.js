// Elements. Text always goes in as text, so that no name of a file can become markup.

export const byId = (id) => document.getElementById(id);

export function element(name, settings = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function table(headings, rows, numbers = []) {
  const cell = (name, place, content, scope) =>
    element(name, { class: numbers.includes(place) ? "number" : null, scope }, content);
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, headings.map((heading, place) => cell("th", place, heading, "col")))),
    element(
      "tbody",
      {},
      rows.map((row) =>
        element("tr", {}, row.map((content, place) => cell(place ? "td" : "th", place, content, place ? null : "row"))),
      ),
    ),
  );
}

export const facts = (rows) =>
  element("dl", {}, rows.map(([name, content]) => element("div", {}, element("dt", {}, name), element("dd", {}, content))));

export const badge = (level) => element("b", { class: `badge ${level}` }, level === "failed" ? "no answer" : level);
