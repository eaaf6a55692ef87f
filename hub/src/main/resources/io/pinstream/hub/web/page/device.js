// One device: a chart for each quantity, from the past into the present; what it says of itself; what it switches.

import { el, notice, problemNotice, say } from './dom.js';
import { get, hubNow, path } from './api.js';
import { actuators } from './actuators.js';
import { traced } from './chart.js';
import { pill } from './devices.js';
import { facts } from './facts.js';
import { Life } from './life.js';
import { Traces } from './traces.js';
import { ago, clock, moment, number, onAxis, unitView, withUnit, words } from './format.js';

export const RANGES = [['5m', 300e3], ['15m', 900e3], ['1h', 3600e3], ['6h', 6 * 3600e3], ['24h', 86_400e3], ['7d', 7 * 86_400e3]];
const FRAME = 500;
const FACTS = 10_000;

export function showDevice(main, place, life) {
  const id = place.rest;
  const range = RANGES.find(([name]) => name === place.query.get('range')) ?? RANGES[1];
  const state = el('span', {}, pill(''));
  const seen = el('span', { class: 'quiet' }, '');
  const stream = el('span', { class: 'quiet', role: 'status' }, '');
  const live = el('button', { class: 'live chip', hidden: true, 'aria-keyshortcuts': 'r' }, '● Back to live');
  const ranges = RANGES.map(([name]) => el('a', { class: 'chip', href: `#/devices/${encodeURIComponent(id)}?range=${name}`,
    'aria-current': name === range[0] ? 'true' : 'false' }, name));
  const message = el('div', {}, notice('loading', 'Loading the history …'));
  const grid = el('div', { class: 'charts' });
  const about = el('div', { class: 'about' });
  main.append(
    el('a', { class: 'up', href: '#/devices' }, '← Devices'),
    el('div', { class: 'head' }, el('h1', { class: 'name' }, id), state, seen),
    el('div', { class: 'tools' }, el('div', { class: 'chips', role: 'group', 'aria-label': 'Time span' }, ranges), live,
      el('a', { class: 'chip', href: `#/compare?devices=${encodeURIComponent(id)}` }, 'Compare'), stream),
    message, grid, about);

  let units = {};
  let switches = null;
  let shown = new Life();
  const follow = (span) => {
    shown.end();
    shown = new Life();
    grid.replaceChildren();
    live.hidden = span === undefined;
    const traces = new Traces(shown, { devices: [id], range: range[1], ...span }, () => {});
    const charts = new Map();
    shown.every(FRAME, async () => {
      traces.forget();
      status(traces, message, grid, stream);
      const sensors = [...new Set([...traces.all.values()].map((t) => t.sensor))].sort();
      [...traces.all.values()].sort((a, b) => order(a).localeCompare(order(b))).forEach((trace, i) => {
        if (!charts.has(trace.key)) {
          charts.set(trace.key, card(shown, trace, units[`${trace.sensor}/${trace.quantity}`], sensors.indexOf(trace.sensor), traces, (from, to) => follow({ from, to })));
          const before = grid.children[i] ?? null;
          grid.insertBefore(charts.get(trace.key).root, before);
        }
        charts.get(trace.key).draw();
      });
      switches?.show(traces);
    });
  };
  live.addEventListener('click', () => follow());
  life.own(() => shown.end());

  life.every(FACTS, async () => {
    try {
      const device = await get(path`/api/v1/devices/${id}`, life.signal);
      const said = device.record.state ?? {};
      units = unitsOf(said.sensors ?? {});
      state.replaceChildren(pill(device.state));
      say(seen, `last word ${ago(device.seen, hubNow())}`);
      switches ??= actuators(life, id, said.actuators ?? {});
      about.replaceChildren(...[switches?.root, ...facts(device)].filter(Boolean));
    } catch (problem) {
      if (!life.isOver && problem.status === 404) {
        say(seen, 'It has said nothing of itself: a device that does not speak Pinstream’s protocol, or none at all.');
      } else if (!life.isOver && !about.hasChildNodes()) {
        about.replaceChildren(problemNotice(problem));
      }
    }
    if (grid.dataset.begun !== 'yes') {
      grid.dataset.begun = 'yes'; // after the units are known
      follow();
    }
  });
}

const order = (trace) => `${trace.sensor}/${trace.quantity}`;

function unitsOf(sensors) {
  return Object.fromEntries(Object.entries(sensors).flatMap(([sensor, { quantities = {} }]) =>
    Object.entries(quantities).map(([quantity, unit]) => [`${sensor}/${quantity}`, String(unit)])));
}

function status(traces, message, grid, stream) {
  const isEmpty = traces.all.size === 0;
  const kind = traces.problem ? `problem ${traces.problem.message}` : !isEmpty ? '' : traces.loaded ? 'empty' : 'loading';
  if (message.dataset.kind !== kind) {
    message.dataset.kind = kind;
    message.replaceChildren(...{
      p: () => [problemNotice(traces.problem, traces.problem.status === 422
        ? el('p', { class: 'remedy' }, 'Choose a shorter span. What comes now is shown all the same.') : null)],
      l: () => [notice('loading', 'Loading the history …')],
      e: () => [notice('empty', 'There are no values in this span', traces.isLive
        ? 'As soon as the device sends some they are here. A longer span may hold older ones.' : 'Choose another one.')],
    }[kind[0]]?.() ?? []);
  }
  say(stream, !traces.isLive ? `${moment(traces.span[0])} to ${moment(traces.span[1])}`
    : !traces.loaded ? 'loading the history …' : traces.connected ? 'live' : 'connecting …');
}

/// How large its values are, to choose a unit by.
export function size(trace) {
  return [...trace.base.slice(-50), ...trace.live.slice(-50)].reduce((most, p) => Math.max(most, Math.abs(p.max)), 0);
}

/// A card with one chart.
function card(life, trace, unit = '', index, traces, zoom) {
  const isTruth = trace.edges && trace.quantity === 'active';
  const value = el('span', { class: 'value' }, '–');
  const time = el('span', { class: 'note' }, '');
  const flaw = el('span', { class: 'flaw', hidden: true });
  const plot = el('div', { class: 'plot' });
  const root = el('section', { class: 'card chart', data: { trace: trace.key } },
    el('div', { class: 'top' },
      el('h2', {}, el('span', { class: 'name' }, words(trace.quantity)), ' ', el('span', { class: 'sensor name' }, trace.sensor)),
      el('div', { class: 'now' }, value, time)),
    flaw, plot);
  const show = { trace, series: index % 8, scale: 'y', factor: 1 };
  let chart = null;
  let hovered = null;
  let view = { label: '', factor: 1 };

  const format = (v, step) => (isTruth ? (v === 1 ? 'on' : v === 0 ? 'off' : '') : onAxis(v, step));
  const text = (v) => (isTruth ? withUnit(v !== 0) : view.label ? `${number(v)} ${view.label}` : number(v));
  const readout = () => {
    const last = trace.last;
    if (hovered) {
      say(value, hovered.min === hovered.max || trace.edges ? text(hovered.mean) : `${text(hovered.mean)}`);
      say(time, `${clock(hovered.t)}${hovered.min !== hovered.max ? ` (${number(hovered.min)} to ${number(hovered.max)})` : ''}`);
    } else if (last) {
      say(value, text(last.last / view.factor));
      say(time, traces.isLive ? ago(last.t, hubNow()) : moment(last.t));
    }
  };
  const make = () => {
    view = unitView(unit, size(trace));
    show.factor = view.factor;
    chart = traced(life, plot, [show], {
      span: () => traces.span, points: (t) => traces.points(t), zoom, sync: 'device',
      doubts: () => traces.doubts.filter((d) => d.sensor === trace.sensor),
      scales: [{ name: 'y', format, range: isTruth ? () => [-0.08, 1.08] : undefined }],
      hover: (at, [ts, min, max, mean]) => {
        hovered = at === null || ts[at] === undefined ? null : { t: ts[at] * 1000, min: min[at], max: max[at], mean: mean[at] };
        readout();
      },
    });
  };
  return {
    root,
    draw: () => {
      if (!chart && trace.last) {
        make();
      }
      chart?.draw();
      root.dataset.points = String(trace.base.length + trace.live.length);
      root.dataset.history = String(trace.base.length);
      const note = traces.notes.get(`${trace.device}/${trace.sensor}`);
      const isDoubtful = note && note.quality !== 'good';
      flaw.hidden = !isDoubtful;
      if (isDoubtful) {
        say(flaw, `${words(note.quality)}${note.text ? `: ${note.text}` : ''}`);
      }
      readout();
    },
  };
}
