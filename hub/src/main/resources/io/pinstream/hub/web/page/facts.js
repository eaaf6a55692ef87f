// What a device says of itself, as tables. All of it is the device's own word, and text.

import { el } from './dom.js';
import { hubNow } from './api.js';
import { ago, bytes, moment, number, seconds, words } from './format.js';

const UNITS = { Cel: '°C', '/': '' };

/// The cards below the charts.
export function facts(device) {
  const said = device.record.state ?? {};
  const figures = said.figures ?? {};
  return [
    el('section', { class: 'card' }, el('h2', {}, 'State'), list([
      ['State', `${device.state ?? 'unknown'} since ${moment(said.since)}`],
      ['Last word', `${moment(device.seen)}, ${ago(device.seen, hubNow())}`],
      ['Last hello', device.record.hello && moment(device.record.hello)],
      ['Agent', said.agent],
      ['Board', said.board],
      ['Providers', said.provider],
      ['Stream', device.record.stream],
    ])),
    el('section', { class: 'card' }, el('h2', {}, 'Outbox, clock and link'), list([
      ['Outbox', figures['outbox.rows'] !== undefined
        && `${number(figures['outbox.rows'])} packs, ${number(figures['outbox.events'])} events, ${bytes(figures['outbox.bytes'])}`],
      ['Clock', figures['clock.known'] !== undefined
        && (figures['clock.known'] ? 'set' : 'not set: its events say time-unknown')],
      ['To Kafka and back', figures['acknowledged.count'] > 0
        && `${seconds(figures['acknowledged.seconds'] / figures['acknowledged.count'])} on average`],
      ['Sent again', again(figures)],
      ['Link lost', figures['link.failures'] !== undefined && `${number(figures['link.failures'])} times`],
    ]), el('p', { class: 'quiet' }, 'As it said last, when it connected or since.')),
    sensors(said.sensors ?? {}),
    el('details', { class: 'card' }, el('summary', {}, 'All figures and the whole record'),
      Object.keys(figures).length > 0 ? list(Object.entries(figures).map(([name, value]) => [name, number(value)])) : null,
      el('pre', {}, JSON.stringify(device.record, null, 2))),
  ];
}

function again(figures) {
  const [first, more] = [figures['link.sent.packs{again=false}'], figures['link.sent.packs{again=true}']];
  return first + more > 0 && `${number(more)} of ${number(first + more)} packs (${number(100 * more / (first + more))} %)`;
}

function list(pairs) {
  const given = pairs.filter(([, text]) => text !== undefined && text !== false && text !== '' && text !== null);
  return given.length === 0
    ? el('p', { class: 'quiet' }, 'It has said nothing of that.')
    : el('dl', { class: 'facts' }, given.map(([name, text]) => [el('dt', {}, name), el('dd', {}, String(text))]));
}

function sensors(all) {
  const rows = Object.entries(all).map(([name, { type, every, quantities = {} }]) => el('tr', {},
    el('th', { scope: 'row', class: 'name' }, name), el('td', {}, String(type ?? '')),
    el('td', {}, every === undefined ? 'when it changes' : seconds(Number(every))),
    el('td', {}, Object.entries(quantities).map(([quantity, unit]) => {
      const label = UNITS[unit] ?? String(unit);
      return label && label !== quantity ? `${words(quantity)} (${label})` : words(quantity);
    }).join(', '))));
  return el('section', { class: 'card whole' }, el('h2', {}, 'Configuration'),
    rows.length === 0
      ? el('p', { class: 'quiet' }, 'It has not said which sensors it has.')
      : el('div', { class: 'sideways' }, el('table', { class: 'plain' },
        el('thead', {}, el('tr', {}, ['Sensor', 'Type', 'Read every', 'Quantities'].map((t) => el('th', { scope: 'col' }, t)))),
        el('tbody', {}, rows))));
}
