// Asks for a token where the hub wants one. The hub answers with a cookie that scripts cannot read; nothing of the
// token is kept here.

import { el, say } from './dom.js';
import { plain, problem } from './api.js';

const session = { open: true, name: '', role: '' };
let asking = null;

/// Whether whoever is there may switch things.
export function maySwitch() {
  return session.open || session.role === 'operator' || session.role === 'admin';
}

/// Whether whoever is there may pause and resume outlets.
export function mayAdminister() {
  return session.open || session.role === 'admin';
}

async function learn() {
  const answer = await plain('GET', '/api/v1/session');
  dispatchEvent(new CustomEvent('session', { detail: answer }));
}

/// Who is there, and a way to leave.
export function sessionCorner() {
  const corner = el('span', { class: 'session', hidden: true });
  addEventListener('session', async ({ detail: answer }) => {
    if (!answer.ok) {
      return; // no logins here, or not yet
    }
    Object.assign(session, { open: false, name: '', role: '' }, await answer.json());
    corner.hidden = session.open;
    corner.replaceChildren(
      el('span', { class: 'who', title: `role: ${session.role}` }, session.name || session.role),
      el('button', { class: 'bare', on: { click: leave } }, 'Log out'));
  });
  return corner;
}

async function leave() {
  await plain('DELETE', '/api/v1/session');
  location.reload();
}

/// Resolves as soon as there is a session; whoever asks meanwhile waits for the same form.
export function askForLogin() {
  asking ??= new Promise((done) => {
    const field = el('input', { type: 'password', id: 'token', autocomplete: 'current-password', required: true,
      spellcheck: 'false' });
    const wrong = el('p', { class: 'wrong', role: 'alert' });
    const button = el('button', { class: 'primary', type: 'submit' }, 'Log in');
    const form = el('form', {},
      el('h1', {}, 'Log in'),
      el('p', {}, 'This hub wants to know who you are. The token is what ', el('code', {}, 'pinstream-hub token'),
        ' printed.'),
      el('label', { for: 'token' }, 'Token'), field, wrong, button);
    const dialog = el('dialog', { class: 'login', 'aria-label': 'Log in' }, form);
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        const answer = await plain('POST', '/api/v1/session', { token: field.value });
        if (answer.ok) {
          dialog.close();
          dialog.remove();
          asking = null;
          learn().catch(() => {});
          done();
          return;
        }
        say(wrong, (await problem(answer)).message);
      } catch (failure) {
        say(wrong, failure.message);
      } finally {
        button.disabled = false;
      }
      field.select();
    });
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  });
  return asking;
}
