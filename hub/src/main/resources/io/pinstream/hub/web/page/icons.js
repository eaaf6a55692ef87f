// Line icons on a grid of 24.

import { svg } from './dom.js';

const SHAPES = {
  overview: ['M3 13h4l2-7 4 14 3-9h5'],
  devices: ['M6 6h12v12H6z', 'M10 10h4v4h-4z', 'M9 3v3M15 3v3M9 18v3M15 18v3M3 9h3M3 15h3M18 9h3M18 15h3'],
  compare: ['M4 19V5', 'M4 19h16', 'M7 15l4-5 3 3 5-7', 'M7 11l4 4 3-1 5 2'],
  letters: ['M4 6h16v12H4z', 'M4 7l8 6 8-6'],
  outlets: ['M4 12h10', 'M11 8l4 4-4 4', 'M15 5h5v14h-5'],
  broker: ['M12 12m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0', 'M7.5 16.5a6.4 6.4 0 0 1 0-9M16.5 7.5a6.4 6.4 0 0 1 0 9',
    'M4.6 19.4a10.5 10.5 0 0 1 0-14.8M19.4 4.6a10.5 10.5 0 0 1 0 14.8'],
  hub: ['M12 3l8 4.5v9L12 21l-8-4.5v-9z', 'M12 12l8-4.5M12 12v9M12 12L4 7.5'],
  kafka: ['M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.300-8-3z', 'M4 6v12c0 1.700 3.600 3 8 3s8-1.300 8-3V6',
    'M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3'],
  theme: ['M12 4a8 8 0 1 0 8 8 6 6 0 0 1-8-8z'],
  help: ['M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400', 'M12 17.500v.1'],
};

export function icon(name) {
  return svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' },
    SHAPES[name].map((d) => svg('path', { d })));
}

/// The same inside another picture.
export function iconAt(name, x, y, size) {
  return svg('g', { class: 'icon', transform: `translate(${x} ${y}) scale(${size / 24})`, 'aria-hidden': 'true' },
    SHAPES[name].map((d) => svg('path', { d })));
}
