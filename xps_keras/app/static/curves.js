// Numbers for a picture: measured and corrected curves on one grid of energies.

export const LEAST_SHIFT_EV = 0.05;

export function at(energies, values, energy) {
  // Linear interpolation; null outside.
  const last = energies.length - 1;
  if (energy < energies[0] - 1e-9 || energy > energies[last] + 1e-9) return null;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (energies[middle] <= energy) low = middle;
    else high = middle;
  }
  const span = energies[high] - energies[low];
  const part = span > 0 ? Math.min(Math.max((energy - energies[low]) / span, 0), 1) : 0;
  return values[low] + part * (values[high] - values[low]);
}

export function series(region, shift, view) {
  // Returns the grid and one entry per curve: kind, name, colour, values.
  const measured = region.energy;
  const corrected = measured.map((energy) => energy - shift);
  const before = view.before && Math.abs(shift) >= LEAST_SHIFT_EV;
  const grid = before ? merged(corrected, measured) : corrected;
  const on = (values) => (before ? grid.map((energy) => at(corrected, values, energy)) : values);
  const found = [];
  const background = on(region.background);
  found.push({ kind: "background", name: "background", values: background });
  if (view.components)
    for (const one of region.components) {
      const values = on(one.values).map((value, place) => (value === null ? null : value + background[place]));
      found.push({ kind: "component", name: one.name, colour: one.colour, values });
    }
  if (before)
    found.push({
      kind: "before",
      name: "as measured",
      values: grid.map((energy) => at(measured, region.intensity, energy)),
    });
  const fitted = view.fit && region.total !== null;
  found.push({ kind: fitted ? "measured" : "corrected", name: "corrected", values: on(region.intensity) });
  if (fitted) found.push({ kind: "total", name: "fit", values: on(region.total) });
  if (view.residual && region.residual !== null)
    found.push({ kind: "residual", name: "residual", values: on(region.residual) });
  return { grid, curves: found };
}

function merged(one, other) {
  const all = [...one, ...other].sort((a, b) => a - b);
  return all.filter((energy, place) => place === 0 || energy - all[place - 1] > 1e-6);
}

export function range(region) {
  let low = Infinity;
  let high = -Infinity;
  for (const values of [region.intensity, region.background, region.total ?? []])
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  const span = high - low || 1;
  return [low - 0.04 * span, high + 0.08 * span];
}
