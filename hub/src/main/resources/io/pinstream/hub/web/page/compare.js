// Several sensors, of one device or many, on one chart. What is chosen stands in the address.

import { el, notice, problemNotice, say } from './dom.js';
import { get, hubNow, path } from './api.js';
import { traced } from './chart.js';
import { csv } from './csv.js';
import { all } from './devices.js';
import { RANGES, size } from './device.js';
import { download } from './hex.js';
import { Life } from './life.js';
import { Traces } from './traces.js';
import { clock, number, onAxis, unitView, words } from './format.js';

const FRAME = 500;
const MOST = 8;
const DEVICES = 6;

export function showCompare(main, place, life) {
  const devices = [...new Set(place.query.getAll('devices').filter(Boolean))].slice(0, DEVICES);
  const chosen = new Set(place.query.getAll('s').slice(0, MOST));
  const range = RANGES.find(([name]) => name === place.query.get('range')) ?? RANGES[1];
  const address = (change) => {
    const here = { devices, s: [...chosen], range: range[0], ...change };
    const query = new URLSearchParams([...here.devices.map((d) => ['devices', d]), ...here.s.map((s) => ['s', s]), ['range', here.range]]);
    return `#/compare?${query}`;
  };

  const field = el('input', { type: 'search', list: 'devices', placeholder: 'Add a device', 'aria-label': 'Add a device', autocomplete: 'off' });
  const options = el('datalist', { id: 'devices' });
  const ranges = RANGES.map(([name]) => el('a', { class: 'chip', href: address({ range: name }), 'aria-current': String(name === range[0]) }, name));
  const save = el('button', { class: 'chip', disabled: true }, 'Export as CSV');
  const live = el('button', { class: 'live chip', hidden: true, 'aria-keyshortcuts': 'r' }, '● Back to live');
  const picked = el('div', { class: 'picked' });
  const message = el('div', {});
  const legend = el('div', { class: 'legend' });
  const plot = el('div', { class: 'plot tall', hidden: true });
  const when = el('p', { class: 'quiet' }, '');
  main.append(el('div', { class: 'head' }, el('h1', {}, 'Compare'), when),
    el('form', { class: 'tools', on: { submit: (event) => { event.preventDefault(); add(); } } }, field, options,
      el('button', { class: 'chip', type: 'submit' }, 'Add'),
      el('div', { class: 'chips', role: 'group', 'aria-label': 'Time span' }, ranges), live, save),
    message, el('div', { class: 'card' }, legend, plot), picked);

  const add = () => {
    const name = field.value.trim();
    if (name && !devices.includes(name)) {
      location.hash = address({ devices: [...devices, name].slice(-DEVICES) });
    }
  };
  all(life.signal).then((known) => {
    options.replaceChildren(...known.map(({ id }) => el('option', { value: id })));
  }, () => {});

  if (devices.length === 0) {
    plot.parentElement.hidden = true;
    message.append(notice('empty', 'Nothing is chosen yet', 'Add a device, then choose what to see of it: up to eight series, of up to six devices.'));
    return;
  }

  const units = new Map();
  const known = Promise.all(devices.map(async (id) => {
    const { record } = await get(path`/api/v1/devices/${id}`, life.signal);
    Object.entries(record.state?.sensors ?? {}).forEach(([sensor, { quantities = {} }]) =>
      Object.entries(quantities).forEach(([quantity, unit]) => units.set(`${id}/${sensor}/${quantity}`, String(unit))));
  })).catch(() => {}); // a device that says nothing of itself has no units
  const unit = (trace) => units.get(trace.key) ?? '';
  let shown = new Life();
  let traces;

  const follow = (span) => {
    shown.end();
    shown = new Life();
    live.hidden = span === undefined;
    traces = new Traces(shown, { devices, range: range[1], ...span }, () => {});
    let drawn = '';
    let chart = null;
    let inside = new Life();
    shown.own(() => inside.end());
    shown.every(FRAME, async () => {
      traces.forget();
      choices(picked, traces, chosen, address, devices);
      const lines = [...traces.all.values()].filter((t) => chosen.has(t.key) && t.last);
      message.replaceChildren(...(traces.problem ? [problemNotice(traces.problem)]
        : lines.length > 0 ? [] : [!traces.loaded ? notice('loading', 'Loading the history …')
          : notice('empty', 'Choose what to see', 'Each button below is a series.')]));
      plot.hidden = lines.length === 0;
      plot.parentElement.hidden = lines.length === 0;
      save.disabled = lines.length === 0;
      const shape = lines.map((t) => t.key).join();
      if (shape !== drawn) {
        drawn = shape;
        inside.end();
        inside = new Life();
        plot.replaceChildren();
        legend.replaceChildren();
        chart = lines.length === 0 ? null : make(inside, lines, chosen, traces, unit, plot, legend, when, (from, to) => follow({ from, to }));
      }
      chart?.draw();
    });
  };
  live.addEventListener('click', () => follow());
  save.addEventListener('click', () => {
    const lines = [...traces.all.values()].filter((t) => chosen.has(t.key));
    download(csv(traces, lines, unit), `pinstream-${new Date(hubNow()).toISOString().slice(0, 19).replace(/:/g, '')}.csv`, 'text/csv');
  });
  life.own(() => shown.end());
  known.then(() => life.isOver || follow());
}

/// A button for each series that there is.
function choices(root, traces, chosen, address, devices) {
  const keys = [...traces.all.keys()].sort();
  if (root.dataset.keys === keys.join()) {
    return;
  }
  root.dataset.keys = keys.join();
  root.replaceChildren(...devices.map((device) => el('div', { class: 'chips', role: 'group', 'aria-label': device },
    el('span', { class: 'name' }, device),
    el('a', { class: 'bare', href: address({ devices: devices.filter((d) => d !== device), s: [...chosen].filter((s) => !s.startsWith(`${device}/`)) }),
      'aria-label': `Remove ${device}` }, '×'),
    keys.map((key) => traces.all.get(key)).filter((t) => t.device === device).map((t) => {
      const isChosen = chosen.has(t.key);
      const s = isChosen ? [...chosen].filter((k) => k !== t.key) : [...chosen, t.key];
      return el('a', { class: 'chip', role: 'button', 'aria-pressed': String(isChosen), href: s.length > MOST ? undefined : address({ s }) },
        `${t.sensor} ${words(t.quantity)}`);
    }))));
}

function make(life, all, chosen, traces, unit, plot, legend, when, zoom) {
  const order = [...chosen];
  const scales = new Map();
  const lines = all.map((trace) => {
    const view = unitView(unit(trace), size(trace));
    const scale = view.label || trace.quantity;
    scales.set(scale, { name: scale, format: onAxis });
    return { trace, series: order.indexOf(trace.key), scale, factor: view.factor, label: view.label };
  });
  const values = lines.map(({ trace, series, label }) => {
    const value = el('span', { class: 'value' }, '–');
    legend.append(el('div', { class: 'item' }, el('span', { class: `key s${series}` }, ''),
      el('span', { class: 'name' }, `${trace.device} ${trace.sensor} ${words(trace.quantity)}`), value, el('span', { class: 'note' }, label)));
    return value;
  });
  let hovered = null;
  const readout = () => {
    lines.forEach(({ trace, factor }, i) => say(values[i], number(hovered ? hovered.values[i] : trace.last.last / factor)));
    say(when, hovered ? `at ${clock(hovered.t)}` : traces.isLive ? (!traces.loaded ? 'loading the history …' : traces.connected ? 'live' : 'connecting …') : 'a span of the past');
  };
  const chart = traced(life, plot, lines, {
    span: () => traces.span, points: (t) => traces.points(t), zoom, doubts: () => [], scales: [...scales.values()],
    hover: (at, [ts, ...columns]) => {
      hovered = at === null || ts[at] === undefined ? null : { t: ts[at] * 1000, values: lines.map((l, i) => columns[3 * i + 2][at] ?? undefined) };
      readout();
    },
  });
  return { draw: () => { chart.draw(); readout(); } };
}
