// The first-run tour: five steps that can be done by hand or by a button, along the top of the page, never in the way.

import { afterwards, press } from "./acting.js";
import * as api from "./api.js";
import { whenSent } from "./composer.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
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
  /** `write(text)` puts words into the channel's box. */
  constructor(write) {
    this.write = write;
    this.step = -1;
    this.done = new Set();
    this.element = el("section", { class: "tour", hidden: true, attrs: { "aria-label": say("page.tour_label") } });
    whenSent.add(({ as, text }) => {
      if (as === this.story?.asker && text.includes("@")) this.finish("ask");
    });
    whenOpened.add((kind) => {
      if (kind === "review" && state.as === this.story?.worker) this.finish("review");
    });
    afterwards.add((name) => {
      if (["approve", "edit"].includes(name) && state.as === this.story?.worker) this.finish("send");
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
    const mark = JSON.stringify([name, state.as, this.done.has(name), waiting().length, state.route.page, state.channels.length]);
    if (mark === this.mark) return;
    this.mark = mark;
    const hadFocus = this.element.contains(document.activeElement);
    fill(this.element, this.words(), this.tools(name));
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

  tools(name) {
    const isLast = this.step === STEPS.length - 1;
    const next = { class: "button button-small", type: "button", text: say(isLast ? "page.tour_finish" : "page.tour_next"), on: { click: () => this.goTo(this.step + 1) } };
    const doing = this.doing(name);
    if (!doing) next.class = "button button-small button-primary";
    const back = { class: "text-button", type: "button", text: say("page.tour_back"), on: { click: () => this.goTo(this.step - 1) } };
    const skip = { class: "icon-button", type: "button", title: say("page.tour_skip"), on: { click: () => this.goTo(STEPS.length) }, attrs: { "aria-label": say("page.tour_skip") } };
    return el("div", { class: "tour-tools" }, doing, el("button", next), this.step > 0 && el("button", back), el("button", skip, icon("close")));
  }

  /** The button that does the step. */
  doing(name) {
    const known = this.names();
    const does = {
      ask: [say("page.tour_ask_do", known), () => this.ask()],
      review: state.as === this.story.worker ? [say("page.tour_review_do"), () => this.review()] : [say("page.play_as", { name: known.worker }), () => this.playWorker()],
      send: state.as === this.story.asker ? null : [say("page.play_as", { name: known.asker }), () => this.seeReply()],
      join: [say("page.tour_join_do", known), () => this.join()],
      look: state.route.page === "double" ? null : [say("page.tour_look_do"), () => go(doubleAddress)],
    }[name];
    return does && el("button", { class: "button button-small button-primary", type: "button", text: does[0], on: { click: does[1] } });
  }

  async ask() {
    const { asker, worker, channel: room, question } = this.story;
    await playAs(asker);
    go(channelAddress(room));
    this.write(`@${understudy().handle} @${person(worker).handle} ${question}`);
  }

  async playWorker() {
    await playAs(this.story.worker);
    go(doubleAddress);
  }

  async review() {
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
    go(channelAddress(this.story.channel));
    this.write("/double join");
  }
}
