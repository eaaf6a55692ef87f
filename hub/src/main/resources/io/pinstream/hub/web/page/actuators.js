// Switches what a device drives. What is shown is what its own events say, not what was asked for.

import { el, say } from './dom.js';
import { hubNow, path, send } from './api.js';
import { maySwitch } from './login.js';
import { ago, words } from './format.js';

const RULES = { never: 'takes no commands', 'unless-ruled': 'not while one of its rules is active' };

/// A card with a switch or a slider for each; nothing where there is none.
///
/// @param said what the device says of them, by name: { type, step, safe, commands }
export function actuators(life, device, said) {
  const all = Object.entries(said);
  if (all.length === 0) {
    return null;
  }
  const rows = all.map(([name, actuator]) => row(life, device, name, actuator));
  const root = el('section', { class: 'card whole actuators' }, el('h2', {}, 'Actuators'), rows.map((r) => r.root),
    maySwitch() ? null : el('p', { class: 'quiet' }, 'You may look, but not switch: that needs the role operator.'));
  return { root, show: (traces) => rows.forEach((r) => r.show(traces)) };
}

function row(life, device, name, { type, safe: percentSafe, commands }) {
  const may = maySwitch() && commands !== 'never';
  const now = el('span', { class: 'value' }, '–');
  const note = el('span', { class: 'note', role: 'status' }, '');
  const safe = el('button', { class: 'chip', disabled: !may,
    title: 'What it is set to while nobody rules it' }, percentSafe === undefined ? 'Safe state' : `Safe state (${Number(percentSafe)} %)`);
  const control = type === 'relay' ? onOff(name) : slider(name);
  control.root.querySelectorAll('button, input').forEach((input) => { input.disabled = !may; });
  let busy = false;

  const ask = async (wanted, told) => {
    if (busy) {
      return;
    }
    busy = true;
    note.className = 'note';
    say(note, `asking the device for ${told} …`);
    try {
      const answer = await send('POST', path`/api/v1/devices/${device}/actuators/${name}`, wanted, life.signal);
      say(note, wanted.safe && answer?.percent !== undefined ? `the device did it: ${answer.percent} %` : `the device did it: ${told}`);
    } catch (problem) {
      note.className = 'note bad';
      say(note, problem.message || problem.title);
      control.reset();
    } finally {
      busy = false;
    }
  };
  control.asked = (percent) => ask({ percent }, type === 'relay' ? (percent ? 'on' : 'off') : `${percent} %`);
  safe.addEventListener('click', () => ask({ safe: true }, 'its safe state'));

  return {
    root: el('div', { class: 'actuator', data: { actuator: name } },
      el('div', { class: 'what' }, el('span', { class: 'name' }, words(name)), el('span', { class: 'note' }, [type, RULES[commands]].filter(Boolean).join(', '))),
      now, control.root, safe, note),
    show: (traces) => {
      const trace = ['active', 'ratio'].map((q) => traces.all.get(`${device}/${name}/${q}`)).find((t) => t?.last);
      if (trace) {
        const percent = Math.round(trace.last.last * 100);
        say(now, type === 'relay' ? (percent ? 'on' : 'off') : `${percent} %`);
        now.title = ago(trace.last.t, hubNow());
        control.is(percent);
      }
    },
  };
}

function onOff(name) {
  const button = el('button', { class: 'switch', role: 'switch', 'aria-checked': 'false', 'aria-label': `Switch ${name}` },
    el('span', {}));
  const control = { root: el('span', {}, button), asked: () => {}, reset: () => {},
    is: (percent) => button.setAttribute('aria-checked', String(percent > 0)) };
  button.addEventListener('click', () => control.asked(button.getAttribute('aria-checked') === 'true' ? 0 : 100));
  return control;
}

function slider(name) {
  const input = el('input', { type: 'range', min: 0, max: 100, step: 1, 'aria-label': `${name}, percent` });
  const shown = el('output', {}, '');
  let known = 0;
  let touched = 0;
  const control = { root: el('span', { class: 'slider' }, input, shown), asked: () => {},
    reset: () => {
      input.value = known;
      say(shown, `${known} %`);
    },
    is: (percent) => {
      known = percent;
      if (Date.now() - touched > 5000) {
        control.reset();
      }
    } };
  input.addEventListener('input', () => {
    touched = Date.now();
    say(shown, `${input.value} %`);
  });
  input.addEventListener('change', () => control.asked(Number(input.value)));
  return control;
}
