// The middle: a channel with its messages and its box; and at the right, a thread of it.

import * as api from "./api.js";
import { chooseAny } from "./chooser.js";
import { Composer } from "./composer.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { noticesIn } from "./inbox.js";
import { readEarlier, refresh } from "./live.js";
import { showMessages, walkByKeys } from "./messages.js";
import { channelAddress, go } from "./route.js";
import { change, channel, state, waiting } from "./state.js";
import { toast } from "./toast.js";
import { confirmFirst } from "./window.js";
import { say } from "./words.js";

const NEAR_END = 120; // pixels from the foot within which the newest message is followed

/** A scrolled list of messages that follows the newest, unless one has scrolled up. */
class Stream {
  constructor(label) {
    this.list = el("div", { class: "messages" });
    this.earlier = el("button", { class: "button button-small earlier", type: "button", text: say("page.earlier"), hidden: true, on: { click: () => this.readEarlier() } });
    this.nothing = el("p", { class: "stream-nothing", hidden: true });
    this.element = el("div", { class: "stream", tabIndex: 0, attrs: { role: "log", "aria-live": "off", "aria-label": label } }, this.earlier, this.nothing, this.list);
    this.shown = "";
    this.isAtEnd = true;
    walkByKeys(this.element);
    this.element.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.element;
      this.isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    });
    new ResizeObserver(() => this.followEnd()).observe(this.element);
  }

  followEnd() {
    if (this.isAtEnd) this.element.scrollTop = this.element.scrollHeight;
  }

  /** Show messages; `name` says what they are of: another one begins at its newest. */
  show(name, content, { hasEarlier = false, nothing = "" } = {}) {
    if (name !== this.shown) this.isAtEnd = true;
    const height = this.element.scrollHeight;
    showMessages(this.list, content);
    this.earlier.hidden = !hasEarlier;
    this.nothing.hidden = this.list.children.length > 0;
    this.nothing.textContent = nothing;
    this.shown = name;
    if (this.isReadingUp) this.element.scrollTop += this.element.scrollHeight - height;
    else this.followEnd();
    this.isReadingUp = false;
  }

  clear() {
    this.shown = "";
    fill(this.list);
  }

  async readEarlier() {
    this.isReadingUp = true;
    this.earlier.disabled = true;
    await readEarlier();
    this.earlier.disabled = false;
  }

  /** Bring a message into sight and give it the keyboard; say whether it is here. */
  goTo(id) {
    const row = this.list.querySelector(`[data-key="${CSS.escape(id)}"]`);
    if (row) this.isAtEnd = false;
    row?.scrollIntoView({ block: "center" });
    row?.focus({ preventScroll: true });
    return Boolean(row);
  }
}

/** A channel. */
export class Room {
  constructor(openDrawer, startTour) {
    this.stream = new Stream(say("page.messages_label"));
    this.composer = new Composer();
    this.head = el("header", { class: "room-head" });
    this.notice = el("p", { class: "room-notice" });
    this.openDrawer = openDrawer;
    this.startTour = startTour;
    this.element = el("section", { class: "room" }, this.head, this.stream.element, this.composer.element);
  }

  show() {
    const { route } = state;
    const room = channel(route.channel);
    if (!room) return;
    const title = el("h1", { class: "room-title" }, icon(room.private ? "lock" : "hash"), el("span", { text: room.name }));
    const isRehearsal = state.workspace.rehearsal;
    const mark = JSON.stringify([room, Boolean(state.workspace.story), state.as, isRehearsal, waiting().length]);
    if (mark !== this.mark) {
      this.mark = mark;
      this.notice.textContent = "";
      fill(this.notice, icon("robot"), el("span", { text: say(isRehearsal ? "page.rehearsal_notice" : "page.general_notice", { channel: room.name }) }));
      fill(this.head, headRow(this, el("div", { class: "room-titles" }, title, room.outsiders && el("p", { class: "room-purpose", text: say("page.outsiders") }), room.purpose && el("p", { class: "room-purpose", text: room.purpose })), leaveTool(room)), this.notice);
    }
    this.composer.standIn({ as: state.as, channel: room.id, thread: "" });
    if (state.shownChannel !== room.id) return;
    const openThread = route.thread && `${room.id}/${route.thread}`; // what belongs to it stands there
    const notices = noticesIn(room.id).filter((one) => !openThread || one.thread !== openThread);
    const content = { messages: state.messages, notices, isThread: false };
    this.stream.show(`${state.as} ${room.id}`, content, { hasEarlier: state.hasEarlier, nothing: say("page.channel_empty", { channel: room.name }) });
    if (state.wantsBox === room.id) this.takeKeyboard();
  }

  takeKeyboard() {
    state.wantsBox = "";
    this.composer.box.focus();
  }
}

/** The row at the top of any page: the drawer's button, a title, and ways to go elsewhere. */
export function headRow(owner, title, ownTool = null) {
  return el("div", { class: "head-row" },
    drawerButton(owner),
    title,
    ownTool,
    tool("search", say("page.jump_title"), chooseAny, "head-jump"),
    state.workspace.story && tool("help", say("page.tour_start"), owner.startTour));
}

function tool(name, label, take, names = "") {
  return el("button", { class: `icon-button ${names}`, type: "button", title: label, on: { click: take }, attrs: { "aria-label": label } }, icon(name));
}

/** The way out of a channel, for those who are in it. */
function leaveTool(room) {
  if (!room.members.includes(state.as)) return null;
  const label = say("page.leave_channel", { channel: room.name });
  return tool("leave", label, () => leave({ label, confirm: say("page.leave_channel_confirm", { channel: room.name }), look: "danger" }, room.id));
}

async function leave(asked, room) {
  if (!(await confirmFirst(asked))) return;
  try {
    await api.leaveChannel(room, state.as);
    await refresh();
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    toast(error.sentence);
  }
}

/** Where the left side is a drawer, its button tells what it would: that drafts wait. */
function drawerButton(owner) {
  const n = waiting().length;
  const label = n ? `${say("page.open_sidebar")} · ${say("page.waiting", { n })}` : say("page.open_sidebar");
  return el("button", { class: "icon-button drawer-button", type: "button", title: label, on: { click: owner.openDrawer }, attrs: { "aria-label": label } },
    icon("menu"), n > 0 && el("span", { class: "badge", text: String(n) }));
}

/** A thread, beside its channel. */
export class ThreadPane {
  constructor() {
    this.stream = new Stream(say("page.thread_label"));
    this.composer = new Composer();
    this.place = el("span", { class: "thread-place" });
    const close = { class: "icon-button", type: "button", on: { click: () => this.close() }, attrs: { "aria-label": say("page.close_thread") }, title: say("page.close_thread") };
    this.element = el("aside", { class: "thread", hidden: true, attrs: { "aria-label": say("page.thread_label") } },
      el("header", { class: "thread-head" }, el("h2", { class: "thread-title", text: say("page.thread") }), this.place, el("button", close, icon("close"))),
      this.stream.element, this.composer.element);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !state.editing) this.close();
    });
  }

  show() {
    const { route } = state;
    const isOpen = route.page === "channel" && Boolean(route.thread);
    const wasOpen = !this.element.hidden;
    this.element.hidden = !isOpen;
    if (!isOpen) {
      this.stream.clear();
      return;
    }
    const root = `${route.channel}/${route.thread}`;
    this.place.textContent = `#${channel(route.channel)?.name ?? ""}`;
    this.composer.standIn({ as: state.as, channel: route.channel, thread: root });
    if (state.shownChannel !== route.channel) return;
    const messages = state.messages.filter((one) => one.id === root || one.thread === root);
    this.stream.show(`${state.as} ${root}`, { messages, notices: noticesIn(route.channel, root), isThread: true }, { nothing: say("page.thread_gone") });
    if (!wasOpen && !state.lit && matchMedia("(pointer: fine)").matches) this.composer.box.focus();
  }

  close() {
    const { channel: room } = state.route;
    change({ lit: "" });
    go(channelAddress(room));
  }
}
