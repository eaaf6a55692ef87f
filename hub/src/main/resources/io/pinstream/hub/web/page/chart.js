// Charts by uPlot (a global: it is a plain script). Colours are read when something is drawn, so that they follow the
// theme.

import { clock, day, number } from './format.js';

const DAY = 86_400;

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function faint(name, share) {
  return colour(name) + Math.round(share * 255).toString(16).padStart(2, '0');
}

/// Times along the axis: by the hour, by the day, or to the second, as they lie.
function times(u, splits, axis, space, step) {
  return splits.map((t) => (step >= DAY || (clock(t * 1000, false) === '00:00' && step >= 1800)
    ? day(t * 1000) : clock(t * 1000, step < 60)));
}

function axes(format, size) {
  const common = { stroke: () => colour('muted'), font: `12px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: () => colour('grid'), width: 1 }, ticks: { show: false } };
  return [
    { ...common, values: times, space: 70, size: 28, gap: 6 },
    { ...common, values: (u, splits, axis, space, step) => splits.map((v) => format(v, step)), space: 34, gap: 8,
      size: (u, texts) => Math.max(size, ...(texts ?? []).map((text) => 18 + 7.3 * String(text ?? '').length)) },
  ];
}

/// Some air above and below; a line that never moves lies in the middle.
function roomy(u, min, max) {
  if (min === null || max === null) {
    return [0, 1];
  }
  const air = (max - min) * 0.08 || Math.abs(max) * 0.05 || 1;
  return [min >= 0 && min - air < 0 ? 0 : min - air, max + air];
}

function made(life, root, options, data) {
  const size = () => ({ width: Math.max(120, root.clientWidth), height: Math.max(80, root.clientHeight) });
  const plot = new globalThis.uPlot({ ...size(), padding: [8, 10, 0, 0], ...options, legend: { show: false } }, data, root);
  plot.over.setAttribute('aria-hidden', 'true');
  const watcher = new ResizeObserver(() => {
    const now = size();
    if (now.width !== plot.width || now.height !== plot.height) {
      plot.setSize(now);
    }
  });
  watcher.observe(root);
  life.on(globalThis, 'theme', () => plot.redraw(false, true));
  life.own(() => {
    watcher.disconnect();
    plot.destroy();
  });
  return plot;
}

/// Lines without bands, from 0 up, all of one unit.
export function bandless(life, root, names, format) {
  const series = names.map((label, i) => ({ label, stroke: () => colour(`series-${i}`), width: 2, spanGaps: false,
    points: { show: false }, fill: names.length === 1 ? () => faint(`series-${i}`, 0.1) : undefined }));
  const plot = made(life, root, {
    series: [{}, ...series], axes: axes((v) => format(v), 64), padding: [8, 28, 0, 0], cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (u, min, max) => [0, (max ?? 0) * 1.15 || 1] }, x: { range: (u, min, max) => (u.data[0].length === 0 ? [Date.now() / 1000 - 60, Date.now() / 1000] : [Math.min(min, max - 60), max]) } },
  }, [[], ...names.map(() => [])]);
  return { draw: (data) => plot.setData(data) };
}

/// One or more traces over time: a line through the means, a band from least to most where points stand for several
/// values, steps for edges, and a shade where values are to be doubted.
///
/// @param lines [{ trace, series: number of its colour, scale, factor }]
/// @param options { span() → [from, to] in ms, points(trace) in order of time, doubts() → [{ from, to }], scales: [{ name, format }], zoom(from, to),
///     hover(index or null, columns), sync }
export function traced(life, root, lines, options) {
  const series = [{}];
  const bands = [];
  lines.forEach(({ trace, series: number, scale }) => {
    const name = `series-${number}`;
    const paths = trace.edges ? globalThis.uPlot.paths.stepped({ align: 1 }) : undefined;
    const common = { scale, paths, points: { show: false }, spanGaps: false };
    bands.push({ series: [series.length + 1, series.length], fill: () => faint(name, 0.2) });
    series.push({ ...common, stroke: 'transparent', width: 0 }, { ...common, stroke: 'transparent', width: 0 },
      { ...common, stroke: () => colour(name), width: 2,
        points: { show: true, size: 5, fill: () => colour(name), filter: (u, at) => alone(u.data[at]) } });
  });
  const scaleOf = { x: { time: true, range: () => options.span().map((t) => t / 1000) } };
  options.scales.forEach(({ name, range }) => { scaleOf[name] = { range: range ?? roomy }; });
  const [bottom, left] = axes(number, 58);
  const sides = options.scales.slice(0, 2).map(({ name, format }, i) => ({ ...left, scale: name, side: i === 0 ? 3 : 1,
    values: (u, splits, axis, space, step) => splits.map((v) => format(v, step)), grid: i === 0 ? left.grid : { show: false } }));
  const plot = made(life, root, {
    series, bands, scales: scaleOf, axes: [bottom, ...sides],
    cursor: { sync: options.sync ? { key: options.sync } : undefined, drag: { x: true, y: false, setScale: false },
      points: { size: 8, stroke: (u, i) => (i % 3 === 0 ? colour(`series-${lines[i / 3 - 1].series}`) : 'transparent'),
        fill: (u, i) => (i % 3 === 0 ? colour('surface') : 'transparent') } },
    hooks: {
      drawClear: [(u) => shade(u, options.doubts())],
      setSelect: [(u) => {
        if (u.select.width > 6) {
          const [from, to] = [u.select.left, u.select.left + u.select.width].map((x) => u.posToVal(x, 'x') * 1000);
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          options.zoom(from, to);
        }
      }],
      setCursor: [(u) => options.hover(u.cursor.idx ?? null, u.data)],
    },
  }, [[], ...series.slice(1).map(() => [])]);
  return { draw: () => plot.setData(columns(lines, options.points, options.span())) };
}

/// The points of all lines along one time axis: [t, min, max, mean, min, max, mean, …].
function columns(lines, pointsOf, [from, to]) {
  const parts = lines.map(({ trace, factor }) => {
    const points = trace.edges ? pointsOf(trace) : torn(pointsOf(trace));
    const last = points.at(-1);
    if (trace.edges && last) {
      points.push({ ...last, t: to, min: last.last, max: last.last }); // it holds to this day
    }
    const column = (of) => points.map((p) => (Number.isNaN(of(p)) ? null : of(p) / factor));
    return [points.map((p) => p.t / 1000), column((p) => p.min), column((p) => p.max), column((p) => (trace.edges ? p.last : p.mean))];
  });
  return parts.length === 1 ? parts[0] : globalThis.uPlot.join(parts);
}

/// The values that have no neighbours, and so no line.
function alone(values) {
  const given = [...values.keys()].filter((i) => values[i] !== undefined); // undefined: another line's time
  return given.filter((i, n) => values[i] !== null && (values[given[n - 1]] ?? null) === null && (values[given[n + 1]] ?? null) === null);
}

/// With a gap where nothing came for much longer than usual: a line through it would be invented.
function torn(points) {
  if (points.length < 4) {
    return points;
  }
  const steps = points.slice(1).map((p, i) => p.t - points[i].t).sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length * 0.8)];
  return points.flatMap((p, i) => (i > 0 && p.t - points[i - 1].t > 5 * usual
    ? [{ t: points[i - 1].t + usual, min: NaN, max: NaN, mean: NaN }, p] : [p]));
}

function shade(u, doubts) {
  u.ctx.save();
  u.ctx.fillStyle = faint('doubt', 0.26);
  const { left, top, width, height } = u.bbox;
  for (const { from, to } of doubts) {
    const x = Math.max(left, u.valToPos(from / 1000, 'x', true));
    const end = Math.min(left + width, Math.max(x + 4, u.valToPos(to / 1000, 'x', true)));
    if (end > x) {
      u.ctx.fillRect(x, top, end - x, height);
    }
  }
  u.ctx.restore();
}
