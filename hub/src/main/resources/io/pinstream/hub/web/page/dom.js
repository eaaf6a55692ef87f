// Makes DOM from text. Everything that a device says goes through here, as text: there is no way to pass HTML.

const SVG = 'http://www.w3.org/2000/svg';

/// An element: el('p', { class: 'note', on: { click } }, 'text', child). `css` sets properties by CSSOM, which the
/// policy of the page allows, unlike a style attribute.
export function el(name, props = {}, ...children) {
  return fill(document.createElement(name), props, children);
}

export function svg(name, props = {}, ...children) {
  return fill(document.createElementNS(SVG, name), props, children);
}

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (key === 'on') {
      Object.entries(value).forEach(([type, listener]) => node.addEventListener(type, listener));
    } else if (key === 'css') {
      Object.entries(value).forEach(([property, setting]) => node.style.setProperty(property, setting));
    } else if (key === 'data') {
      Object.assign(node.dataset, value);
    } else if (key.startsWith('on') || key === 'style' || key === 'srcdoc') {
      throw new Error(`${key} is not set as an attribute here`);
    } else {
      node.setAttribute(key, value === true ? '' : String(value));
    }
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/// Changes the text of a node if it is another one: what has not changed is not laid out anew, and a screen reader
/// does not read it again.
export function say(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
  return node;
}

/// A message in place of content: what is empty, loading or wrong, in words.
export function notice(kind, title, detail, ...more) {
  return el('div', { class: `notice ${kind}`, role: kind === 'error' ? 'alert' : 'status' },
    el('strong', {}, title), detail ? el('p', {}, detail) : null, more);
}

export function problemNotice(problem, ...more) {
  return notice('error', problem.title ?? 'Something went wrong', problem.message, more);
}
