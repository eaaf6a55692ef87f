// Asks the hub. What goes wrong is a Problem in the hub's own words; whoever has no session is asked for one.

export class Problem extends Error {
  constructor(status, title, detail) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

const state = { up: true, ahead: 0, ask: null };
const watchers = new Set();

/// Hears whether the hub answers: watcher(up).
export function watchConnection(watcher) {
  watchers.add(watcher);
  watcher(state.up);
}

/// How a login is asked for: a function that resolves when there is a session.
export function loginBy(ask) {
  state.ask = ask;
}

/// The hub's time in milliseconds, to about a second: this machine's clock may be wrong.
export function hubNow() {
  return Date.now() + state.ahead;
}

export function get(path, signal) {
  return request('GET', path, undefined, signal);
}

export function send(method, path, body, signal) {
  return request(method, path, body, signal);
}

/// A request that never asks for a login.
export async function plain(method, path, body, signal) {
  const headers = { Accept: 'application/json' };
  if (method !== 'GET') {
    headers['X-Pinstream-Request'] = '1'; // no other page can send it: no CSRF
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let answer;
  try {
    answer = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    connection(false);
    throw new Problem(0, 'The hub does not answer', 'Trying again; nothing has to be reloaded.');
  }
  connection(true);
  const date = Date.parse(answer.headers.get('Date') ?? '');
  if (Number.isFinite(date)) {
    const ahead = date + 500 - Date.now();
    state.ahead = Math.abs(ahead) < 2000 ? 0 : ahead;
  }
  return answer;
}

async function request(method, path, body, signal) {
  for (;;) {
    const answer = await plain(method, path, body, signal);
    if (answer.status === 401 && state.ask) {
      await state.ask();
      continue;
    }
    if (!answer.ok) {
      throw await problem(answer);
    }
    const text = await answer.text();
    return text === '' ? null : JSON.parse(text);
  }
}

export async function problem(answer) {
  try {
    const { title, detail } = await answer.json();
    return new Problem(answer.status, title, detail);
  } catch {
    return new Problem(answer.status, `The hub answered ${answer.status}`, 'It did not say why.');
  }
}

function connection(up) {
  if (state.up !== up) {
    state.up = up;
    watchers.forEach((watcher) => watcher(up));
  }
}

/// A path, each part escaped: path`/api/v1/devices/${id}`.
export function path(parts, ...values) {
  return parts.reduce((whole, part, i) => whole + encodeURIComponent(values[i - 1]) + part);
}

/// A query of what is given; an array gives its values with commas.
export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
