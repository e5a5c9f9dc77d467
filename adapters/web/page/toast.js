// Short sentences at the foot of the page, read out as they come: what was done, and a way back where there is one.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { say } from "./words.js";

const READING = 70; // milliseconds for each character, so that a long receipt stays long enough
const AT_ONCE = 3;
const shelf = el("div", { class: "toasts", attrs: { role: "status", "aria-live": "polite" } });

/** The shelf they stand on; it moves into an open window, to be seen and reached there. */
export const toastShelf = () => shelf;

/** Take everything down that was said to somebody else. */
export const clearToasts = () => shelf.replaceChildren();

/** Take down what was said about one draft: something newer is true of it. */
export function clearAbout(id) {
  for (const one of [...shelf.children]) if (id && one.dataset.about === id) one.remove();
}

/**
 * Say something, `about` a draft's id if it is about one. `actions` [{label, take}] stand beside it; with them it
 * stays for exactly `seconds`.
 */
export function toast(text, { about = "", actions = [], seconds = Math.max(6, (text.length * READING) / 1000) } = {}) {
  const close = () => {
    clearTimeout(timer);
    made.remove();
  };
  const buttons = actions.map(({ label, take }) => {
    const pressed = () => {
      close();
      take();
    };
    return el("button", { class: "toast-action", type: "button", text: label, on: { click: pressed } });
  });
  const away = { class: "icon-button", type: "button", on: { click: close }, attrs: { "aria-label": say("page.dismiss") } };
  const made = el("div", { class: "toast", data: { about } }, el("span", { class: "toast-text", text }), buttons, el("button", away, icon("close")));
  let timer = setTimeout(close, seconds * 1000);
  if (!actions.length) {
    // What stands under the pointer is being read, so it stays; a way back keeps its time.
    made.addEventListener("pointerenter", () => clearTimeout(timer));
    made.addEventListener("pointerleave", () => { timer = setTimeout(close, 2000); });
  }
  clearAbout(about);
  while (shelf.children.length >= AT_ONCE) shelf.firstElementChild.remove();
  shelf.append(made);
}
