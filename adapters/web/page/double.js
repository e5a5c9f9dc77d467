// "My double": the played person's own page, as the view `home` describes it.

import { press } from "./acting.js";
import { el, fill } from "./dom.js";
import { noticeRow, noticesAtLarge } from "./inbox.js";
import { doubleAvatar } from "./people.js";
import { headRow } from "./rooms.js";
import { me, state, waiting } from "./state.js";
import { renderButton, renderElements } from "./view.js";
import { say } from "./words.js";

export class DoublePage {
  constructor(openDrawer, startTour) {
    this.openDrawer = openDrawer;
    this.startTour = startTour;
    this.head = el("header", { class: "room-head" });
    this.body = el("div", { class: "double-body" });
    this.element = el("section", { class: "double", hidden: true }, this.head, el("div", { class: "double-scroll", tabIndex: -1 }, this.body));
  }

  show() {
    const isShown = state.route.page === "double";
    this.element.hidden = !isShown;
    const mark = JSON.stringify([state.home, state.as, noticesAtLarge(), Boolean(state.workspace.story), waiting().length]);
    if (!isShown || mark === this.mark) return;
    this.mark = mark;
    const view = state.home;
    const title = el("div", { class: "room-titles" },
      el("h1", { class: "room-title" }, doubleAvatar("small"), el("span", { text: view?.title ?? say("page.my_double") })),
      el("p", { class: "room-purpose", text: say("page.double_of", { name: me()?.name ?? "" }) }));
    fill(this.head, headRow(this, title));
    const opened = new Set([...this.body.querySelectorAll("details[open]")].map((one) => one.dataset.place));
    fill(this.body, view ? this.content(view) : el("p", { class: "stream-nothing", text: say("page.loading") }));
    this.body.querySelectorAll("details").forEach((one, at) => {
      one.dataset.place = String(at);
      if (opened.has(String(at)) && this.person === state.as) one.open = true;
    });
    this.person = state.as;
  }

  content(view) {
    const parts = renderElements(view.elements, press);
    const notices = noticesAtLarge().map((one) => noticeRow(one).make());
    const buttons = view.buttons.map((one) => renderButton(one, press));
    return [...notices, ...parts.nodes, buttons.length > 0 && el("div", { class: "button-row" }, buttons)];
  }
}
