// Short sentences at the foot of the page, read out as they come: what was done, and a way back where there is one.

import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { say } from "./words.js";

const shelf = el("div", { class: "toasts", attrs: { role: "status", "aria-live": "polite" } });
const READING = 70; // milliseconds for each character, so that a long receipt stays long enough

/** The shelf; it moves into an open window so that it can be seen and reached there. */
export function toastShelf() {
  return shelf;
}

/** Say something; `action` {label, take} stands beside it for `seconds`. */
export function toast(text, { action = null, seconds = Math.max(6, (text.length * READING) / 1000) } = {}) {
  const close = () => {
    clearTimeout(timer);
    shown.remove();
  };
  const shown = el("div", { class: "toast" }, el("span", { class: "toast-text", text }));
  if (action) {
    const take = () => {
      close();
      action.take();
    };
    shown.append(el("button", { class: "toast-action", type: "button", text: action.label, on: { click: take } }));
    shown.append(el("span", { class: `toast-time seconds-${seconds}`, attrs: { "aria-hidden": "true" } }));
  }
  const away = { class: "icon-button", type: "button", on: { click: close }, attrs: { "aria-label": say("dismiss") } };
  shown.append(el("button", away, icon("close")));
  let timer = setTimeout(close, seconds * 1000);
  if (!action) {
    // What stands under the pointer is being read: it stays. An Undo keeps its time.
    shown.addEventListener("pointerenter", () => clearTimeout(timer));
    shown.addEventListener("pointerleave", () => { timer = setTimeout(close, 2000); });
  }
  while (shelf.children.length > 2) shelf.firstElementChild.remove();
  shelf.append(shown);
  return close;
}

/** Take every toast away. */
export function clearToasts() {
  fill(shelf);
}
