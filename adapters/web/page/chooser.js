// Going anywhere by a few letters: a channel, one's double, or another person to play.

import { el, fill, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, doubleAvatar, isCalled } from "./people.js";
import { playAs } from "./playing.js";
import { channelAddress, doubleAddress, go } from "./route.js";
import { players as playable, state } from "./state.js";
import { say } from "./words.js";

const MOST = 60;
let open = null;

export const chooseAny = () => choose(say("page.jump"), say("page.jump_hint"), (words) => [...places(words), ...players(words)]);
export const choosePerson = () => choose(say("page.choose_person"), say("page.choose_person_hint"), players);

function places(words) {
  const wanted = words.toLocaleLowerCase().replace(/^#/, "");
  const rooms = state.channels.filter((one) => one.name.toLocaleLowerCase().includes(wanted)).map((one) => ({
    name: one.name,
    hint: one.purpose,
    picture: icon(one.private ? "lock" : "hash"),
    take: () => enter(one.id),
  }));
  const double = { name: say("page.my_double"), hint: "", picture: doubleAvatar("small"), take: () => go(doubleAddress) };
  return double.name.toLocaleLowerCase().includes(wanted) ? [...rooms, double] : rooms;
}

/** Go to a channel to write there; where a keyboard would slide in, to read there. */
function enter(room) {
  state.wantsBox = matchMedia("(pointer: fine)").matches ? room : "";
  go(channelAddress(room));
}

function players(words) {
  return playable().filter((one) => isCalled(one.id, words)).map((one) => ({
    name: one.name,
    hint: [one.id === state.as && say("page.played_now"), one.role, `@${one.handle}`].filter(Boolean).join(" · "),
    picture: avatar(one.id, { size: "small" }),
    take: () => playAs(one.id),
  }));
}

function choose(title, hint, find) {
  open?.close();
  const id = freshId("choose");
  let offers = [];
  let at = 0;
  const list = el("ul", { class: "chooser-list", id, attrs: { role: "listbox", "aria-label": title } });
  const box = el("input", {
    class: "chooser-box",
    type: "text",
    placeholder: hint,
    autocomplete: "off",
    attrs: { role: "combobox", "aria-label": title, "aria-controls": id, "aria-expanded": "true", "aria-autocomplete": "list" },
  });
  const dialog = el("dialog", { class: "window window-chooser", attrs: { "aria-label": title } }, el("div", { class: "chooser-head" }, icon("search"), box), list);
  const take = (offer) => {
    dialog.close();
    offer?.take();
    if (document.activeElement === document.body) document.querySelector("main").focus();
  };
  const point = () => {
    [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", `${id}-${at}`);
  };
  const look = () => {
    offers = find(box.value.trim()).slice(0, MOST);
    at = 0;
    const rows = offers.map((offer, index) => el("li", { class: "offer", id: `${id}-${index}`, attrs: { role: "option" }, on: { click: () => take(offer) } },
      offer.picture, el("span", { class: "offer-name", text: offer.name }), el("span", { class: "offer-hint", text: offer.hint })));
    fill(list, rows.length ? rows : el("li", { class: "chooser-none", text: say("page.nothing_found"), attrs: { role: "option", "aria-disabled": "true" } }));
    if (rows.length) point();
  };
  box.addEventListener("input", look);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offers.length) {
      at = (at + step + offers.length) % offers.length;
      point();
    } else if (event.key === "Enter" && !event.isComposing) take(offers[at]);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    open = null;
  });
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog) dialog.close();
  });
  open = dialog;
  document.body.append(dialog);
  dialog.showModal();
  look();
  box.focus();
}
