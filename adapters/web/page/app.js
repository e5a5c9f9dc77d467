// Puts the page together and follows its address.

import * as api from "./api.js";
import { makeSidebar, showSidebar } from "./channels.js";
import { chooseAny } from "./chooser.js";
import { DoublePage } from "./double.js";
import { el, fill } from "./dom.js";
import { ring } from "./inbox.js";
import { keepUp, refresh, whenTold } from "./live.js";
import { firstPlayed, playAs } from "./playing.js";
import { Room, ThreadPane } from "./rooms.js";
import { channelAddress, go, parse, threadAddress } from "./route.js";
import { change, channel, listen, me, person, players, state, waiting } from "./state.js";
import { toast, toastShelf } from "./toast.js";
import { Tour } from "./tour.js";
import { closeWindow } from "./window.js";
import { learn, say } from "./words.js";

const NARROW = matchMedia("(max-width: 760px)");
const LIT = 4000; // milliseconds for which a message that a link led to stays lit

async function start() {
  const app = document.getElementById("app");
  try {
    learn(await api.words(navigator.language));
    const [workspace, people] = await Promise.all([api.workspace(), api.people()]);
    change({ workspace, people: people.filter((one) => !one.bot) });
    change({ as: firstPlayed() });
    await learnWords();
    change({ channels: state.as ? await api.channels(state.as) : [] });
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    fill(app, el("p", { class: "cannot-start", text: error.sentence || location.host }));
    setTimeout(() => location.reload(), 3000);
    return;
  }
  new Page(app).begin();
}

/** Learn the words in the played person's language. */
async function learnWords() {
  if (me()) learn(await api.words(me().locale));
}

class Page {
  constructor(app) {
    const openDrawer = () => this.openDrawer(true);
    const startTour = () => this.tour.restart();
    this.sidebar = makeSidebar();
    this.room = new Room(openDrawer, startTour);
    this.thread = new ThreadPane();
    this.double = new DoublePage(openDrawer, startTour);
    this.tour = new Tour();
    this.rehearsal = el("p", { class: "banner banner-rehearsal", attrs: { role: "note" }, hidden: true, text: say("page.rehearsal") });
    this.lost = el("p", { class: "banner banner-lost", attrs: { role: "status" }, hidden: true, text: say("page.connection_lost") });
    this.shade = el("div", { class: "shade", on: { click: () => this.openDrawer(false) } });
    this.nobody = el("p", { class: "cannot-start", hidden: true, text: say("page.nobody") });
    const middle = el("main", { class: "middle", tabIndex: -1 }, this.tour.element, this.nobody, this.room.element, this.double.element);
    fill(app, this.rehearsal, this.lost, el("div", { class: "frame" }, this.sidebar, this.shade, middle, this.thread.element));
    document.body.append(toastShelf());
  }

  begin() {
    listen(() => this.show());
    whenTold.add(ring);
    window.addEventListener("hashchange", () => this.follow());
    window.addEventListener("unhandledrejection", (event) => {
      if (!(event.reason instanceof api.ApiError)) return;
      event.preventDefault();
      this.trouble(event.reason);
    });
    document.addEventListener("keydown", (event) => this.key(event));
    NARROW.addEventListener("change", () => this.openDrawer(false));
    this.openDrawer(false);
    this.follow();
    this.tour.begin();
    keepUp(state.workspace.revision, (error) => this.trouble(error));
  }

  /** Follow the address: read what it leads to and show it. */
  async follow() {
    const route = parse(location.hash);
    const isKnown = route.page === "double" || (route.page === "channel" && channel(route.channel));
    if (!isKnown) {
      if (route.page === "channel") toast(say("page.channel_closed", { name: me()?.name ?? "" }));
      this.goHome();
      return;
    }
    closeWindow();
    this.openDrawer(false);
    change({ route, editing: "", lit: route.jump ? `${route.channel}/${route.jump}` : state.lit });
    await refresh();
    if (route.jump && state.route === route) this.jump(route);
  }

  /** Show a message that a link leads to: in its thread, if it is a reply, and lit for a while. */
  jump(route) {
    const id = `${route.channel}/${route.jump}`;
    const message = state.messages.find((one) => one.id === id);
    if (!message) {
      change({ lit: "" });
      toast(say("page.message_gone"));
      return;
    }
    if (message.thread) go(threadAddress(route.channel, message.thread.split("/")[1]), { isStep: false });
    requestAnimationFrame(() => {
      this.room.stream.goTo(message.thread ?? id);
      if (message.thread) this.thread.stream.goTo(id);
      setTimeout(() => { if (state.lit === id) change({ lit: "" }); }, LIT);
    });
  }

  /** The API declined, or is away: the person or the channel shown may be gone, so begin where one can be. */
  trouble(error) {
    if (error.code === "unreachable") change({ isConnected: false });
    else if (error.code === "unknown_person") location.reload();
    else toast(error.sentence);
    if (error.code === "unknown_channel") this.goHome();
  }

  goHome() {
    const first = channel(state.workspace.story?.channel) ?? state.channels[0];
    if (first) go(channelAddress(first.id), { isStep: false });
    else change({ route: { page: "none" } });
  }

  show() {
    const { route, workspace } = state;
    if (this.turns !== state.turns) this.openDrawer(false);
    this.turns = state.turns;
    this.rehearsal.hidden = !workspace.rehearsal;
    this.lost.hidden = state.isConnected;
    this.nobody.hidden = state.people.length > 0 && state.channels.length > 0;
    this.room.element.hidden = route.page !== "channel";
    if (route.page === "channel" && state.channels.length && !channel(route.channel) && state.shownChannel) this.goHome();
    showSidebar(this.sidebar);
    this.room.show();
    this.thread.show();
    this.double.show();
    document.title = this.title();
    if (!person(state.as)?.active && players().length) playAs(firstPlayed());
  }

  title() {
    const n = waiting().length;
    const place = state.route.page === "double" ? say("page.my_double") : `#${channel(state.route.channel)?.name ?? ""}`;
    return say(n ? "page.title_waiting" : "page.title", { n, place });
  }

  key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      chooseAny();
    } else if (event.key === "Escape" && document.body.classList.contains("drawer-open")) this.openDrawer(false);
  }

  openDrawer(isOpen) {
    document.body.classList.toggle("drawer-open", isOpen);
    this.sidebar.inert = NARROW.matches && !isOpen;
    if (isOpen) this.sidebar.querySelector("button")?.focus();
  }
}

start();
