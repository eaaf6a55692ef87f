// The keyboard's way through the page.

import { el } from './dom.js';

const KEYS = [
  ['1 … 5', 'the pages, in their order'],
  ['/', 'search devices'],
  ['↑ ↓  Page ↑ ↓  Home End', 'walk through a table'],
  ['Enter', 'open what is marked'],
  ['Esc', 'back'],
  ['r', 'back to live, after zooming into a chart'],
  ['t', 'light or dark'],
  ['?', 'this'],
];

export function showHelp() {
  if (document.querySelector('dialog.help')) {
    return;
  }
  const close = el('button', { class: 'primary' }, 'Close');
  const dialog = el('dialog', { class: 'help', 'aria-label': 'Keys' },
    el('h1', {}, 'Keys'),
    el('dl', {}, KEYS.map(([key, what]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, what)])),
    el('p', { class: 'quiet' }, 'In a chart: drag over a span to zoom into it.'),
    close);
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/// @param views their names, in order
export function startKeys(views) {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
      return;
    }
    const isWriting = event.target.matches?.('input:not([type=range]):not([type=checkbox]), textarea, select');
    if (event.key === 'Escape') {
      back(event, isWriting);
    } else if (!isWriting) {
      act(event, views);
    }
  });
}

function act(event, views) {
  const view = views[Number(event.key) - 1];
  if (event.key === '/') {
    event.preventDefault();
    const search = document.querySelector('input[type=search]');
    if (search) {
      search.focus();
      search.select();
    } else {
      sessionStorage.setItem('search', 'yes');
      location.hash = '#/devices';
    }
  } else if (event.key === '?') {
    showHelp();
  } else if (event.key === 't') {
    globalThis.toggleTheme();
  } else if (event.key === 'r') {
    document.querySelector('button.live:not([hidden])')?.click();
  } else if (view) {
    location.hash = `#/${view}`;
  }
}

function back(event, isWriting) {
  if (isWriting) {
    if (event.target.value) {
      return; // a search field empties itself first
    }
    event.target.blur();
    document.querySelector('tbody tr[tabindex="0"]')?.focus();
    return;
  }
  const up = document.querySelector('main a.up');
  if (up) {
    location.hash = up.getAttribute('href');
  }
}
