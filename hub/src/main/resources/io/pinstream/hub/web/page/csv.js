// Values as CSV (RFC 4180), a row for each point.

const COLUMNS = ['time', 'device', 'sensor', 'quantity', 'unit', 'count', 'min', 'mean', 'max', 'last'];

/// @param all of the page, @param chosen what of it is shown, @param unit(trace) its unit
export function csv(all, chosen, unit) {
  const [from, to] = all.span;
  const rows = chosen.flatMap((trace) => all.points(trace).filter(({ t }) => t >= from && t <= to).map((p) => [
    new Date(p.t).toISOString(), trace.device, trace.sensor, trace.quantity, unit(trace), p.count, p.min, p.mean, p.max, p.last]));
  return [COLUMNS, ...rows].map((row) => row.map(field).join(',')).join('\r\n') + '\r\n';
}

/// What a spreadsheet would take for a formula is told to be text: names come from devices.
function field(value) {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
