// Writing: a box that completes names and commands, sends by Enter, and keeps what was begun in each place.

import { show } from "./acting.js";
import * as api from "./api.js";
import { Completion } from "./complete.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { addAside } from "./inbox.js";
import { refresh } from "./live.js";
import { channel, notices, state } from "./state.js";
import { say } from "./words.js";

const LONGEST = 4000;
const begun = new Map();

/** Called with {channel, thread, text} whenever something was said or commanded. */
export const whenSent = new Set();

/** Put words into a channel's box for the played person, whether it is shown now or once they get there. */
export function begin(room, text) {
  const place = { as: state.as, channel: room, thread: "" };
  begun.set(keyOf(place), text);
  for (const listener of whenBegun) listener(place, text);
}

const whenBegun = new Set();

export class Composer {
  /** `thread` is the id of the thread's root, or empty for the channel itself. */
  constructor() {
    this.place = { as: "", channel: "", thread: "" };
    this.box = el("textarea", { class: "growing", rows: 1, maxLength: LONGEST });
    this.trouble = el("p", { class: "trouble", attrs: { role: "alert" }, hidden: true });
    this.button = el("button", { class: "send", type: "submit", attrs: { "aria-label": say("page.send") }, title: say("page.send") }, icon("send"));
    this.completion = new Completion(this.box);
    this.hint = el("p", { class: "composer-hint", text: say("page.composer_hint") });
    this.element = el("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); this.send(); } } },
      this.completion.list, this.trouble, el("div", { class: "composer-box" }, this.box, this.button), this.hint);
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("input", () => this.noteWords());
    whenBegun.add((place, text) => { if (keyOf(place) === keyOf(this.place)) this.write(text); });
  }

  /** Stand in a place, with what was begun there. */
  standIn(place) {
    const room = channel(place.channel);
    const words = place.thread ? say("page.write_reply") : say("page.write_in", { channel: room?.name ?? "" });
    this.box.placeholder = words;
    this.box.setAttribute("aria-label", words);
    if (keyOf(place) === keyOf(this.place)) return;
    this.place = place;
    this.write(begun.get(keyOf(place)) ?? "");
    this.trouble.hidden = true;
    this.completion.close();
  }

  /** Put words into the box. */
  write(text) {
    this.box.value = text;
    this.noteWords();
  }

  noteWords() {
    begun.set(keyOf(this.place), this.box.value);
    this.button.disabled = !this.box.value.trim();
    this.box.rows = Math.min(10, this.box.value.split("\n").length);
  }

  key(event) {
    if (event.isComposing || this.completion.takes(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.send();
  }

  async send() {
    const text = this.box.value;
    const place = this.place;
    if (!text.trim() || this.isSending) return;
    this.isSending = true;
    this.trouble.hidden = true;
    this.element.classList.add("is-sending");
    try {
      if (isCommand(text)) await command(place, text);
      else await api.postMessage({ as: place.as, channel: place.channel, thread: place.thread || undefined, text });
      this.sent(place, text);
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      this.trouble.textContent = error.sentence;
      this.trouble.hidden = false;
      return;
    } finally {
      this.isSending = false; // before it is shown, so that the next one can be sent already
      this.element.classList.remove("is-sending");
    }
    await refresh();
    for (const listener of whenSent) listener({ ...place, text });
  }

  /** Take what was sent out of the box; what was written meanwhile stays. */
  sent(place, text) {
    begun.delete(keyOf(place));
    if (keyOf(place) === keyOf(this.place)) this.write(this.box.value.startsWith(text) ? this.box.value.slice(text.length) : this.box.value);
    this.completion.close();
  }
}

const keyOf = ({ as, channel: room, thread }) => `${as} ${room} ${thread}`;
const isCommand = (text) => /^\/double(\s|$)/.test(text.trim());

async function command(place, text) {
  const known = new Set(notices().map(markOf));
  const ask = () => api.command(place.as, place.channel, text.trim());
  const answer = await ask();
  await refresh();
  if (state.as !== place.as) return;
  const again = async () => show(await ask(), again);
  if (answer.view) show(answer, again);
  else if (!notices().some((one) => one.channel === place.channel && !known.has(markOf(one)))) {
    addAside(place.channel, place.thread || null, answer.text); // unless a notice says it already, and goes on saying it
  }
}

const markOf = (notice) => `${notice.id} ${notice.at} ${notice.text}`;
