// Where events are passed on to, and how far each has come.

import { el, notice, problemNotice, say } from './dom.js';
import { get, path, send } from './api.js';
import { mayAdminister } from './login.js';
import { count, moment } from './format.js';

const EVERY = 3000;
const FIGURES = [['lag', 'Lag', 'events that wait in Kafka'], ['sent', 'Sent', 'events since the hub started'],
  ['repeated', 'Retries', 'events that were sent once more'], ['dead', 'Dead letters', 'events that it refused for good'],
  ['unheard', 'Nobody heard', 'events that had no receiver']];
const KINDS = { running: 'good', failed: 'bad', retrying: 'bad', paused: 'warning' };

export function showOutlets(main, place, life) {
  const found = el('p', { class: 'quiet' }, '');
  const list = el('div', { class: 'outlets' }, notice('loading', 'Asking for the outlets …'));
  main.append(el('div', { class: 'head' }, el('h1', {}, 'Outlets'), found), list);
  let told = '';
  const again = life.every(EVERY, async () => {
    try {
      const { outlets } = await get('/api/v1/outlets', life.signal);
      say(found, outlets.length === 0 ? '' : `${count(outlets.length)} configured`);
      const news = JSON.stringify(outlets);
      if (news !== told) { // what has not changed keeps its focus
        told = news;
        list.replaceChildren(...(outlets.length === 0
          ? [notice('empty', 'There are no outlets', 'Events stay in Kafka, where everybody may read them. Outlets, which pass them on to other systems, are named in the hub’s configuration.')]
          : outlets.map((outlet) => card(outlet, life, () => again()))));
      }
    } catch (problem) {
      if (!life.isOver) {
        told = '';
        list.replaceChildren(problemNotice(problem));
      }
    }
  });
}

function card(outlet, life, again) {
  const isPaused = outlet.state === 'paused';
  const said = el('p', { class: 'flaw', role: 'status', hidden: !outlet.error }, String(outlet.error ?? ''));
  const button = el('button', { class: 'chip', disabled: !mayAdminister(), title: mayAdminister() ? undefined : 'that needs the role admin' },
    isPaused ? 'Resume' : 'Pause');
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await send('POST', path`/api/v1/outlets/${outlet.name}/` + (isPaused ? 'resume' : 'pause'), {}, life.signal);
      again();
    } catch (problem) {
      said.hidden = false;
      say(said, problem.message);
    }
    button.disabled = !mayAdminister();
  });
  return el('section', { class: 'card outlet' },
    el('div', { class: 'top' },
      el('h2', {}, el('span', { class: 'name' }, String(outlet.name)), ' ', el('span', { class: 'sensor' }, `${outlet.type ?? ''} ${outlet.target ?? ''}`)),
      el('span', { class: 'chips' }, el('span', { class: `pill ${KINDS[outlet.state] ?? ''}` }, String(outlet.state ?? 'unknown')),
        el('span', { class: 'quiet' }, outlet.since ? `since ${moment(outlet.since)}` : ''), button)),
    said,
    el('div', { class: 'row-of-figures' }, FIGURES.filter(([key]) => outlet[key] !== undefined).map(([key, title, what]) =>
      el('div', { title: what }, el('span', { class: 'note' }, title), el('span', { class: 'value' }, count(outlet[key]))))));
}
