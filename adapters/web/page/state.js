// What the page knows. One object; whoever changes it says so, and whoever shows it listens.

import { Calendar, speaks } from "./words.js";

export const state = {
  workspace: { rehearsal: false, understudy: null, story: null, tour: "" },
  people: [],
  channels: [],
  as: "",
  turns: 0, // how often one chose whom to play, the same person again included
  route: { page: "none" },
  shownChannel: "", // the channel that `messages` are of
  messages: [],
  hasEarlier: false,
  inbox: [],
  asides: [], // what `/double` answered, for the eyes of the played person alone: {id, as, channel, thread, text, at}
  home: null,
  isConnected: true,
  editing: "", // id of the message that is being changed
  lit: "", // id of the message that a link led to
  wantsBox: "", // id of the channel whose box gets the keyboard once it is shown
};

const listeners = new Set();
let isAnnounced = false;

/** Call back after changes, several of one moment taken together. */
export function listen(listener) {
  listeners.add(listener);
}

/** Change what the page knows. */
export function change(patch) {
  Object.assign(state, patch);
  if (isAnnounced) return;
  isAnnounced = true;
  queueMicrotask(() => {
    isAnnounced = false;
    for (const listener of listeners) listener(state);
  });
}

export const person = (id) => state.people.find((known) => known.id === id);
export const channel = (id) => state.channels.find((known) => known.id === id);
/** Those who can be played: everybody whose account is open. */
export const players = () => state.people.filter((known) => known.active);
export const me = () => person(state.as);
export const understudy = () => state.workspace.understudy;
export const isUnderstudy = (id) => understudy()?.id === id;

/** What to call a person, whoever it is. */
export function nameOf(id) {
  if (isUnderstudy(id)) return understudy().name;
  return person(id)?.name ?? id;
}

/** The drafts that wait for the played person's decision. */
export function waiting() {
  return state.inbox.filter((item) => item.kind === "draft" && item.state !== "open" && item.state !== "over");
}

/** What the played person was told and may still read: notices with words in them, oldest first. */
export function notices() {
  return state.inbox.filter((item) => "quiet" in item && item.text).reverse();
}

let kept = { key: "", calendar: null };

/** The played person's calendar, in the language the page speaks to them. */
export function calendar() {
  const { locale: wanted = "en", time_zone: zone = "UTC" } = me() ?? {};
  const locale = speaks(wanted);
  const key = `${locale} ${zone}`;
  if (kept.key !== key) kept = { key, calendar: new Calendar(locale, zone, now) };
  return kept.calendar;
}

let clockOffset = 0;

/** Follow the server's clock, which a test may have moved. */
export function followClock(serverNow) {
  if (serverNow) clockOffset = new Date(serverNow).getTime() - Date.now();
}

/** This moment, by the server's clock. */
export function now() {
  return new Date(Date.now() + clockOffset);
}

/** A message's stamp (`1767865200.000100`, seconds) as a date. */
export const dateOf = (stamp) => new Date(Number(stamp.split(".")[0]) * 1000);
