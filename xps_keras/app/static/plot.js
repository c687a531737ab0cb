// One region as a picture that can be zoomed and read off; drawn by uPlot.

import { element } from "./dom.js";
import { at, range, series } from "./curves.js";

const INK = "#22303a";
const SOFT = "#4d5961";
const GRID = "#e6eaed";
const GREEN = "#1e6e3e";
const STYLES = {
  background: { stroke: SOFT, width: 1, dash: [2, 3] },
  before: { stroke: "#8b949b", width: 1, dash: [6, 4] },
  corrected: { stroke: "#1b4f72", width: 2 },
  measured: { stroke: INK, width: 1.2 },
  total: { stroke: "#c0392b", width: 1.8 },
  residual: { stroke: INK, width: 1, scale: "residual" },
};
const styleOf = (curve, rem) => {
  const style = STYLES[curve.kind] ?? { stroke: curve.colour, width: 1 };
  return { ...style, width: style.width * rem, dash: style.dash?.map((length) => length * rem) };
};
const RESIDUAL = 0.22; // part of the height

const number = (value) =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en").replaceAll(",", " ") : Number(value.toPrecision(4)).toString();

export class Plot {
  constructor(region, answer, view, height) {
    this.region = region;
    this.shift = answer.shift_ev;
    this.height = height;
    this.mark = null;
    this.readout = element("span", { class: "readout", "aria-live": "polite" });
    this.all = element("button", { type: "button", class: "small", onclick: () => this.reset(), hidden: true }, "Show all");
    this.box = element("div", {
      class: "plot",
      tabindex: "0",
      role: "group",
      "aria-label": `${region.name}: arrow keys move the cursor, plus and minus zoom, 0 shows all, M sets a mark`,
      onkeydown: (event) => this.key(event),
    });
    this.node = element(
      "figure",
      {},
      element("figcaption", {}, element("b", {}, region.name), " ", this.readout, this.all),
      this.box,
    );
    this.draw(view);
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.box);
  }

  draw(view) {
    this.chart?.destroy();
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const font = `${12 * rem}px system-ui`;
    this.rem = rem;
    const { grid, curves } = series(this.region, this.shift, view);
    const residual = curves.some((curve) => curve.kind === "residual");
    const [low, high] = range(this.region);
    const bottom = residual ? low - ((high - low) * RESIDUAL) / (1 - RESIDUAL) : low;
    const most = Math.max(...(this.region.residual ?? [0]).map(Math.abs), 1e-12) * 1.2;
    const thousands = high >= 20000;
    const place = (kind) => curves.findIndex((curve) => curve.kind === kind) + 1;
    const bands = curves
      .map((curve, index) => ({ curve, index }))
      .filter(({ curve }) => curve.kind === "component")
      .map(({ curve, index }) => ({ series: [index + 1, place("background")], fill: `${curve.colour}40` }));
    this.span = [grid[0], grid[grid.length - 1]];
    this.grid = grid;
    this.chart = new window.uPlot(
      {
        width: Math.max(this.box.clientWidth, 200),
        height: this.height,
        legend: { show: false },
        padding: [(this.region.marks.length ? 22 : 8) * rem, 12, 0, 0],
        bands,
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: true } },
        scales: {
          x: { time: false, dir: -1, range: (chart, from, to) => [from, to] },
          y: { range: [bottom, high] },
          residual: { range: [-most, -most + (2 * most) / RESIDUAL] },
        },
        series: [
          {},
          ...curves.map((curve) => ({
            label: curve.name,
            scale: "y",
            points: { show: false },
            ...styleOf(curve, rem),
          })),
        ],
        axes: [
          { label: "binding energy / eV", space: 60 * rem, labelSize: 20 * rem, labelGap: 0, size: 34 * rem, stroke: SOFT, font, labelFont: font, grid: { stroke: GRID, width: 1 }, ticks: { stroke: GRID } },
          {
            label: thousands ? `10³ ${this.region.unit}` : this.region.unit,
            space: 34 * rem,
            labelSize: 18 * rem,
            size: 54 * rem,
            stroke: SOFT,
            font,
            labelFont: font,
            grid: { stroke: GRID, width: 1 },
            ticks: { stroke: GRID },
            filter: (chart, splits) => splits.map((value) => (value < low ? null : value)),
            values: (chart, splits) =>
              splits.map((value) => (value === null ? null : number(thousands ? value / 1000 : value))),
          },
        ],
        hooks: {
          draw: [(chart) => this.decorate(chart, residual, low)],
          setCursor: [(chart) => this.read(chart)],
          setScale: [
            (chart, name) => {
              if (name !== "x" || !this.span) return;
              const { min, max } = chart.scales.x;
              this.all.hidden = min <= this.span[0] + 1e-6 && max >= this.span[1] - 1e-6;
            },
          ],
        },
      },
      [grid, ...curves.map((curve) => curve.values)],
      this.box,
    );
  }

  decorate(chart, residual, low) {
    const { ctx } = chart;
    const pixels = (window.devicePixelRatio || 1) * this.rem;
    const { left, top, width, height } = chart.bbox;
    ctx.save();
    ctx.font = `${11 * pixels}px system-ui`;
    if (residual) {
      const y = chart.valToPos(low, "y", true);
      ctx.strokeStyle = "#9aa4ab";
      ctx.lineWidth = pixels;
      ctx.beginPath();
      ctx.moveTo(left, y);
      ctx.lineTo(left + width, y);
      ctx.stroke();
      ctx.fillStyle = SOFT;
      ctx.textAlign = "right";
      ctx.fillText("residual", left - 6 * pixels, (y + top + height) / 2 + 4 * pixels);
    }
    ctx.fillStyle = ctx.strokeStyle = GREEN;
    ctx.textAlign = "center";
    ctx.lineWidth = 1.5 * pixels;
    let last = -Infinity;
    for (const mark of [...this.region.marks].sort((a, b) => b.energy - a.energy)) {
      const x = chart.valToPos(mark.energy, "x", true);
      if (x < left || x > left + width) continue;
      ctx.beginPath();
      ctx.moveTo(x, top - 6 * pixels);
      ctx.lineTo(x, top);
      ctx.stroke();
      if (x - last < 34 * pixels) continue;
      ctx.fillText(mark.energy.toFixed(1), x, top - 9 * pixels);
      last = x;
    }
    if (this.mark !== null) {
      const x = chart.valToPos(this.mark, "x", true);
      ctx.strokeStyle = "#b9770e";
      ctx.setLineDash([4 * pixels, 3 * pixels]);
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, top + height);
      ctx.stroke();
    }
    ctx.restore();
  }

  read(chart) {
    const { left } = chart.cursor;
    if (left === undefined || left === null || left < 0) {
      this.readout.textContent = "";
      return;
    }
    const energy = chart.posToVal(left, "x");
    this.energy = energy;
    const value = at(this.region.energy, this.region.intensity, energy + this.shift);
    const words = [`${energy.toFixed(2)} eV`];
    if (value !== null) words.push(`${number(value)} ${this.region.unit}`);
    if (this.mark !== null) words.push(`${(energy - this.mark >= 0 ? "+" : "−")}${Math.abs(energy - this.mark).toFixed(2)} eV from the mark`);
    this.readout.textContent = words.join(" · ");
  }

  key(event) {
    const { chart } = this;
    const { min, max } = chart.scales.x;
    const energy = this.energy ?? (min + max) / 2;
    const step = (event.shiftKey ? 10 : 1) * Math.max((max - min) / 200, 0.01);
    const moves = {
      ArrowLeft: () => this.point(energy + step),
      ArrowRight: () => this.point(energy - step),
      "+": () => this.zoom(energy, 0.7),
      "=": () => this.zoom(energy, 0.7),
      "-": () => this.zoom(energy, 1 / 0.7),
      0: () => this.reset(),
      m: () => this.toggleMark(energy),
    };
    const move = moves[event.key] ?? moves[event.key.toLowerCase()];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move();
  }

  point(energy) {
    const { min, max } = this.chart.scales.x;
    const inside = Math.min(Math.max(energy, min), max);
    this.energy = inside;
    this.chart.setCursor({ left: this.chart.valToPos(inside, "x"), top: 10 });
  }

  zoom(energy, factor) {
    const { min, max } = this.chart.scales.x;
    const from = Math.max(energy - (energy - min) * factor, this.span[0]);
    const to = Math.min(energy + (max - energy) * factor, this.span[1]);
    if (to - from > 0.2) this.chart.setScale("x", { min: from, max: to });
  }

  reset() {
    this.chart.setScale("x", { min: this.span[0], max: this.span[1] });
  }

  toggleMark(energy) {
    this.mark = this.mark === null ? energy : null;
    this.chart.redraw(false);
    this.read(this.chart);
  }

  fit() {
    const width = this.box.clientWidth;
    if (width > 0 && Math.abs(width - this.chart.width) > 1) this.chart.setSize({ width, height: this.height });
  }

  end() {
    this.watch.disconnect();
    this.chart.destroy();
  }
}
