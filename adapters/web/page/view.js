// One renderer for every element of a view (bot/views.py). The names of the types are the ones the API sends.

import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { link, shown } from "./text.js";
import { say } from "./words.js";

/**
 * Show a view's elements. `press(button, isFoot)` is called for a button; returns {nodes, values}: `values()` reads the
 * fields as the API wants them.
 */
export function renderElements(elements, press, depth = 2) {
  const readers = [];
  const nodes = elements.flatMap((element) => MAKERS[element.type]?.(element, { press, readers, depth }) ?? []);
  return { nodes, values: () => Object.fromEntries(readers.map(([name, read]) => [name, read()])) };
}

/** A button as a view describes it. */
export function renderButton(button, press) {
  const looks = { primary: "button-primary", danger: "button-danger" };
  return el("button", {
    class: `button ${looks[button.look] ?? ""}`,
    type: "button",
    text: button.label,
    data: { action: button.name },
    on: { click: (event) => press(button, event.currentTarget) },
  });
}

const MAKERS = { heading, text, facts, item, empty, tick, choices, datefield, textfield, secretfield, filefield, fold };

function heading({ text: words }, { depth }) {
  return el(`h${depth}`, { class: "view-heading", text: words });
}

function text({ text: words, look }) {
  const tag = look === "quote" ? "blockquote" : "div";
  return el(tag, { class: `view-text view-text-${look || "plain"}` }, shown(words));
}

function facts({ rows }) {
  const pairs = rows.map(([label, value]) => el("div", {}, el("dt", { text: label }), el("dd", {}, shown(value))));
  return el("dl", { class: "view-facts" }, pairs);
}

function item(element, { press }) {
  const { title, details = [], links = [], buttons = [], facts: receipt = [] } = element;
  const small = [
    ...details.map((detail) => el("span", { text: detail })),
    ...links.map((one) => link(one.url, one.label)),
  ];
  return el("article", { class: "view-item" },
    el("div", { class: "view-item-body" },
      title && el("div", { class: "view-item-title" }, shown(title)),
      element.text && el("div", { class: "view-item-text" }, shown(element.text)),
      small.length > 0 && el("div", { class: "view-item-details" }, small),
      receipt.length > 0 && folded(say("page.receipt"), [facts({ rows: receipt })], false)),
    buttons.length > 0 && el("div", { class: "view-item-buttons" }, buttons.map((one) => renderButton(one, press))));
}

function empty(element, { press }) {
  const buttons = (element.buttons ?? []).map((one) => renderButton(one, press));
  return el("div", { class: "view-empty" }, element.text && el("p", {}, shown(element.text)), buttons.length > 0 && el("div", { class: "button-row" }, buttons));
}

function tick({ name, label, hint, value }, { readers }) {
  const id = freshId("tick");
  const box = el("input", { type: "checkbox", id, name, checked: Boolean(value) });
  describe(box, id, hint);
  readers.push([name, () => box.checked]);
  return el("div", { class: "field field-tick" }, box, el("div", {}, el("label", { htmlFor: id, text: label }), hintOf(id, hint)));
}

function choices({ name, label, options, hint }, { readers }) {
  const id = freshId("choices");
  const boxes = options.map(([value, , chosen]) => el("input", { type: "checkbox", name, value, checked: Boolean(chosen) }));
  const rows = options.map(([, words], at) => el("label", { class: "choice" }, boxes[at], el("span", { text: words })));
  readers.push([name, () => boxes.filter((box) => box.checked).map((box) => box.value)]);
  const all = (isChosen) => () => boxes.forEach((box) => { box.checked = isChosen; });
  const quick = options.length > 4 && el("div", { class: "choice-quick" },
    el("button", { class: "text-button", type: "button", text: say("page.choose_all"), on: { click: all(true) } }),
    el("button", { class: "text-button", type: "button", text: say("page.choose_none"), on: { click: all(false) } }));
  const frame = el("fieldset", { class: "field" }, el("legend", { text: label }), hintOf(id, hint), el("div", { class: "choice-list" }, rows), quick);
  describe(frame, id, hint);
  return frame;
}

function datefield({ name, label, value, earliest, latest, hint }, { readers }) {
  const id = freshId("date");
  const box = el("input", { type: "date", id, name, min: earliest, max: latest, value });
  describe(box, id, hint);
  readers.push([name, () => box.value]);
  return el("div", { class: "field" }, el("label", { htmlFor: id, text: label }), box, hintOf(id, hint));
}

function textfield({ name, label, value, hint, lines, limit }, { readers }) {
  const id = freshId("text");
  const common = { id, name, maxLength: limit, class: lines > 1 ? "growing" : "" };
  const box = lines > 1 ? el("textarea", { ...common, rows: lines }) : el("input", { ...common, type: "text" });
  box.value = value ?? "";
  box.dataset.initial = box.value;
  describe(box, id, hint);
  readers.push([name, () => box.value]);
  return el("div", { class: "field" }, el("label", { htmlFor: id, text: label }), box, hintOf(id, hint));
}

function secretfield({ name, label, hint, limit }, { readers }) {
  const id = freshId("secret");
  const box = el("input", { id, name, type: "password", maxLength: limit, autocomplete: "off", spellcheck: false });
  const eye = el("input", { type: "checkbox", on: { change: () => { box.type = eye.checked ? "text" : "password"; } } });
  describe(box, id, hint);
  readers.push([name, () => box.value]);
  return el("div", { class: "field" }, el("label", { htmlFor: id, text: label }), box,
    el("label", { class: "choice" }, eye, el("span", { text: say("page.show_secret") })), hintOf(id, hint));
}

function filefield({ name, label, hint, ending, limit }, { readers }) {
  const id = freshId("file");
  const box = el("input", { id, name, type: "file", accept: ending });
  const trouble = el("p", { class: "trouble", hidden: true, text: say("page.file_large"), attrs: { role: "alert" } });
  const chosen = () => (box.files[0]?.size <= limit ? box.files[0] : undefined);
  box.addEventListener("change", () => { trouble.hidden = !box.files[0] || Boolean(chosen()); });
  describe(box, id, hint);
  readers.push([name, chosen]);
  return el("div", { class: "field" }, el("label", { htmlFor: id, text: label }), box, trouble, hintOf(id, hint));
}

function fold({ title, elements, is_open: isOpen }, around) {
  const inner = renderElements(elements, around.press, around.depth + 1);
  around.readers.push(...Object.keys(inner.values()).map((name) => [name, () => inner.values()[name]]));
  return folded(title, inner.nodes, isOpen);
}

function folded(title, nodes, isOpen) {
  return el("details", { class: "view-fold", open: Boolean(isOpen) },
    el("summary", {}, icon("fold"), el("span", { text: title })), el("div", { class: "view-fold-body" }, nodes));
}

function hintOf(id, hint) {
  return hint ? el("p", { class: "hint", id: `${id}-hint`, text: hint }) : null;
}

function describe(field, id, hint) {
  if (hint) field.setAttribute("aria-describedby", `${id}-hint`);
}
