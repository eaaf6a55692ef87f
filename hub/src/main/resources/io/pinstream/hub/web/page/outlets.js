// Where events are passed on to, and how far each has come.

import { el, notice, problemNotice, say } from './dom.js';
import { get, hubNow, path, send } from './api.js';
import { mayAdminister } from './login.js';
import { count, moment } from './format.js';

const EVERY = 3000;
const FIGURES = [['lag', 'Lag', 'events that wait in Kafka'], ['sent', 'Sent', 'events since the hub started'],
  ['repeated', 'Retries', 'events that were sent once more'], ['dead', 'Dead letters', 'events that it refused for good'],
  ['unheard', 'Nobody heard', 'events that had no receiver']];
const BACK = [['15 minutes', 900], ['hour', 3_600], ['6 hours', 21_600], ['day', 86_400], ['7 days', 604_800]];
const KINDS = { running: 'good', failed: 'bad', retrying: 'bad', paused: 'warning' };

export function showOutlets(main, place, life) {
  const found = el('p', { class: 'quiet' }, '');
  const list = el('div', { class: 'outlets' }, notice('loading', 'Asking for the outlets …'));
  main.append(el('div', { class: 'head' }, el('h1', {}, 'Outlets'), found), list);
  const cards = new Map();
  let told;
  const again = life.every(EVERY, async () => {
    try {
      const { outlets } = await get('/api/v1/outlets', life.signal);
      say(found, outlets.length === 0 ? '' : `${count(outlets.length)} configured`);
      const names = outlets.map((outlet) => String(outlet.name));
      if (told !== names.join('\n')) {
        told = names.join('\n');
        cards.clear();
        names.forEach((name) => cards.set(name, card(name, life, () => again())));
        list.replaceChildren(...(names.length === 0
          ? [notice('empty', 'There are no outlets', 'Events stay in Kafka, where everybody may read them. Outlets, which pass them on to other systems, are named in the hub’s configuration.')]
          : [...cards.values()].map(({ root }) => root)));
      }
      outlets.forEach((outlet) => cards.get(String(outlet.name)).show(outlet));
    } catch (problem) {
      if (!life.isOver) {
        told = undefined;
        list.replaceChildren(problemNotice(problem));
      }
    }
  });
}

/// What stays as it is keeps its focus, and what is open stays open, while the figures run.
function card(name, life, again) {
  const said = el('p', { class: 'flaw', role: 'status', hidden: true });
  const wish = (title, verb, body) => {
    const button = el('button', { class: 'chip', disabled: !mayAdminister(), title: mayAdminister() ? undefined : 'that needs the role admin' }, title);
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        await send('POST', path`/api/v1/outlets/${name}/` + verb, body(), life.signal);
        again();
      } catch (problem) {
        said.hidden = false;
        say(said, problem.message);
      }
      button.disabled = !mayAdminister();
    });
    return button;
  };
  const back = el('select', { 'aria-label': 'How far back' }, BACK.map(([title, seconds]) => el('option', { value: seconds }, `the last ${title}`)));
  const replay = el('details', { class: 'replay' }, el('summary', { class: 'quiet' }, 'Send again …'),
    el('div', { class: 'tools' }, back, wish('Send again', 'replay', () => ({ from: new Date(hubNow() - back.value * 1000).toISOString() })),
      el('span', { class: 'note' }, 'What arrives twice has the same id.')));
  const kind = el('span', { class: 'sensor' });
  const pill = el('span', { class: 'pill' });
  const since = el('span', { class: 'quiet' });
  const pause = wish('Pause', 'pause', () => ({}));
  const resume = wish('Resume', 'resume', () => ({}));
  const figures = FIGURES.map(([key, title, what]) => {
    const value = el('span', { class: 'value' });
    return { key, value, root: el('div', { title: what }, el('span', { class: 'note' }, title), value) };
  });
  const root = el('section', { class: 'card outlet' },
    el('div', { class: 'top' },
      el('h2', {}, el('span', { class: 'name' }, name), ' ', kind),
      el('span', { class: 'chips' }, pill, since, pause, resume)),
    said,
    el('div', { class: 'row-of-figures' }, figures.map((figure) => figure.root)),
    replay);
  const show = (outlet) => {
    say(kind, `${outlet.type ?? ''} ${outlet.target ?? ''}`);
    say(pill, String(outlet.state ?? 'unknown'));
    pill.className = `pill ${KINDS[outlet.state] ?? ''}`;
    say(since, outlet.since ? `since ${moment(outlet.since)}` : '');
    pause.hidden = outlet.state === 'paused';
    resume.hidden = outlet.state !== 'paused';
    said.hidden = !outlet.error;
    say(said, String(outlet.error ?? ''));
    figures.forEach(({ key, value, root: figure }) => {
      figure.hidden = outlet[key] === undefined;
      say(value, outlet[key] === undefined ? '' : count(outlet[key]));
    });
  };
  return { root, show };
}
