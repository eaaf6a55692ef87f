// The line as a picture: devices → broker → hub → Kafka → outlets. Drawn at its real size, across or, where it is
// narrow, down; so that its text is as large as any other.

import { svg } from './dom.js';
import { iconAt } from './icons.js';

const NARROW = 760;
const BOX = { width: 158, height: 104 };
const ROW = { height: 72, gap: 40 };

/// @param nodes [{ name, title, figure, note, state }]: state is '', 'warning', 'error' or 'off'
/// @param links [{ label, more, flow }]: what runs from each node to the next, what waits; flow in events a second
export function drawPicture(root, nodes, links) {
  const width = Math.floor(root.clientWidth);
  if (width === 0) {
    return;
  }
  const drawing = width < NARROW ? down(width, nodes, links) : across(width, nodes, links);
  const words = nodes.map((n) => `${n.title}: ${n.figure}${n.note ? `, ${n.note}` : ''}`).join('. ');
  // What has the same shape keeps its nodes, so that what moves in it goes on moving.
  const shape = `${width} ${nodes.map((n) => n.state)} ${links.map((l) => pace(l.flow))}`;
  if (root.dataset.shape === shape) {
    const texts = root.querySelectorAll('text');
    drawing.querySelectorAll('text').forEach((text, i) => {
      if (texts[i].textContent !== text.textContent) {
        texts[i].textContent = text.textContent;
      }
    });
    root.firstChild.setAttribute('aria-label', words);
    return;
  }
  root.dataset.shape = shape;
  drawing.setAttribute('aria-label', words);
  root.replaceChildren(drawing);
}

function across(width, nodes, links) {
  const box = Math.min(BOX.width, (width - 4 * 58) / nodes.length);
  const gap = (width - box * nodes.length) / (nodes.length - 1);
  const middle = BOX.height / 2 + 1;
  const picture = svg('svg', { class: 'picture', role: 'img', width, height: BOX.height + 2 });
  links.forEach((link, i) => {
    const from = (box + gap) * i + box;
    picture.append(line(from + 7, middle, from + gap - 7, middle, link),
      svg('text', { x: from + gap / 2, y: middle - 12, class: 'flow' }, link.label),
      svg('text', { x: from + gap / 2, y: middle + 23, class: 'flow' }, link.more ?? ''));
  });
  nodes.forEach((node, i) => {
    const left = (box + gap) * i;
    const centre = left + box / 2;
    picture.append(svg('g', { class: `node ${node.state}` },
      svg('rect', { x: left + 1, y: 1, width: box - 2, height: BOX.height, rx: 12 }),
      iconAt(node.name, left + 14, 15, 20),
      svg('text', { x: left + 42, y: 30, class: 'title' }, node.title),
      svg('text', { x: centre, y: 65, class: 'figure middle' }, node.figure),
      svg('text', { x: centre, y: 87, class: 'note middle' }, node.note)));
  });
  return picture;
}

function down(width, nodes, links) {
  const height = nodes.length * ROW.height + links.length * ROW.gap + 2;
  const picture = svg('svg', { class: 'picture', role: 'img', width, height });
  links.forEach((link, i) => {
    const from = (ROW.height + ROW.gap) * i + ROW.height;
    picture.append(line(34, from + 6, 34, from + ROW.gap - 5, link),
      svg('text', { x: 50, y: from + ROW.gap / 2 + 5, class: 'flow start' },
        [link.label, link.more].filter(Boolean).join(' · ')));
  });
  nodes.forEach((node, i) => {
    const top = (ROW.height + ROW.gap) * i + 1;
    picture.append(svg('g', { class: `node ${node.state}` },
      svg('rect', { x: 1, y: top, width: width - 2, height: ROW.height, rx: 12 }),
      iconAt(node.name, 22, top + 24, 24),
      svg('text', { x: 62, y: top + 42, class: 'title' }, node.title),
      svg('text', { x: width - 18, y: top + 33, class: 'figure end' }, node.figure),
      svg('text', { x: width - 18, y: top + 55, class: 'note end' }, node.note)));
  });
  return picture;
}

function line(x1, y1, x2, y2, link) {
  return svg('g', { class: 'link' },
    svg('line', { x1, y1, x2, y2 }),
    link.flow > 0 ? svg('line', { x1, y1, x2, y2, class: `moving pace${pace(link.flow)}` }) : null);
}

/// 0 to 4, a step for each power of ten.
function pace(flow) {
  return flow > 0 ? Math.max(1, Math.min(4, Math.floor(Math.log10(flow)) + 1)) : 0;
}
