// Every device that ever said something of itself: searched, sorted, and only as many rows in the document as are in
// sight.

import { el, notice, problemNotice, say } from './dom.js';
import { get, hubNow, query } from './api.js';
import { table } from './table.js';
import { ago, count, seconds } from './format.js';

const PAGE = 1000;
const EVERY = 5000;
const ROW = 44;

const kept = { devices: [], text: '', state: '' }; // so that whoever comes back finds what was there

export function showDevices(main, place, life) {
  const search = el('input', { type: 'search', placeholder: 'Search by name, board or agent   /', 'aria-label': 'Search devices',
    'aria-keyshortcuts': '/', spellcheck: 'false', autocomplete: 'off' });
  search.value = kept.text;
  const states = [['', 'All'], ['online', 'Online'], ['offline', 'Offline']].map(([state, title]) =>
    el('button', { class: 'chip', 'aria-pressed': String(kept.state === state), data: { state },
      on: { click: () => choose(state) } }, title));
  const found = el('p', { class: 'quiet', role: 'status' }, '');
  const message = el('div', {}, notice('loading', 'Loading the devices …'));
  const room = el('div', { class: 'devices', hidden: true });
  main.append(el('div', { class: 'head' }, el('h1', {}, 'Devices'), found),
    el('div', { class: 'tools' }, search, el('div', { class: 'chips', role: 'group', 'aria-label': 'State' }, states)),
    message, room);

  const rows = table(room, {
    label: 'Devices', columns: columns(), key: (d) => d.id, height: ROW, sorted: 'id',
    open: (d) => { location.hash = `#/devices/${encodeURIComponent(d.id)}`; },
  });
  life.own(rows.end);

  const draw = () => {
    const wanted = kept.text.trim().toLowerCase();
    const fitting = kept.devices.filter((d) => (!kept.state || d.state === kept.state)
      && (!wanted || `${d.id}\n${d.board}\n${d.agent}`.toLowerCase().includes(wanted)));
    room.hidden = fitting.length === 0;
    rows.set(fitting);
    const online = kept.devices.filter((d) => d.state === 'online').length;
    say(found, fitting.length === kept.devices.length
      ? `${count(kept.devices.length)} known, ${count(online)} online`
      : `${count(fitting.length)} of ${count(kept.devices.length)}`);
    if (fitting.length === 0) {
      message.replaceChildren(kept.devices.length === 0
        ? notice('empty', 'No device has said anything yet',
          'Start an agent with this broker’s address: it is here as soon as it is connected.')
        : notice('empty', 'No device is like that', 'Change the search, or choose All.'));
    } else {
      message.replaceChildren();
    }
  };
  const choose = (state) => {
    kept.state = state;
    states.forEach((chip) => chip.setAttribute('aria-pressed', String(chip.dataset.state === state)));
    draw();
  };
  search.addEventListener('input', () => {
    kept.text = search.value;
    draw();
  });
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault();
      rows.enter();
    }
  });
  if (sessionStorage.getItem('search')) {
    sessionStorage.removeItem('search');
    search.focus();
  }

  if (kept.devices.length > 0) {
    draw();
  }
  life.every(EVERY, async () => {
    try {
      kept.devices = await all(life.signal);
      draw();
    } catch (problem) {
      if (!life.isOver && kept.devices.length === 0) {
        message.replaceChildren(problemNotice(problem));
      }
    }
  });
}

/// All devices, a page after the other.
export async function all(signal) {
  const devices = [];
  let after;
  do {
    const page = await get(`/api/v1/devices${query({ view: 'brief', limit: PAGE, after })}`, signal);
    devices.push(...page.devices);
    after = page.next;
  } while (after);
  return devices;
}

function columns() {
  return [
    { name: 'id', title: 'Device', wide: true, sort: (d) => d.id,
      cell: (d) => el('span', { class: 'name' }, d.id) },
    { name: 'state', title: 'State', wide: true, sort: (d) => d.state ?? '', cell: (d) => pill(d.state) },
    { name: 'seen', title: 'Last word', wide: true, down: true, sort: (d) => Date.parse(d.seen),
      cell: (d) => ago(d.seen, hubNow()) },
    { name: 'sensors', title: 'Sensors', right: true, down: true, sort: (d) => d.sensors, cell: (d) => count(d.sensors) },
    { name: 'outbox', title: 'Outbox', right: true, down: true, sort: (d) => d.outbox_rows,
      cell: (d) => (d.outbox_rows === undefined ? '–' : count(d.outbox_rows)) },
    { name: 'clock', title: 'Clock', sort: (d) => d.clock_known, cell: (d) => clockOf(d) },
    { name: 'link', title: 'Link', down: true, sort: (d) => roundTrip(d), cell: (d) => linkOf(d) },
    { name: 'agent', title: 'Agent', sort: (d) => d.agent, cell: (d) => d.agent || '–' },
    { name: 'board', title: 'Board', sort: (d) => d.board, cell: (d) => d.board || '–' },
  ];
}

export function pill(state) {
  return el('span', { class: `pill ${state === 'online' ? 'good' : state === 'offline' ? 'bad' : ''}` },
    state || 'unknown');
}

/// Whether the device knows what time it is, as far as it has said.
export function clockOf(device) {
  return device.clock_known === undefined ? '–' : device.clock_known ? 'set' : 'not set';
}

/// Seconds from a pack's way out to its acknowledgement by the hub, on average.
export function roundTrip(device) {
  return device.acknowledged_count > 0 ? device.acknowledged_seconds / device.acknowledged_count : undefined;
}

/// How its link is: the way to the hub and back, and which share of packs had to be sent again.
export function linkOf(device) {
  const trip = roundTrip(device);
  if (trip === undefined) {
    return '–';
  }
  const again = device.packs_sent_again / Math.max(1, device.packs_sent + device.packs_sent_again);
  return again >= 0.005 ? `${seconds(trip)}, ${Math.round(again * 100)} % twice` : seconds(trip);
}
