// The page around the views: where one is (the part of the address behind #), the way to others, and whether the
// hub answers.

import { el, say } from './dom.js';
import { icon } from './icons.js';
import { Life } from './life.js';
import { loginBy, plain, watchConnection } from './api.js';
import { askForLogin, sessionCorner } from './login.js';
import { startKeys, showHelp } from './keys.js';
import { showOverview } from './overview.js';
import { showDevices } from './devices.js';
import { showDevice } from './device.js';
import { showLetters } from './letters.js';
import { showOutlets } from './outlets.js';
import { showCompare } from './compare.js';

const VIEWS = [
  { name: 'overview', title: 'Overview', show: showOverview },
  { name: 'devices', title: 'Devices', show: showDevices },
  { name: 'compare', title: 'Compare', show: showCompare },
  { name: 'letters', title: 'Dead letters', show: showLetters },
  { name: 'outlets', title: 'Outlets', show: showOutlets },
];

let life = new Life();

/// `#/devices/attic?range=1h` as { name: 'devices', rest: 'attic', query }.
function place() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [name, ...rest] = path.split('/');
  let decoded = '';
  try {
    decoded = decodeURIComponent(rest.join('/'));
  } catch {
    // Somebody wrote the address by hand: there is no such device.
  }
  return { name: name || 'overview', rest: decoded, query: new URLSearchParams(query) };
}

function show() {
  const here = place();
  const view = VIEWS.find(({ name }) => name === here.name) ?? VIEWS[0];
  life.end();
  life = new Life();
  const main = document.querySelector('main');
  main.replaceChildren();
  main.dataset.view = view.name;
  document.title = `${here.rest || view.title} · Pinstream`;
  document.querySelectorAll('nav a').forEach((link) => {
    const isHere = link.dataset.view === view.name;
    link.toggleAttribute('data-here', isHere);
    link.setAttribute('aria-current', isHere ? 'page' : 'false');
  });
  scrollTo(0, 0);
  (view.name === 'devices' && here.rest ? showDevice : view.show)(main, here, life);
}

function frame() {
  const links = VIEWS.map(({ name, title }, i) => el('a', {
    href: `#/${name}`, data: { view: name }, 'aria-keyshortcuts': String(i + 1),
  }, icon(name), el('span', {}, title)));
  const lamp = el('span', { class: 'lamp', role: 'status' }, '');
  const skip = el('a', { class: 'skip', href: '#main', on: { click: skipToMain } }, 'Skip to content');
  const header = el('header', {},
    el('a', { class: 'brand', href: '#/overview', 'aria-label': 'Pinstream, overview' }, icon('overview'),
      el('span', {}, 'Pinstream')),
    el('nav', { 'aria-label': 'Pages' }, links),
    el('div', { class: 'corner' }, lamp, sessionCorner(),
      el('button', { class: 'bare', title: 'Light or dark', 'aria-label': 'Switch between light and dark',
        on: { click: () => globalThis.toggleTheme() } }, icon('theme')),
      el('button', { class: 'bare', title: 'Keys (?)', 'aria-label': 'Help: keys', on: { click: showHelp } },
        icon('help'))));
  const away = el('div', { class: 'away', role: 'alert', hidden: true },
    'The hub does not answer. Trying again; nothing has to be reloaded.');
  document.body.append(skip, header, away, el('main', { id: 'main', tabindex: '-1' }));
  watchConnection((up) => {
    say(lamp, up ? 'connected' : 'away');
    lamp.classList.toggle('bad', !up);
    away.hidden = up;
  });
}

function skipToMain(event) {
  event.preventDefault();
  document.querySelector('main').focus();
}

frame();
startKeys(VIEWS.map(({ name }) => name));
loginBy(askForLogin);
addEventListener('hashchange', show);
show();
// Who is there, for the corner; a hub without logins does not know the question.
plain('GET', '/api/v1/session').then((answer) => dispatchEvent(new CustomEvent('session', { detail: answer })), () => {});
