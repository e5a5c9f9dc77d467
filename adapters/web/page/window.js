// The one window over the page: a view to read or fill in, or a question before something that cannot be undone.

import { carryOut, showView } from "./acting.js";
import { el, fill, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { toastShelf } from "./toast.js";
import { renderButton, renderElements } from "./view.js";
import { say } from "./words.js";

let open = null;

/** The kind of the view that is open, or none. */
export const openKind = () => open?.dataset.kind ?? "";

/** Called with the view whenever one opens. */
export const whenOpened = new Set();

/** Open a view in the window, in place of the one that is open. `again` makes it afresh after a change within it. */
export function openView(view, again = null) {
  const titleId = freshId("window");
  const sheet = makeSheet(view, titleId, again);
  if (open) {
    open.dataset.kind = view.kind;
    open.setAttribute("aria-labelledby", titleId);
    fill(open, sheet, toastShelf());
  } else {
    open = el("dialog", { class: "window", data: { kind: view.kind }, attrs: { "aria-labelledby": titleId } }, sheet);
    closable(open, () => isChanged(open), closeWindow);
    document.body.append(open);
    open.showModal();
    open.append(toastShelf());
  }
  const field = sheet.querySelector("[autofocus]") ?? sheet.querySelector(".window-title");
  field.focus();
  sheet.querySelector(".window-body").scrollTop = 0;
  for (const listener of whenOpened) listener(view);
}

/** Close the window; the keyboard returns to where it was. */
export function closeWindow() {
  if (!open) return;
  const closing = open;
  open = null;
  document.body.append(toastShelf());
  closing.close();
  closing.remove();
}

function makeSheet(view, titleId, again) {
  const trouble = el("p", { class: "trouble", attrs: { role: "alert" }, hidden: true });
  const refuse = (sentence) => {
    trouble.textContent = sentence;
    trouble.hidden = false;
    trouble.scrollIntoView({ block: "nearest" });
  };
  const run = (isFoot) => async (button, pressed) => {
    trouble.hidden = true;
    pressed.disabled = true;
    const answer = await carryOut(button, { target: view.target, fields: isFoot ? body.values() : {}, refuse });
    pressed.disabled = false;
    if (answer?.view) showView(answer.view, again);
    else if (answer && isFoot) closeWindow();
    else if (answer && again) await again();
  };
  const body = renderElements(view.elements, run(false), 3);
  const main = body.nodes.flatMap((node) => [...(node.matches("textarea") ? [node] : node.querySelectorAll("textarea"))])[0];
  if (main) main.setAttribute("autofocus", "");
  return el("div", { class: `sheet sheet-${view.kind}` },
    el("header", { class: "window-head" },
      el("h2", { class: "window-title", id: titleId, text: view.title, attrs: { tabindex: "-1" } }), closeButton(closeWindow)),
    el("div", { class: "window-body" }, body.nodes),
    el("footer", { class: "window-foot" }, trouble,
      view.buttons?.length > 0 && el("div", { class: "button-row" }, view.buttons.map((one) => renderButton(one, run(true))))));
}

function closeButton(close) {
  return el("button", { class: "icon-button", type: "button", on: { click: close }, attrs: { "aria-label": say("close") } }, icon("close"));
}

/** Escape, a click beside the window and a followed link close it; words written in it are not thrown away unasked. */
function closable(dialog, isFull, close) {
  const leave = async () => {
    if (!isFull() || (await confirmFirst({ confirm: say("discard_words"), label: say("discard"), look: "danger" }))) close();
  };
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("leave", close);
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog) leave();
  });
}

function isChanged(dialog) {
  return [...dialog.querySelectorAll("textarea[data-initial], input[data-initial]")].some((box) => box.value !== box.dataset.initial);
}

/** Ask once more. Resolves to whether to go on. */
export function confirmFirst(button) {
  return new Promise((resolve) => {
    const id = freshId("confirm");
    const done = (isYes) => () => {
      dialog.close();
      dialog.remove();
      resolve(isYes);
    };
    const look = button.look === "danger" ? "button-danger" : "button-primary";
    const no = el("button", { class: "button", type: "button", text: say("never_mind"), on: { click: done(false) } });
    const yes = el("button", { class: `button ${look}`, type: "button", text: button.label, on: { click: done(true) } });
    const dialog = el("dialog", { class: "window window-small", attrs: { role: "alertdialog", "aria-labelledby": id } },
      el("p", { id, class: "confirm-text", text: button.confirm }), el("div", { class: "button-row" }, yes, no));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      done(false)();
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}
