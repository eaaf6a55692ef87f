// A table of any length: only the rows that are in sight are in the document. Rows have one height; the head stays in
// place; arrow keys walk, Enter opens, a click on a head sorts.

import { el, say } from './dom.js';

const SPARE = 8; // rows beyond what is in sight, so that scrolling does not flicker

/// @param columns [{ name, title, cell(row) → node or text, sort?(row), wide? }]; wide ones go first where it is narrow
/// @param key names a row; @param open(row) opens it
export function table(root, { columns, label, key, open, height, sorted }) {
  const head = el('tr', { 'aria-rowindex': '1' });
  // One cell: more would make columns where some are left out.
  const above = el('tr', { class: 'space', 'aria-hidden': 'true' }, el('td', {}));
  const below = el('tr', { class: 'space', 'aria-hidden': 'true' }, el('td', {}));
  const body = el('tbody', {}, above, below);
  const grid = el('table', { 'aria-label': label, role: 'grid' }, el('thead', {}, head), body);
  const scroller = el('div', { class: 'scroller' }, grid);
  root.append(scroller);

  let order = { column: columns.find((c) => c.name === sorted) ?? columns[0], down: false };
  let rows = [];
  let marked = 0;
  const shown = new Map(); // by key: the row's element and what it shows

  const heads = columns.map((column) => {
    const button = el('button', { class: 'sort', disabled: !column.sort,
      on: { click: () => sortBy(column) } }, column.title);
    const cell = el('th', { scope: 'col', class: `${column.wide ? 'wide' : ''} ${column.right ? 'right' : ''} c-${column.name}` }, button);
    head.append(cell);
    return cell;
  });

  const sortBy = (column) => {
    order = { column, down: order.column === column ? !order.down : column.down ?? false };
    set(rows);
  };

  const compare = (a, b) => {
    const [x, y] = [order.column.sort(a), order.column.sort(b)];
    const nothing = (x === undefined || x === null) - (y === undefined || y === null);
    const way = typeof x === 'string' ? x.localeCompare(y ?? '', 'en', { numeric: true }) : x - y;
    return nothing || (order.down ? -1 : 1) * way || (key(a) < key(b) ? -1 : 1);
  };

  const set = (given) => {
    const at = rows[marked] && key(rows[marked]);
    rows = [...given].sort(compare);
    marked = Math.max(0, rows.findIndex((row) => key(row) === at));
    heads.forEach((cell, i) => cell.setAttribute('aria-sort',
      columns[i] !== order.column ? 'none' : order.down ? 'descending' : 'ascending'));
    grid.setAttribute('aria-rowcount', String(rows.length + 1));
    draw();
  };

  const draw = () => {
    const first = Math.max(0, Math.floor(scroller.scrollTop / height) - SPARE);
    const fit = Math.ceil((scroller.clientHeight || 600) / height) + 2 * SPARE;
    const last = Math.min(rows.length, first + fit);
    const wanted = rows.slice(first, last);
    const keys = new Set(wanted.map(key));
    shown.forEach((row, name) => keys.has(name) || (row.remove(), shown.delete(name)));
    above.firstChild.style.setProperty('height', `${first * height}px`);
    below.firstChild.style.setProperty('height', `${(rows.length - last) * height}px`);
    let before = above;
    wanted.forEach((row, i) => {
      const element = shown.get(key(row)) ?? made(key(row));
      fill(element, row, first + i);
      if (before.nextSibling !== element) {
        before.after(element);
      }
      before = element;
    });
  };

  const made = (name) => {
    const row = el('tr', { class: 'row', data: { key: name } },
      columns.map((c) => el('td', { class: `${c.wide ? 'wide' : ''} ${c.right ? 'right' : ''} c-${c.name}` })));
    row.style.setProperty('height', `${height}px`);
    shown.set(name, row);
    return row;
  };

  const fill = (element, row, index) => {
    element.setAttribute('aria-rowindex', String(index + 2));
    element.tabIndex = index === marked ? 0 : -1;
    columns.forEach((column, i) => {
      const cell = element.children[i];
      const content = column.cell(row);
      if (content instanceof Node) {
        if (!cell.firstChild || !cell.firstChild.isEqualNode(content)) {
          cell.replaceChildren(content);
        }
      } else {
        say(cell, content);
      }
    });
  };

  const walk = (to) => {
    marked = Math.max(0, Math.min(rows.length - 1, to));
    const top = marked * height;
    const room = scroller.clientHeight - height - head.offsetHeight;
    if (top < scroller.scrollTop || top > scroller.scrollTop + room) {
      scroller.scrollTop = top < scroller.scrollTop ? top : top - room;
    }
    draw();
    shown.get(key(rows[marked]))?.focus({ preventScroll: true });
  };

  const rowOf = (event) => rows.find((row) => key(row) === event.target.closest('tr.row')?.dataset.key);
  const page = () => Math.max(1, Math.floor(scroller.clientHeight / height) - 2);
  const ways = { ArrowDown: () => 1, ArrowUp: () => -1, PageDown: page, PageUp: () => -page(),
    Home: () => -rows.length, End: () => rows.length };
  body.addEventListener('keydown', (event) => {
    const way = ways[event.key];
    if (way && rows.length > 0) {
      event.preventDefault();
      walk(marked + way());
    } else if (event.key === 'Enter' && rowOf(event)) {
      open(rowOf(event));
    }
  });
  body.addEventListener('click', (event) => {
    const row = rowOf(event);
    if (row && getSelection().isCollapsed) {
      marked = rows.indexOf(row);
      open(row);
    }
  });
  scroller.addEventListener('scroll', draw, { passive: true });
  const watcher = new ResizeObserver(draw);
  watcher.observe(scroller);

  return {
    set,
    enter: () => rows.length > 0 && walk(marked),
    end: () => watcher.disconnect(),
  };
}
