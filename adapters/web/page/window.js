// The one window over the page: a view to read or fill in; and the question before what cannot be undone.

import { carryOut, show } from "./acting.js";
import { el, fill, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { toastShelf } from "./toast.js";
import { renderButton, renderElements } from "./view.js";
import { say } from "./words.js";

let open = null;
const DOUBLE_CLICK = 400; // milliseconds

/** Called with a view's kind whenever one opens, and with nothing when the window closes. */
export const whenOpened = new Set();

/** Open a view in the window, in place of the one that is open. `again` makes it afresh after a change within it. */
export function openView(view, again = null) {
  const titleId = freshId("window");
  if (!open) openWindow();
  const place = open.dataset.kind === view.kind ? placeIn(open) : null;
  open.dataset.kind = view.kind;
  open.setAttribute("aria-labelledby", titleId);
  fill(open, makeSheet(view, titleId, again), toastShelf());
  if (place) returnTo(place);
  else focusFirst();
  for (const listener of whenOpened) listener(view.kind);
}

function focusFirst() {
  const isFine = matchMedia("(pointer: fine)").matches; // a keyboard that slides in would hide half of the window
  ((isFine && open.querySelector("textarea, input[type=text]")) || open.querySelector(".window-title")).focus();
  open.querySelector(".window-body").scrollTop = 0;
}

/** How far somebody has read in the open window, what they unfolded, and which of its buttons they pressed. */
function placeIn(sheet) {
  const body = sheet.querySelector(".window-body");
  const buttons = [...body.querySelectorAll("button")];
  const folds = foldsIn(body).filter(({ fold }) => fold.open);
  const unfolded = new Set(folds.flatMap(({ fold, name }) => [fold.textContent, name]).filter(Boolean));
  return { top: body.scrollTop, unfolded, pressed: buttons.indexOf(document.activeElement) };
}

/** Folds, with the name by which one is known again when what it counts has changed; none where several share it. */
function foldsIn(body) {
  const folds = [...body.querySelectorAll("details")];
  const names = folds.map((fold) => fold.querySelector("summary").textContent.replace(/\d+/g, ""));
  return folds.map((fold, at) => ({ fold, name: names.filter((one) => one === names[at]).length > 1 ? "" : names[at] }));
}

/** A list that is made afresh stays where it was; the keyboard goes on with what moved up. */
function returnTo({ top, unfolded, pressed }) {
  const body = open.querySelector(".window-body");
  for (const { fold, name } of foldsIn(body)) {
    if (unfolded.has(fold.textContent) || unfolded.has(name)) fold.open = true;
  }
  const next = pressed < 0 ? null : body.querySelectorAll("button")[pressed];
  (next ?? open.querySelector(".window-title")).focus({ preventScroll: true });
  body.scrollTop = top;
  body.style.pointerEvents = "none"; // the second click of a double one is not meant for what moved up
  setTimeout(() => { body.style.pointerEvents = ""; }, DOUBLE_CLICK);
}

function openWindow() {
  open = el("dialog", { class: "window" });
  closable(open);
  document.body.append(open);
  open.showModal();
}

/** Close the window; the keyboard returns to where it was. */
export function closeWindow() {
  if (!open) return;
  const closing = open;
  open = null;
  document.body.append(toastShelf());
  closing.close();
  closing.remove();
  if (document.activeElement === document.body) document.querySelector("main").focus(); // what opened it is gone
  for (const listener of whenOpened) listener("");
}

function makeSheet(view, titleId, again) {
  const trouble = el("p", { class: "trouble", attrs: { role: "alert" }, hidden: true });
  const run = (isFoot) => async (button, pressed) => {
    if (button.name === "close") return closeWindow();
    trouble.hidden = true;
    pressed.disabled = true;
    const refuse = (sentence) => {
      trouble.textContent = sentence;
      trouble.hidden = false;
    };
    const answer = await carryOut(button, { target: view.target, fields: isFoot ? body.values() : {}, refuse });
    pressed.disabled = false;
    if (answer) await follow(answer, isFoot, again);
    return null;
  };
  const body = renderElements(view.elements, run(false), 3);
  const title = el("h2", { class: "window-title", id: titleId, text: view.title, attrs: { tabindex: "-1" } });
  const close = { class: "icon-button", type: "button", on: { click: leave }, attrs: { "aria-label": say("page.close") } };
  const buttons = view.buttons.map((one) => renderButton(one, run(true)));
  return el("form", { class: `sheet sheet-${view.kind}`, noValidate: true, on: { submit: (event) => submitFirst(event, buttons) } },
    el("header", { class: "window-head" }, title, el("button", close, icon("close"))),
    el("div", { class: "window-body" }, body.nodes),
    el("footer", { class: "window-foot" }, trouble, buttons.length > 0 && el("div", { class: "button-row" }, buttons)));
}

/** Enter in a line of text presses the first button at the foot. */
function submitFirst(event, buttons) {
  event.preventDefault();
  buttons[0]?.click();
}

/** After a button: its view takes this one's place; words alone end a form, and renew a list. */
async function follow(answer, isFoot, again) {
  if (!answer.view && isFoot) closeWindow();
  show(answer, again);
  if (!answer.view && !isFoot && again && open) await again();
}

/** Escape, a click beside the window and a followed link close it; words written in it are not thrown away unasked. */
function closable(dialog) {
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog) leave();
  });
  dialog.addEventListener("leave", closeWindow);
}

async function leave() {
  const asked = { confirm: say("page.discard_words"), label: say("page.discard"), look: "danger" };
  if (!hasNewWords() || (await confirmFirst(asked))) closeWindow();
}

function hasNewWords() {
  return [...open.querySelectorAll("textarea[data-initial]")].some((box) => box.value !== box.dataset.initial);
}

/** Ask once more. Resolves to whether to go on. */
export function confirmFirst(button) {
  return new Promise((resolve) => {
    const id = freshId("confirm");
    const done = (isYes) => {
      dialog.close();
      dialog.remove();
      resolve(isYes);
    };
    const look = button.look === "danger" ? "button-danger" : "button-primary";
    const yes = el("button", { class: `button ${look}`, type: "button", text: button.label, on: { click: () => done(true) } });
    const no = el("button", { class: "button", type: "button", text: say("page.never_mind"), on: { click: () => done(false) } });
    const dialog = el("dialog", { class: "window window-small", attrs: { role: "alertdialog", "aria-labelledby": id } },
      el("p", { id, class: "confirm-text", text: button.confirm }), el("div", { class: "button-row" }, yes, no));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      done(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}
