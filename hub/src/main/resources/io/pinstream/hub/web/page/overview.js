// How everything does, at a glance: the line, what is wrong with it, and its figures now and over the last minutes.

import { el, notice, problemNotice, say } from './dom.js';
import { get } from './api.js';
import { bandless } from './chart.js';
import { drawPicture } from './picture.js';
import { count, rate, seconds } from './format.js';

const EVERY = 2000;
const KEPT = 450; // a quarter of an hour

const past = { t: [], events: [], p50: [], p99: [] }; // over views, while the page is open

const TILES = [
  ['Events per second', 'over the last ten seconds', (s) => rate(s.events_per_second)],
  ['Latency p50', 'from the pin to Kafka, last minute', (s) => seconds(s.latency?.p50 ?? NaN)],
  ['Latency p99', 'from the pin to Kafka, last minute', (s) => seconds(s.latency?.p99 ?? NaN)],
  ['Committed', 'events since the hub started', (s) => count(s.events)],
  ['Duplicates dropped', 'packs since the hub started', (s) => count(s.duplicates)],
  ['Dead letters', 'since the hub started', (s) => count(s.dead_letters), '#/letters'],
];

export function showOverview(main, place, life) {
  const sentence = el('p', { class: 'sentence', role: 'status' }, 'Asking the hub …');
  const problems = el('div', { class: 'problems', 'aria-live': 'polite' });
  const picture = el('div', {});
  const values = TILES.map(() => el('span', { class: 'value' }, '–'));
  const tiles = el('div', { class: 'tiles' }, TILES.map(([title, note, , href], i) => el(href ? 'a' : 'div',
    { class: 'tile', href }, el('span', { class: 'title' }, title), values[i], el('span', { class: 'note' }, note))));
  const rates = el('div', { class: 'plot' });
  const delays = el('div', { class: 'plot' });
  main.append(el('div', { class: 'head' }, el('h1', {}, 'Overview'), sentence), problems, el('section', { class: 'card line', 'aria-label': 'The line' }, picture), tiles,
    el('div', { class: 'pair' },
      el('section', { class: 'card' }, el('h2', {}, 'Events per second'), rates),
      el('section', { class: 'card' }, el('h2', {}, 'Latency, pin to Kafka ',
        el('span', { class: 'key s0' }, 'p50'), el('span', { class: 'key s1' }, 'p99')), delays)),
    el('p', { class: 'quiet' }, 'The charts hold what was seen since this page was opened, a quarter of an hour at most.'));
  const charts = [bandless(life, rates, ['events/s'], rate), bandless(life, delays, ['p50', 'p99'], seconds)];
  let latest = null;

  const draw = () => {
    if (latest) {
      drawPicture(picture, ...line(latest.status, latest.outlets));
    }
  };
  const watcher = new ResizeObserver(draw);
  watcher.observe(picture);
  life.own(() => watcher.disconnect());

  life.every(EVERY, async () => {
    try {
      const [status, { outlets }] = await Promise.all([
        get('/api/v1/status', life.signal), get('/api/v1/outlets', life.signal)]);
      latest = { status, outlets };
      remember(status);
      const wrong = [...status.problems, ...troubles(outlets)];
      say(sentence, verdict(wrong));
      sentence.className = `sentence ${wrong.some(isError) ? 'bad' : wrong.length > 0 ? 'doubtful' : 'good'}`;
      tell(problems, wrong);
      TILES.forEach(([, , figure], i) => say(values[i], figure(status)));
      draw();
      charts[0].draw([past.t, past.events]);
      charts[1].draw([past.t, past.p50, past.p99]);
    } catch (problem) {
      if (!life.isOver) {
        say(sentence, 'The hub does not answer.');
        sentence.className = 'sentence bad';
        problems.replaceChildren(problemNotice(problem));
        delete problems.dataset.told;
      }
    }
  });
}

const isError = ({ severity }) => severity === 'error';

function verdict(wrong) {
  const errors = wrong.filter(isError).length;
  if (errors > 0) {
    return errors === 1 ? 'One thing is wrong.' : `${errors} things are wrong.`;
  }
  return wrong.length > 0 ? 'It works; somebody should look at something.' : 'Everything works.';
}

function tell(root, wrong) {
  const told = JSON.stringify(wrong);
  if (root.dataset.told === told) {
    return;
  }
  root.dataset.told = told;
  root.replaceChildren(...wrong.map(({ severity, what, reason, remedy }) =>
    notice(severity, what, reason, el('p', { class: 'remedy' }, remedy))));
}

function troubles(outlets) {
  return outlets.filter((outlet) => outlet.error).map((outlet) => ({
    severity: 'error',
    what: `Outlet ${outlet.name} does not pass events on`,
    reason: outlet.error,
    remedy: 'Its events wait in Kafka until it works again, for as long as Kafka keeps them.',
  }));
}

function remember(status) {
  past.t.push(Date.now() / 1000);
  past.events.push(status.events_per_second);
  past.p50.push(status.latency?.p50 ?? null);
  past.p99.push(status.latency?.p99 ?? null);
  Object.values(past).forEach((column) => column.length > KEPT && column.shift());
}

/// The nodes and links of the picture.
function line(status, outlets) {
  const wrongAt = (at) => status.problems.filter((p) => p.at === at).reduce(
    (worst, p) => (isError(p) || worst === 'error' ? 'error' : 'warning'), '');
  const check = (name) => status.checks.find((c) => c.name === name);
  const ready = (name) => check(name)?.ready ?? true;
  const { known, online, outbox_rows: waiting } = status.fleet;
  const lag = outlets.reduce((sum, outlet) => sum + (outlet.lag ?? 0), 0);
  const flow = status.events_per_second;
  const perSecond = `${rate(flow)}/s`;
  const nodes = [
    { name: 'devices', title: 'Devices', figure: count(online), note: `of ${count(known)} online`, state: wrongAt('devices') },
    { name: 'broker', title: 'Broker', figure: ready('broker') ? 'up' : 'away', note: 'MQTT 5', state: wrongAt('broker') },
    { name: 'hub', title: 'Hub', figure: perSecond, note: `${status.lanes} lane${status.lanes === 1 ? '' : 's'} open`,
      state: wrongAt('hub') },
    { name: 'kafka', title: 'Kafka', figure: ready('kafka') ? count(status.events) : 'away', note: 'committed',
      state: wrongAt('kafka') },
    outlets.length === 0
      ? { name: 'outlets', title: 'Outlets', figure: 'none', note: 'configured', state: 'off' }
      : { name: 'outlets', title: 'Outlets', figure: count(outlets.length), note: `${count(outlets.filter((o) => !o.error).length)} running`,
        state: troubles(outlets).length > 0 ? 'error' : '' },
  ];
  const p50 = status.latency ? seconds(status.latency.p50) : '';
  const links = [
    { label: perSecond, more: waiting > 0 ? `${count(waiting)} wait` : '', flow: online > 0 ? flow : 0 },
    { label: perSecond, flow: ready('broker') ? flow : 0 },
    { label: p50, flow: ready('kafka') ? flow : 0 },
    { label: outlets.length > 0 ? perSecond : '', more: lag > 0 ? `${count(lag)} wait` : '', flow: outlets.length > 0 ? flow : 0 },
  ];
  return [nodes, links];
}
