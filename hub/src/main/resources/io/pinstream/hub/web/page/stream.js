// Committed events as they come. One EventSource at a time; it comes back by itself with its position, and where it
// gives up (a login that ran out, a proxy that answers), we ask again, ever more slowly, from the same position.

import { get, query } from './api.js';

const TYPES = ['io.pinstream.sample.v1', 'io.pinstream.edge.v1', 'io.pinstream.dropped.v1'];
const LONGEST_WAIT = 30_000;

/// @param life ends the stream
/// @param wanted { devices, sensors, since }: names, and an ISO time
/// @param heard { event(data), lost(), open(yes) }: an event's flat JSON; some are missing; whether it is connected
export function listen(life, wanted, heard) {
  const filter = { device: wanted.devices.map(pattern).join(','), sensor: wanted.sensors?.map(pattern).join(',') };
  const names = new Set(wanted.devices);
  let source = null;
  let position = '';
  let wait = 1000;
  let timer = 0;

  const connect = () => {
    const start = position ? { from: position } : { since: wanted.since };
    source = new EventSource(`/api/v1/stream${query({ ...filter, ...start })}`);
    source.addEventListener('open', () => {
      wait = 1000;
    });
    const follow = (type, listener) => source.addEventListener(type, (message) => {
      position = message.lastEventId || position;
      listener(message.data);
    });
    TYPES.forEach((type) => follow(type, (text) => {
      const { data } = JSON.parse(text);
      if (data && names.has(data.device)) {
        heard.event(data);
      }
    }));
    follow('position', () => heard.open(true));
    follow('dropped', () => heard.lost());
    follow('gap', () => heard.lost());
    follow('end', () => {});
    source.addEventListener('error', () => {
      heard.open(false);
      if (source.readyState === EventSource.CLOSED) {
        again();
      }
    });
  };

  const again = () => {
    timer = setTimeout(async () => {
      wait = Math.min(LONGEST_WAIT, wait * 2);
      try {
        await get('/api/v1/status', life.signal); // asks for a login, should that be the reason
        connect();
      } catch {
        if (!life.isOver) {
          again();
        }
      }
    }, wait);
  };

  life.own(() => {
    clearTimeout(timer);
    source?.close();
  });
  connect();
}

/// A name as a pattern that fits it: what means something in a pattern becomes "any character".
function pattern(name) {
  return name.replace(/[,*]/g, '?');
}
