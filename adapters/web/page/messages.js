// Messages as rows: who said what, when, what it rests on, and what one can do with it.

import { press } from "./acting.js";
import * as api from "./api.js";
import { el, keep } from "./dom.js";
import { icon } from "./icons.js";
import { noticeRow } from "./inbox.js";
import { avatar, doubleAvatar } from "./people.js";
import { sourcesLine, split } from "./reply.js";
import { go, messageAddress, threadAddress } from "./route.js";
import { calendar, change, channel, dateOf, nameOf, state } from "./state.js";
import { editable, link, shown } from "./text.js";
import { toast } from "./toast.js";
import { confirmFirst } from "./window.js";
import { comma, say } from "./words.js";

const TOGETHER = 5 * 60; // seconds within which one author's messages stand under one name

/**
 * Show messages, with what was told to the played person between them. `notices` stand at their time, or beneath the
 * thread they belong to; `isThread` says that this is one thread, its root first.
 */
export function showMessages(list, { messages, notices, isThread }) {
  const replies = isThread ? new Map() : Map.groupBy(messages.filter((one) => one.thread), (one) => one.thread);
  const roots = isThread ? messages : messages.filter((one) => !one.thread);
  const beneath = Map.groupBy(notices.filter((one) => !isThread && one.thread), (one) => one.thread);
  const between = notices.filter((one) => isThread || !one.thread);
  const rows = [];
  let last = null;
  let day = "";
  const tell = (until) => {
    while (between.length && Date.parse(between[0].at) < until) {
      rows.push(noticeRow(between.shift()));
      last = null;
    }
  };
  for (const message of roots) {
    const at = dateOf(message.ts);
    tell(at.getTime());
    const today = calendar().key(at);
    if (!isThread && today !== day) {
      rows.push(dayRow(today, calendar().day(at)));
      last = null;
    }
    day = today;
    rows.push(messageRow(message, { isTogether: isTogether(last, message), answers: replies.get(message.id) ?? [], isThread }));
    if (isThread && message === roots[0]) rows.push(countRow(roots.length - 1));
    last = isThread && message === roots[0] ? null : message;
    for (const notice of beneath.get(message.id) ?? []) {
      rows.push(noticeRow(notice));
      last = null;
    }
    if (replies.has(message.id)) last = null;
  }
  tell(Infinity);
  keep(list, rows);
}

function isTogether(last, message) {
  const isClose = last && Number(message.ts) - Number(last.ts) < TOGETHER;
  return Boolean(isClose && last.author === message.author && !last.label && !message.label && !last.deleted && !message.deleted);
}

const dayRow = (key, words) => ({
  key: `day ${key}`,
  mark: words,
  make: () => el("div", { class: "day", attrs: { role: "separator" } }, el("span", { text: words })),
});

const countRow = (n) => ({
  key: "count",
  mark: String(n),
  make: () => el("div", { class: "day day-replies" }, el("span", { text: say(n ? "page.replies" : "page.no_replies", { n }) })),
});

function messageRow(message, { isTogether: together, answers, isThread }) {
  const isEdited = state.editing === message.id && !message.deleted;
  const isLit = state.lit === message.id;
  const takeBack = takeBackButton(message);
  const summary = answers.length ? [answers.length, answers.at(-1).ts, answers.map((one) => one.label ?? one.author)] : [];
  const seen = [message, together, summary, isThread, isEdited, isLit, takeBack, state.as, state.people.length, channelsSeen()];
  return {
    key: message.id,
    mark: JSON.stringify(seen),
    make: () => makeMessage(message, { together, answers, isThread, isEdited, isLit, takeBack }),
  };
}

/** The channels' names, on which the sources' words rest. */
const channelsSeen = () => state.channels.map((one) => one.id).join();

function makeMessage(message, { together, answers, isThread, isEdited, isLit, takeBack }) {
  const names = ["message", together && "message-together", message.label && "message-double", message.deleted && "message-gone", isLit && "message-lit"];
  const isQuiet = together && !message.label;
  const label = `${message.label ?? nameOf(message.author)}${comma()}${calendar().full(dateOf(message.ts))}`;
  return el("article", { class: names.filter(Boolean).join(" "), tabIndex: -1, attrs: { "aria-label": label } },
    el("div", { class: "message-side" }, isQuiet ? timeLink(message) : picture(message)),
    el("div", { class: "message-main" },
      !isQuiet && header(message),
      isEdited ? editor(message) : words(message),
      message.label && sourcesLine(message),
      canBeDoubted(message) && doubt(message),
      !isThread && answers.length > 0 && replySummary(message, answers)),
    !isEdited && toolbar(message, { isThread, takeBack }));
}

const picture = (message) => (message.worker ? doubleAvatar() : avatar(message.author));

/** Time as a link to the message, so that it can be copied and opened anywhere. */
function timeLink(message) {
  const at = dateOf(message.ts);
  return el("a", {
    class: "time",
    href: messageAddress(message.channel, message.ts.toString()),
    title: calendar().full(at),
    text: calendar().clock(at),
    tabIndex: -1,
  });
}

function header(message) {
  if (!message.label) {
    const name = message.worker ? say("page.double_name") : nameOf(message.author);
    return el("div", { class: "message-head" }, el("span", { class: "author", text: name }), timeLink(message));
  }
  const [, manner] = split(message);
  return el("div", { class: "message-head" },
    el("span", { class: "author author-double", text: message.label }),
    manner && el("span", { class: "manner", text: manner }),
    timeLink(message));
}

function words(message) {
  const [, , said] = split(message);
  const edited = message.edited && !message.deleted && !message.worker;
  return el("div", { class: "words" }, shown(said), edited && el("span", { class: "edited", text: ` ${say("page.edited")}` }));
}

function replySummary(message, answers) {
  const faces = new Map(answers.map((one) => [one.worker ? "double" : one.author, one]));
  const last = answers.at(-1);
  return el("a", { class: "reply-summary", href: threadAddress(message.channel, message.ts) },
    el("span", { class: "faces" }, [...faces.values()].slice(0, 4).map((one) => (one.worker ? doubleAvatar("small") : avatar(one.author, { size: "small" })))),
    el("span", { class: "reply-count", text: say("page.replies", { n: answers.length }) }),
    el("span", { class: "reply-last", text: say("page.last_reply", { when: calendar().short(dateOf(last.ts)) }) }));
}

/** The way to take a double's reply back, for its worker alone: their inbox holds it, with the reply's address. */
function takeBackButton(message) {
  if (!message.label || message.worker !== state.as) return null;
  const address = messageAddress(message.channel, message.ts);
  const mine = state.inbox.find((item) => item.kind === "reply" && item.links.some((one) => one.url.endsWith(address)));
  return mine?.buttons.find((one) => one.name === "retract") ?? null;
}

/** A double's reply can be doubted by everybody but its worker, who can take it back. */
const canBeDoubted = (message) => Boolean(message.label && message.key && message.worker !== state.as);

function doubt(message) {
  const button = { name: "not_right", target: message.key, values: { worker: message.worker } };
  return el("div", { class: "doubt" },
    el("button", { class: "text-button", type: "button", text: say("page.not_right"), on: { click: () => press(button) } }));
}

function toolbar(message, { isThread, takeBack }) {
  const isMine = message.author === state.as && !message.deleted;
  const root = message.thread ? message.thread.split("/")[1] : message.ts;
  const tool = (name, label, take) =>
    el("button", { class: "icon-button", type: "button", title: label, on: { click: take }, attrs: { "aria-label": label } }, icon(name));
  return el("div", { class: "toolbar", attrs: { role: "toolbar", "aria-label": say("page.message_tools") } },
    !isThread && tool("reply", say("page.reply"), () => go(threadAddress(message.channel, root))),
    tool("link", say("page.copy_link"), () => copyAddress(message)),
    isMine && tool("edit", say("page.edit"), () => change({ editing: message.id })),
    isMine && tool("trash", say("page.delete"), () => remove(message)),
    takeBack && el("button", { class: "text-button", type: "button", text: takeBack.label, on: { click: () => press(takeBack) } }));
}

async function copyAddress(message) {
  await navigator.clipboard.writeText(new URL(messageAddress(message.channel, message.ts), location.href).href);
  toast(say("page.link_copied"));
}

async function remove(message) {
  if (!(await confirmFirst({ confirm: say("page.delete_confirm"), label: say("page.delete"), look: "danger" }))) return;
  await attempt(() => api.deleteMessage(message.id, state.as));
}

async function attempt(act) {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    toast(error.sentence);
    return false;
  }
}

function editor(message) {
  const box = el("textarea", { class: "growing", rows: 2, maxLength: 4000, attrs: { "aria-label": say("page.edit_label") } });
  box.value = editable(message.text);
  const stop = () => change({ editing: "" });
  const save = async () => {
    if (!box.value.trim()) return remove(message);
    if (await attempt(() => api.editMessage(message.id, state.as, box.value))) stop();
    return null;
  };
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") stop();
    else if (event.key === "Enter" && !event.shiftKey) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  queueMicrotask(() => {
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  });
  return el("div", { class: "message-editor" }, box,
    el("div", { class: "button-row" },
      el("button", { class: "button button-primary button-small", type: "button", text: say("page.save"), on: { click: save } }),
      el("button", { class: "button button-small", type: "button", text: say("page.never_mind"), on: { click: stop } })));
}

/** Arrow keys go from message to message; from the list itself to the newest. */
export function walkByKeys(list) {
  list.addEventListener("keydown", (event) => {
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || event.target.matches("textarea, input")) return;
    const all = [...list.querySelectorAll(".message")];
    const at = all.indexOf(event.target.closest(".message"));
    const next = at < 0 ? all.at(-1) : all[at + (event.key === "ArrowUp" ? -1 : 1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
