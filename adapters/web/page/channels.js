// The left side: whom one plays, the channels, the played person's double, and the people.

import { chooseAny, choosePerson } from "./chooser.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, doubleAvatar } from "./people.js";
import { playAs } from "./playing.js";
import { channelAddress, doubleAddress } from "./route.js";
import { me, players, state, waiting } from "./state.js";
import { comma, say } from "./words.js";

const SHOWN = 14; // people listed at once; a rehearsal may have hundreds

export function makeSidebar() {
  return el("nav", { class: "sidebar", id: "sidebar", attrs: { "aria-label": say("page.sidebar_label") } });
}

let shownMark = "";

/** Show the left side, if anything in it changed. */
export function showSidebar(sidebar) {
  const counted = waiting().length;
  const mark = JSON.stringify([state.as, state.people, state.channels, state.route, counted]);
  if (mark === shownMark) return;
  shownMark = mark;
  const focused = sidebar.contains(document.activeElement) ? document.activeElement.dataset.key : "";
  const top = sidebar.scrollTop;
  fill(sidebar, head(), playing(), double(counted), channels(), people());
  sidebar.scrollTop = top;
  if (focused) sidebar.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function head() {
  const look = { class: "icon-button", type: "button", title: say("page.jump_title"), on: { click: chooseAny }, data: { key: "jump" }, attrs: { "aria-label": say("page.jump") } };
  return el("div", { class: "sidebar-head" },
    el("span", { class: "workspace-name", text: state.workspace.name || say("page.workspace") }), el("button", look, icon("search")));
}

function playing() {
  const person = me();
  if (!person) return null;
  return el("button", { class: "playing", type: "button", on: { click: choosePerson }, data: { key: "playing" }, attrs: { "aria-haspopup": "dialog" } },
    avatar(person.id),
    el("span", { class: "playing-words" }, el("span", { class: "playing-as", text: say("page.playing_as") }), el("span", { class: "playing-name", text: person.name })),
    icon("switch"));
}

function double(counted) {
  const isHere = state.route.page === "double";
  return el("a", { class: "side-row side-double", href: doubleAddress, data: { key: "double" }, attrs: { "aria-current": isHere ? "page" : null } },
    doubleAvatar("small"),
    el("span", { class: "side-words" }, el("span", { class: "side-name", text: say("page.my_double") }), counted > 0 && el("span", { class: "side-news", text: say("page.waiting", { n: counted }) })),
    counted > 0 && el("span", { class: "badge", text: String(counted), attrs: { "aria-hidden": "true" } }));
}

function channels() {
  const rows = [...state.channels].sort((a, b) => Number(a.private) - Number(b.private) || a.name.localeCompare(b.name)).map((one) => {
    const isHere = state.route.page === "channel" && state.route.channel === one.id;
    return el("li", {}, el("a", { class: "side-row", href: channelAddress(one.id), data: { key: `c ${one.id}` }, attrs: { "aria-current": isHere ? "page" : null } },
      icon(one.private ? "lock" : "hash"), el("span", { class: "side-name", text: one.name }), one.private && el("span", { class: "unseen", text: say("page.private_channel") })));
  });
  return section(say("page.channels"), rows);
}

function people() {
  const known = players();
  const rows = known.slice(0, SHOWN).map((one) => el("li", {}, personRow(one)));
  if (known.length > SHOWN) {
    rows.push(el("li", {}, el("button", { class: "side-row side-more", type: "button", text: say("page.all_people", { n: known.length }), on: { click: choosePerson }, data: { key: "all" } })));
  }
  return section(say("page.people"), rows);
}

/** Everybody keeps their place; who is played now is marked. */
function personRow(one) {
  const isMe = one.id === state.as;
  const words = isMe ? `${one.name}${comma()}${say("page.played_now")}` : say("page.play_as", { name: one.name });
  return el("button", { class: "side-row", type: "button", title: words, on: { click: () => playAs(one.id) }, data: { key: `p ${one.id}` }, attrs: { "aria-label": words, "aria-current": isMe ? "true" : null } },
    avatar(one.id, { size: "small" }), el("span", { class: "side-name", text: one.name }), isMe && el("span", { class: "side-me", text: say("page.played_now") }));
}

function section(title, rows) {
  return el("section", { class: "side-section" }, el("h2", { class: "side-title", text: title }), el("ul", {}, rows));
}
