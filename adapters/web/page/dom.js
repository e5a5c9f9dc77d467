// Elements are made here and nowhere from strings of HTML: text can never become markup.

/** Make an element. `props`: class, text, on {event: listener}, data {}, attrs {}; anything else is a property. */
export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  const { class: names, text, on = {}, data = {}, attrs = {}, ...properties } = props;
  if (names) made.className = names;
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attrs)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
  Object.assign(made.dataset, data);
  Object.assign(made, properties);
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Keep a parent's children in step with `rows` [{key, mark, make}]: a row whose mark is unchanged keeps its element. */
export function keep(parent, rows) {
  const standing = new Map();
  for (const child of [...parent.children]) standing.set(child.dataset.key, child);
  let before = parent.firstElementChild;
  for (const { key, mark, make } of rows) {
    let child = standing.get(key);
    standing.delete(key);
    if (!child || child.dataset.mark !== mark) {
      const fresh = make();
      fresh.dataset.key = key;
      fresh.dataset.mark = mark;
      if (child) {
        if (child === before) before = fresh;
        child.replaceWith(fresh);
      }
      child = fresh;
    }
    if (child === before) before = before.nextElementSibling;
    else parent.insertBefore(child, before);
  }
  for (const gone of standing.values()) gone.remove();
}

/** Put these in place of all that an element holds. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
}

/** A short id, unique on this page, to tie a label to its field. */
let counted = 0;
export function freshId(stem) {
  counted += 1;
  return `${stem}-${counted}`;
}

/** Whether the keyboard is in a field one writes in. */
export function isWriting(target) {
  return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}
