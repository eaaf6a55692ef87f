// Values over time: history from Kafka that runs into the live stream without a hole.
//
// The stream is opened first, for everything since a moment a little in the past; then history is asked for up to that
// moment. What is committed later and is older than the moment (a device that was away delivers late) comes by the
// stream: then history is asked for again. So nothing is missing, and nothing is there twice.

import { get, hubNow, path, query } from './api.js';
import { listen } from './stream.js';

const OVERLAP = 15_000;
const STEPS = 360;
const MOST_LIVE = 3000; // points of a series, before the older ones are drawn together
const LATE = 3000;
const ENVELOPE = new Set(['device', 'sensor', 'time', 'quality', 'kind', 'delivery', 'first_sequence', 'last_sequence']);
const GOOD = 'good';

/// The values of one quantity: what history gave, and what has come since.
class Trace {
  constructor(device, sensor, quantity) {
    Object.assign(this, { device, sensor, quantity, edges: false, base: [], live: [] });
    this.key = `${device}/${sensor}/${quantity}`;
  }

  /// What is drawn: what came live in the same steps as history.
  points(step, origin) {
    return [...this.base, ...together(this.live, step, origin)];
  }

  get last() {
    return this.live.at(-1) ?? this.base.at(-1);
  }

  add(t, value, step, origin) {
    const point = { t, min: value, mean: value, max: value, last: value, count: 1 };
    let at = this.live.length;
    while (at > 0 && this.live[at - 1].t > t) {
      at--;
    }
    if (this.live[at - 1]?.t !== t) {
      this.live.splice(at, 0, point);
    }
    if (this.live.length > MOST_LIVE) {
      this.live = [...together(this.live.slice(0, -300), step, origin), ...this.live.slice(-300)];
    }
  }

  forget(before) {
    const old = this.base.findIndex((p) => p.t >= before);
    this.base.splice(0, Math.max(0, (old < 0 ? this.base.length : old) - 1)); // an edge holds until the next one
  }
}

function together(points, step, origin) {
  const steps = new Map();
  for (const p of points) {
    const t = origin + Math.floor((p.t - origin) / step) * step;
    const sum = steps.get(t);
    if (sum) {
      sum.mean = (sum.mean * sum.count + p.mean * p.count) / (sum.count + p.count);
      Object.assign(sum, { min: Math.min(sum.min, p.min), max: Math.max(sum.max, p.max), last: p.last, count: sum.count + p.count });
    } else {
      steps.set(t, { ...p, t });
    }
  }
  return [...steps.values()];
}

/// Follows one device or several.
export class Traces {
  #life;
  #wanted;
  #changed;
  #reload = 0;
  #loading = null;

  /// @param wanted { devices: [id], range: millis, from?, to?: for a span of the past that stays, fits?(trace) }
  /// @param changed called when there is something new to draw
  constructor(life, wanted, changed) {
    this.#life = life;
    this.#wanted = wanted;
    this.#changed = changed;
    this.all = new Map();
    this.doubts = [];
    this.notes = new Map(); // the last text that each sensor said: a fault, a cause
    this.isLive = wanted.from === undefined;
    this.connected = false;
    this.loaded = false;
    this.problem = null;
    this.moment = this.isLive ? hubNow() - OVERLAP : wanted.to;
    this.step = Math.max(100, Math.ceil((this.isLive ? wanted.range : wanted.to - wanted.from) / STEPS));
    life.own(() => clearTimeout(this.#reload));
    if (this.isLive) {
      listen(life, { devices: wanted.devices, since: new Date(this.moment).toISOString() }, {
        event: (data) => this.#event(data),
        lost: () => this.#restart(),
        open: (yes) => {
          this.connected = yes;
          changed();
        },
      });
    }
    this.load();
  }

  /// The span that is shown, in milliseconds.
  get span() {
    const now = hubNow();
    return this.isLive ? [now - this.#wanted.range, now] : [this.#wanted.from, this.#wanted.to];
  }

  points(trace) {
    return trace.edges ? [...trace.base, ...trace.live] : trace.points(this.step, this.moment);
  }

  async load() {
    const from = this.isLive ? this.moment - this.#wanted.range : this.#wanted.from;
    const asked = { from: new Date(from).toISOString(), to: new Date(this.moment).toISOString(), step: `${this.step}ms` };
    this.#loading?.abort();
    this.#loading = new AbortController();
    const signal = AbortSignal.any([this.#life.signal, this.#loading.signal]);
    try {
      for (const device of this.#wanted.devices) {
        this.#take(device, await get(path`/api/v1/devices/${device}/history` + query(asked), signal));
      }
      this.problem = null;
    } catch (problem) {
      if (signal.aborted) {
        return;
      }
      this.problem = problem;
      if (problem.status === 0 || problem.status === 503) {
        this.#loadSoon(5000);
      }
    }
    this.loaded = true;
    this.#changed();
  }

  #take(device, answer) {
    const all = [...this.all.values()].filter((trace) => trace.device === device);
    all.forEach((trace) => { trace.base = []; });
    for (const { sensor, quantity, edges, points } of answer.series) {
      const trace = this.#trace(device, sensor, quantity);
      if (trace) {
        trace.edges = edges;
        trace.base = points.map((p) => ({ ...p, t: Date.parse(p.time) }));
      }
    }
    this.doubts = this.doubts.filter((doubt) => doubt.device !== device || doubt.live);
    this.doubts.push(...answer.doubts.map(({ sensor, time, flaws }) =>
      ({ device, sensor, from: Date.parse(time), to: Date.parse(time) + this.step, flaws })));
  }

  #trace(device, sensor, quantity) {
    const fresh = new Trace(device, sensor, quantity);
    const known = this.all.get(fresh.key);
    if (!known && (this.#wanted.fits?.(fresh) ?? true)) {
      this.all.set(fresh.key, fresh);
      return fresh;
    }
    return known;
  }

  #event(data) {
    const t = Date.parse(data.time);
    if (t < this.moment) {
      if (t > this.moment - this.#wanted.range) {
        this.#loadSoon(LATE);
      }
      return;
    }
    if (data.quality !== GOOD) {
      this.doubts.push({ device: data.device, sensor: data.sensor, from: t, to: t + Math.max(1000, this.step), flaws: data.quality, live: true });
    }
    let note = '';
    for (const [name, value] of Object.entries(data)) {
      if (ENVELOPE.has(name)) {
        continue;
      }
      if (typeof value === 'string') {
        note = note ? `${note}; ${value}` : value;
      } else if (typeof value === 'number' || typeof value === 'boolean') {
        const trace = this.#trace(data.device, data.sensor, name);
        if (trace) {
          trace.edges ||= data.kind === 'edge';
          trace.add(t, Number(value), this.step, this.moment);
        }
      }
    }
    this.notes.set(`${data.device}/${data.sensor}`, { text: note, quality: data.quality, t });
    this.#changed();
  }

  /// Some events have not come by the stream: they come by history.
  #restart() {
    this.moment = hubNow() - OVERLAP;
    this.all.forEach((trace) => { trace.live = trace.live.filter((p) => p.t >= this.moment); });
    this.#loadSoon(0);
  }

  #loadSoon(after) {
    clearTimeout(this.#reload);
    this.#reload = setTimeout(() => this.load(), after);
  }

  /// Lets go of what is out of sight.
  forget() {
    const [from] = this.span;
    this.all.forEach((trace) => trace.forget(from));
    this.doubts = this.doubts.filter((doubt) => doubt.to >= from);
  }
}
