// The first-run tour: five steps that can be done by hand or by a button, along the top of the page, never in the way.

import { afterwards, press } from "./acting.js";
import * as api from "./api.js";
import { begin, whenSent } from "./composer.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { refresh } from "./live.js";
import { playAs } from "./playing.js";
import { channelAddress, doubleAddress, go, threadAddress } from "./route.js";
import { channel, listen, nameOf, person, state, understudy, waiting } from "./state.js";
import { whenOpened } from "./window.js";
import { say } from "./words.js";

const STEPS = ["ask", "review", "send", "join", "look"];
const TITLES = ["page.tour_ask_title", "page.tour_review_title", "page.tour_send_title", "page.tour_join_title", "page.tour_look_title"];
const TEXTS = ["page.tour_ask_text", "page.tour_review_text", "page.tour_send_text", "page.tour_join_text", "page.tour_look_text"];
const OVER = "over";

export class Tour {
  constructor() {
    this.step = -1;
    this.done = new Set();
    this.isUnfolded = false; // on a small screen the title stands alone until one asks for more
    this.element = el("section", { class: "tour", hidden: true, attrs: { "aria-label": say("page.tour_label") } });
    whenSent.add(({ as, text }) => {
      if (as === this.story?.asker && text.includes("@")) this.finish("ask");
    });
    whenOpened.add((kind) => {
      if (kind === "review" && state.as === this.story?.worker) this.finish("review");
    });
    afterwards.add((name) => {
      if (["approve", "edit"].includes(name) && state.as === this.story?.worker) this.finish("send");
      if (name === "undo" && state.as === this.story?.worker && this.done.delete("send")) this.show();
      if (name === "consent" && state.as === this.story?.joiner) this.finish("join");
    });
    listen(() => {
      if (state.route.page === "double" && STEPS[this.step] === "look") this.finish("look");
      this.show();
    });
  }

  get story() {
    return state.workspace.story;
  }

  /** Begin at the first run, or go on where it was left. */
  begin() {
    const { story, tour } = state.workspace;
    if (!story || tour === OVER) return;
    this.step = Math.max(0, STEPS.indexOf(tour));
    this.show();
  }

  restart() {
    this.done.clear();
    this.goTo(0);
    this.element.focus();
  }

  goTo(step) {
    this.step = step < STEPS.length ? step : -1;
    this.mark = "";
    this.show();
    api.noteTour(STEPS[this.step] ?? OVER).catch(() => {}); // a tour that is not remembered is only shown again
  }

  /** A step was done: the next one stands ready. */
  finish(name) {
    if (STEPS[this.step] !== name || this.done.has(name)) return;
    this.done.add(name);
    if (name === "send" || name === "look") this.show(); // there is something to look at before going on
    else this.goTo(this.step + 1);
  }

  show() {
    const name = STEPS[this.step];
    const isShown = Boolean(name && this.story && person(this.story.asker));
    this.element.hidden = !isShown;
    if (!isShown) return;
    const doing = this.doing(name);
    const mark = JSON.stringify([name, doing?.[0], this.isUnfolded, state.channels.length]);
    if (mark === this.mark) return;
    this.mark = mark;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.classList.toggle("tour-unfolded", this.isUnfolded);
    fill(this.element, this.words(), this.tools(doing));
    if (hadFocus) (this.element.querySelector(".button-primary") ?? this.element).focus();
  }

  words() {
    const known = this.names();
    return el("div", { class: "tour-words", attrs: { "aria-live": "polite" } },
      el("p", { class: "tour-count" }, STEPS.map((one, at) => el("span", { class: at <= this.step ? "dot dot-on" : "dot", attrs: { "aria-hidden": "true" } })),
        el("span", { text: say("page.tour_count", { n: this.step + 1, total: STEPS.length }) })),
      el("h2", { class: "tour-title", text: say(TITLES[this.step], known) }),
      el("p", { class: "tour-text", text: say(TEXTS[this.step], known) }));
  }

  names() {
    const { asker, worker, joiner, channel: room } = this.story;
    const first = (id) => nameOf(id).split(" ")[0];
    return { asker: first(asker), worker: first(worker), joiner: first(joiner), channel: channel(room)?.name ?? "" };
  }

  /** The step's own button, and the ways on, back and out. `doing` is [label, take], or nothing. */
  tools(doing) {
    const isLast = this.step === STEPS.length - 1;
    const look = "button button-small";
    const next = { class: doing ? look : `${look} button-primary`, type: "button", text: say(isLast ? "page.tour_finish" : "page.tour_next"), on: { click: () => this.goTo(this.step + 1) } };
    const back = { class: "text-button", type: "button", text: say("page.tour_back"), on: { click: () => this.goTo(this.step - 1) } };
    const skip = { class: "icon-button", type: "button", title: say("page.tour_skip"), on: { click: () => this.goTo(STEPS.length) }, attrs: { "aria-label": say("page.tour_skip") } };
    return el("div", { class: "tour-tools" },
      doing && el("button", { class: `${look} button-primary`, type: "button", text: doing[0], on: { click: doing[1] } }),
      el("button", next), this.step > 0 && el("button", back), this.foldButton(), el("button", skip, icon("close")));
  }

  /** On a small screen alone: the words beneath the title, or not. */
  foldButton() {
    const unfold = () => {
      this.isUnfolded = !this.isUnfolded;
      this.show();
      this.element.querySelector(".tour-fold").focus();
    };
    const label = say("page.tour_more");
    return el("button", { class: "icon-button tour-fold", type: "button", title: label, on: { click: unfold }, attrs: { "aria-label": label, "aria-expanded": this.isUnfolded } }, icon("fold"));
  }

  /** What does the step: the label of its button, and what it does. */
  doing(name) {
    const known = this.names();
    return {
      ask: () => [say("page.tour_ask_do", known), () => this.ask()],
      review: () => this.deciding(known),
      send: () => this.sending(known),
      join: () => [state.as === this.story.joiner ? say("page.tour_join_write") : say("page.tour_join_do", known), () => this.join()],
      look: () => (state.route.page === "double" ? null : [say("page.tour_look_do"), () => go(doubleAddress)]),
    }[name]();
  }

  deciding(known) {
    if (state.as !== this.story.worker) return [say("page.play_as", { name: known.worker }), () => this.playWorker()];
    return [say("page.tour_review_do"), () => this.review()];
  }

  /** Until the draft is sent it is to be opened; then there is something for its asker to see. */
  sending(known) {
    const { asker, worker } = this.story;
    const isSent = this.done.has("send");
    const waits = { [worker]: waiting().length > 0, [asker]: state.inbox.some((one) => one.kind === "waiting") }[state.as] ?? true;
    if (waits && !isSent) return this.deciding(known);
    return state.as === asker ? null : [say("page.play_as", { name: known.asker }), () => this.seeReply()];
  }

  async ask() {
    const { asker, worker, channel: room, question } = this.story;
    await playAs(asker);
    this.write(room, `@${understudy().handle} @${person(worker).handle} ${question}`);
  }

  async playWorker() {
    go(doubleAddress); // first, since following an address closes windows, and a draft may be opened at once
    await playAs(this.story.worker);
  }

  async review() {
    if (!waiting().length) await refresh();
    const [draft] = waiting();
    const button = draft?.buttons.find((one) => one.name === "review");
    if (button) await press(button);
    else go(doubleAddress);
  }

  /** Go and see the newest reply of the worker's double where its asker sees it. */
  async seeReply() {
    const { asker, worker, channel: room } = this.story;
    await playAs(asker);
    const replies = (await api.messages(room, asker, 200)).filter((one) => one.worker === worker && one.thread);
    go(replies.length ? threadAddress(room, replies.at(-1).thread.split("/")[1]) : channelAddress(room));
  }

  async join() {
    await playAs(this.story.joiner);
    this.write(this.story.channel, "/double join");
  }

  /** Put words into a channel's box, and the keyboard with them, once the channel is shown. */
  write(room, text) {
    begin(room, text);
    state.wantsBox = room;
    go(channelAddress(room));
  }
}
