// What arrived and could not be used: why, whence, and its bytes.

import { el, notice, problemNotice } from './dom.js';
import { get, hubNow, query } from './api.js';
import { asJson, asText, bytesOf, download, dump } from './hex.js';
import { ago, bytes, moment } from './format.js';

const PAGE = 50;
const EVERY = 10_000;

export function showLetters(main, place, life) {
  const message = el('div', {}, notice('loading', 'Loading the dead letters …'));
  const list = el('div', { class: 'letters' });
  const older = el('button', { class: 'chip', hidden: true }, 'Older ones');
  main.append(el('div', { class: 'head' }, el('h1', {}, 'Dead letters'),
    el('p', { class: 'quiet' }, 'What arrived and could not be used, the newest first. Everything else goes on.')),
  message, list, older);
  const shown = new Map();
  let next;
  let isPaged = false;

  const add = (letters, where) => {
    const fresh = letters.filter((letter) => !shown.has(letter.id));
    const cards = fresh.map((letter) => {
      const root = card(letter);
      shown.set(letter.id, root);
      return root;
    });
    where === 'top' ? list.prepend(...cards) : list.append(...cards);
    message.replaceChildren(...(shown.size === 0
      ? [notice('empty', 'There are none', 'Everything that arrived could be used.')] : []));
  };
  older.addEventListener('click', async () => {
    older.disabled = true;
    try {
      const page = await get(`/api/v1/dead-letters${query({ limit: PAGE, before: next })}`, life.signal);
      isPaged = true;
      next = page.next;
      add(page.dead_letters, 'bottom');
    } catch (problem) {
      message.replaceChildren(problemNotice(problem));
    }
    older.disabled = false;
    older.hidden = !next;
  });
  life.every(EVERY, async () => {
    try {
      const page = await get(`/api/v1/dead-letters?limit=${PAGE}`, life.signal);
      add(page.dead_letters, 'top');
      if (!isPaged) {
        next = page.next;
        older.hidden = !next;
      }
    } catch (problem) {
      if (!life.isOver) {
        message.replaceChildren(problemNotice(problem));
      }
    }
  });
}

function card(letter) {
  const root = el('details', { class: 'card letter' },
    el('summary', {},
      el('span', { class: 'reason' }, letter.reason),
      el('span', { class: 'note' }, el('span', { class: 'name' }, letter.key), ` · ${bytes(letter.size)} · ${ago(letter.arrived, hubNow())}`)));
  root.addEventListener('toggle', () => {
    if (root.open && root.children.length === 1) {
      root.append(body(letter));
    }
  });
  return root;
}

function body(letter) {
  const all = bytesOf(letter.payload_base64);
  const isCut = all.length < letter.size;
  const views = [['JSON', asJson(all)], ['Text', asText(all)], ['Hex', dump(all)]].filter(([, text]) => text !== undefined);
  const pre = el('pre', { tabindex: '0' }, views[0][1] || '(empty)');
  const tabs = views.map(([title, text], i) => el('button', { class: 'chip', 'aria-pressed': String(i === 0),
    on: { click: (event) => {
      tabs.forEach((tab) => tab.setAttribute('aria-pressed', String(tab === event.currentTarget)));
      pre.textContent = text || '(empty)';
    } } }, title));
  const save = isCut
    ? el('a', { class: 'chip', href: `/api/v1/dead-letters/${encodeURIComponent(letter.id)}`, download: `${fileName(letter)}.bin` }, `Download ${bytes(letter.size)}`)
    : el('button', { class: 'chip', on: { click: () => download(all, `${fileName(letter)}.bin`, 'application/octet-stream') } }, 'Download');
  return el('div', { class: 'inside' },
    el('dl', { class: 'facts' }, [['Device or topic', letter.key], ['MQTT topic', letter.topic], ['Arrived', moment(letter.arrived)],
      ['Pack', letter.pack], ['Size', bytes(letter.size)]].filter(([, text]) => text)
      .map(([title, text]) => [el('dt', {}, title), el('dd', {}, text)])),
    el('div', { class: 'tools' }, el('div', { class: 'chips', role: 'group', 'aria-label': 'Show as' }, tabs), save),
    isCut ? el('p', { class: 'quiet' }, `The first ${bytes(all.length)} of ${bytes(letter.size)} are shown.`) : null,
    pre);
}

function fileName(letter) {
  return `dead-letter-${letter.key}-${letter.arrived}`.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 120);
}
