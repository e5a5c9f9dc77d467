// Notices: what only the played person sees, in the place it belongs to.

import { press } from "./acting.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { doubleAvatar } from "./people.js";
import { sourcesLine, split } from "./reply.js";
import { calendar, change, notices, now, state } from "./state.js";
import { link, shown } from "./text.js";
import { toast } from "./toast.js";
import { renderButton } from "./view.js";
import { say } from "./words.js";

const DISMISS = "dismiss";

/** What the played person was told in one channel, and what `/double` answered there, in the order of time. */
export function noticesIn(channel, thread = "") {
  const asides = state.asides.filter((one) => one.as === state.as);
  const near = [...notices(), ...asides].filter((one) => one.channel === channel && (!thread || one.thread === thread));
  return near.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** What the played person was told that belongs to no place. */
export const noticesAtLarge = () => notices().filter((one) => !one.channel && one.kind !== "announcement");

/** Keep what `/double` answered, to be shown where it was typed. */
export function addAside(channel, thread, text) {
  const id = `aside-${Date.now()}-${state.asides.length}`;
  const aside = { id, as: state.as, channel, thread, text, at: now().toISOString(), state: "over", buttons: [], links: [] };
  change({ asides: [...state.asides, aside] });
}

/** One notice as a row. */
export function noticeRow(notice) {
  return {
    key: `notice ${notice.id}`,
    mark: JSON.stringify([notice, state.as]),
    make: () => el("div", { class: `notice notice-${notice.state} ${hasOnlyDismiss(notice) ? "notice-slim" : ""}`, attrs: { role: "note" } },
      el("div", { class: "notice-eyes" }, icon("eye"), el("span", { text: say("page.only_you") }),
        el("span", { class: "time", text: calendar().short(new Date(notice.at)) })),
      el("div", { class: "notice-text" }, shown(notice.text)),
      notice.reply && shownReply(notice.reply),
      (notice.links.length > 0 || null) && el("div", { class: "notice-links" }, notice.links.map((one) => link(one.url, one.label))),
      el("div", { class: "button-row" }, buttonsOf(notice))),
  };
}

/** An answer approved before, as it would stand in the room: label first, sources beneath. */
function shownReply(reply) {
  const [label, manner, said] = split(reply);
  return el("article", { class: "notice-reply", attrs: { "aria-label": label } },
    el("div", { class: "message-side" }, doubleAvatar()),
    el("div", { class: "message-main" },
      el("div", { class: "message-head" }, el("span", { class: "author author-double", text: label }), el("span", { class: "manner", text: manner })),
      el("div", { class: "words" }, shown(said)),
      sourcesLine(reply)));
}

function buttonsOf(notice) {
  const made = notice.buttons.map((one) => {
    const button = renderButton(one, press);
    button.classList.add("button-small");
    return button;
  });
  if (!isDismissible(notice)) return made;
  return [...made, el("button", { class: "text-button", type: "button", text: say("page.dismiss"), on: { click: () => dismiss(notice) } })];
}

/** What waits is called off or decided; anything else can be taken down. */
function isDismissible({ kind, buttons }) {
  return !["waiting", "announcement", "reused"].includes(kind) && !buttons.some((one) => one.name === DISMISS);
}

const hasOnlyDismiss = ({ kind, buttons }) => isDismissible({ kind, buttons: [] }) && buttons.every((one) => one.name === DISMISS);

function dismiss(notice) {
  if (notice.as) change({ asides: state.asides.filter((one) => one.id !== notice.id) });
  else press({ name: DISMISS, target: notice.id });
}

/** Ring for what was told elsewhere than where the played person looks. A quiet one only stands there. */
export function ring(told) {
  for (const item of told) {
    const isHere = item.channel && item.channel === state.shownChannel;
    if (!("quiet" in item) || item.quiet || isHere || !item.text) continue;
    const actions = item.buttons.slice(0, 1).map((one) => ({ label: one.label, take: () => press(one) }));
    toast(item.text, { actions, seconds: 12 });
  }
}
