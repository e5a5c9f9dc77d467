// Completing what is being written: people after an @, commands after /double.

import { el, fill, freshId } from "./dom.js";
import { avatar, isCalled } from "./people.js";
import { state, understudy } from "./state.js";
import { say } from "./words.js";

const MOST = 8;
const WITH_WORDS = new Set(["mine", "try", "ask", "correct"]);
const COMMANDS = [
  ["join", "page.command_join", "page.command_join_hint"],
  ["leave", "page.command_leave", "page.command_leave_hint"],
  ["pause", "page.command_pause", "page.command_pause_hint"],
  ["resume", "page.command_resume", "page.command_resume_hint"],
  ["status", "page.command_status", "page.command_status_hint"],
  ["mine", "page.command_mine", "page.command_mine_hint"],
  ["profile", "page.command_profile", "page.command_profile_hint"],
  ["correct", "page.command_correct", "page.command_correct_hint"],
  ["answers", "page.command_answers", "page.command_answers_hint"],
  ["forget", "page.command_forget", "page.command_forget_hint"],
  ["never", "page.command_never", "page.command_never_hint"],
  ["try", "page.command_try", "page.command_try_hint"],
  ["ask", "page.command_ask", "page.command_ask_hint"],
  ["help", "page.command_help", "page.command_help_hint"],
];

export class Completion {
  constructor(box) {
    this.box = box;
    this.offers = [];
    this.at = 0;
    this.id = freshId("offers");
    this.list = el("ul", { class: "offers", id: this.id, hidden: true, attrs: { role: "listbox", "aria-label": say("page.suggestions") } });
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", this.id);
    box.addEventListener("input", () => this.look());
    box.addEventListener("blur", () => this.close());
  }

  /** Look at what stands before the caret, and offer what may follow. */
  look() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const mention = /(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u.exec(before);
    const command = /^\/(\w*)(?: (\w*))?$/.exec(before);
    if (mention) this.offer(peopleCalled(mention[1]), mention[1].length + 1);
    else if (command && "double".startsWith(command[1])) this.offer(commandsLike(command[2] ?? ""), before.length);
    else this.close();
  }

  offer(offers, replaced) {
    this.offers = offers;
    this.replaced = replaced;
    this.at = 0;
    if (!offers.length) return this.close();
    fill(this.list, offers.map((one, at) => this.row(one, at)));
    this.list.hidden = false;
    this.point();
    return null;
  }

  row(offer, at) {
    const choose = (event) => {
      event.preventDefault(); // the keyboard stays in the box
      this.choose(at);
    };
    return el("li", { id: `${this.id}-${at}`, class: "offer", attrs: { role: "option" }, on: { mousedown: choose } },
      offer.picture?.(), el("span", { class: "offer-name", text: offer.name }), el("span", { class: "offer-hint", text: offer.hint }));
  }

  point() {
    [...this.list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === this.at)));
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
  }

  /** Whether a key was meant for the list. */
  takes(event) {
    if (this.list.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (this.at + step + this.offers.length) % this.offers.length;
      this.point();
    } else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" || (event.key === "Enter" && !this.isWhole())) this.choose(this.at);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** A command that is written out already is sent by Enter, not completed. */
  isWhole() {
    const { insert } = this.offers[this.at];
    const written = this.box.value.trim();
    return written === insert.trim() || written === "/double";
  }

  choose(at) {
    const { insert } = this.offers[at];
    const caret = this.box.selectionStart;
    this.box.setRangeText(insert, caret - this.replaced, caret, "end");
    this.close();
    this.box.focus();
    this.box.dispatchEvent(new Event("input"));
  }

  close() {
    this.list.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
  }
}

function peopleCalled(words) {
  const bot = understudy();
  const isBot = bot && `${bot.name} ${bot.handle}`.toLocaleLowerCase().includes(words.toLocaleLowerCase());
  const first = isBot ? [{ id: bot.id, name: bot.name, handle: bot.handle, role: say("page.understudy_hint") }] : [];
  const found = state.people.filter((one) => isCalled(one.id, words));
  return [...first, ...found].slice(0, MOST).map((one) => ({
    name: one.name,
    hint: one.role ? `@${one.handle} · ${one.role}` : `@${one.handle}`,
    insert: `@${one.handle} `,
    picture: () => avatar(one.id, { size: "small" }),
  }));
}

function commandsLike(word) {
  return COMMANDS.filter(([one]) => one.startsWith(word)).map(([one, name, hint]) => ({
    name: say(name),
    hint: say(hint),
    insert: `/double ${one}${WITH_WORDS.has(one) ? " " : ""}`,
  }));
}
