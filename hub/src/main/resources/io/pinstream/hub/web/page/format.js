// Numbers, units and times for people.

const NAMES = { Cel: '°C', '%RH': '% RH', '/': '', count: '', Ohm: 'Ω', 'm/s': 'm/s', ug: 'µg' };
const BYTES = [[2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB']];
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const two = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const three = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });

/// How a unit is shown: by which label, and divided by what.
///
/// @param size the largest value that is to be shown
export function unitView(unit, size = 0) {
  if (unit === 'Pa' && size >= 1000) {
    return { label: 'hPa', factor: 100 };
  }
  if (unit === 'B') {
    const [factor, label] = BYTES.find(([least]) => size >= least) ?? [1, 'B'];
    return { label, factor };
  }
  return { label: NAMES[unit] ?? unit, factor: 1 };
}

/// A number in as many digits as it deserves.
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '–';
  }
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) {
    return value.toExponential(1);
  }
  return (size >= 10_000 ? whole : size >= 100 ? one : size >= 1 ? two : three).format(value);
}

/// A number on an axis whose numbers are so far apart: as many digits as tell them apart.
export function onAxis(value, step) {
  const digits = step > 0 ? Math.max(0, Math.min(9, Math.ceil(-Math.log10(step) - 1e-9))) : 0;
  const more = step < 1 && /25$/.test(step.toPrecision(3).replace(/0+$/, '')) ? 1 : 0; // 0.25
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(9, digits + more) });
}

export function count(value) {
  return Number.isFinite(value) ? whole.format(value) : '–';
}

export function rate(value) {
  return !Number.isFinite(value) ? '–' : (value >= 100 ? whole : one).format(value);
}

/// Seconds, in the unit that suits them.
export function seconds(value) {
  if (!Number.isFinite(value)) {
    return '–';
  }
  if (value < 1) {
    return `${value < 0.01 ? one.format(value * 1000) : whole.format(value * 1000)} ms`;
  }
  return value < 120 ? `${one.format(value)} s` : duration(value * 1000);
}

export function duration(millis) {
  const s = Math.max(0, Math.round(millis / 1000));
  if (s < 120) {
    return `${s} s`;
  }
  if (s < 7200) {
    return `${Math.round(s / 60)} min`;
  }
  return s < 172_800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86_400)} days`;
}

export function ago(time, now) {
  const millis = now - (typeof time === 'number' ? time : Date.parse(time));
  if (!Number.isFinite(millis)) {
    return 'never';
  }
  return millis < 2000 ? 'now' : `${duration(millis)} ago`;
}

export function bytes(size) {
  const { label, factor } = unitView('B', size);
  return `${number(size / factor)} ${label}`;
}

const two0 = (value) => String(value).padStart(2, '0');

export function clock(millis, withSeconds = true) {
  const d = new Date(millis);
  return `${two0(d.getHours())}:${two0(d.getMinutes())}${withSeconds ? `:${two0(d.getSeconds())}` : ''}`;
}

export function day(millis) {
  return new Date(millis).toLocaleDateString('en', { month: 'short', day: 'numeric' });
}

/// Date and time, in this machine's zone.
export function moment(time) {
  const millis = typeof time === 'number' ? time : Date.parse(time);
  return Number.isFinite(millis) ? `${day(millis)} ${clock(millis)}` : String(time ?? '');
}

/// A value with its unit as one text; what is no number is shown as it is.
export function withUnit(value, unit) {
  if (typeof value === 'boolean') {
    return value ? 'on' : 'off';
  }
  if (typeof value !== 'number') {
    return String(value);
  }
  const { label, factor } = unitView(unit, Math.abs(value));
  return label ? `${number(value / factor)} ${label}` : number(value);
}

/// "network_received" for people: "network received".
export function words(name) {
  return name.replace(/[_-]+/g, ' ');
}
