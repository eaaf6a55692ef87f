// Where events are passed on to, and how far each has come.

import { el, notice, problemNotice, say } from './dom.js';
import { get } from './api.js';
import { count, number, words } from './format.js';

const EVERY = 3000;
const SHOWN_APART = new Set(['name', 'type', 'state', 'problem', 'reason']);

export function showOutlets(main, place, life) {
  const found = el('p', { class: 'quiet' }, '');
  const list = el('div', { class: 'outlets' }, notice('loading', 'Asking for the outlets …'));
  main.append(el('div', { class: 'head' }, el('h1', {}, 'Outlets'), found), list);
  life.every(EVERY, async () => {
    try {
      const { outlets } = await get('/api/v1/outlets', life.signal);
      say(found, outlets.length === 0 ? '' : `${count(outlets.length)} configured`);
      list.replaceChildren(...(outlets.length === 0
        ? [notice('empty', 'There are no outlets', 'Events stay in Kafka, where everybody may read them. Outlets, which pass them on to other systems, are named in the hub’s configuration.')]
        : outlets.map(card)));
    } catch (problem) {
      if (!life.isOver) {
        list.replaceChildren(problemNotice(problem));
      }
    }
  });
}

function card(outlet) {
  const problem = outlet.problem ?? outlet.reason;
  const figures = Object.entries(outlet).filter(([name, value]) => !SHOWN_APART.has(name) && typeof value !== 'object');
  return el('section', { class: 'card outlet' },
    el('div', { class: 'top' },
      el('h2', {}, el('span', { class: 'name' }, String(outlet.name ?? 'outlet')), ' ', el('span', { class: 'sensor' }, String(outlet.type ?? ''))),
      el('span', { class: `pill ${problem ? 'bad' : 'good'}` }, String(outlet.state ?? (problem ? 'waiting' : 'running')))),
    problem ? el('p', { class: 'flaw' }, String(problem)) : null,
    el('dl', { class: 'facts' }, figures.map(([name, value]) => [el('dt', {}, words(name)),
      el('dd', {}, typeof value === 'number' ? number(value) : String(value))])));
}
