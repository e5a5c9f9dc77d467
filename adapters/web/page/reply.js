// What a double says, taken apart: its label, how it was approved, its words, and what they rest on.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { calendar, channel } from "./state.js";
import { link } from "./text.js";
import { comma, say } from "./words.js";

/** A double's text is `<label> · <manner>`, a new line, and what it says: label, manner and words apart. */
export function split(message) {
  if (!message.label) return ["", "", message.text];
  const [first, ...rest] = message.text.split("\n");
  return [message.label, first.slice(message.label.length).replace(/^\s*·\s*/, ""), rest.join("\n")];
}

/** The messages a reply rests on, as links; none where it rests on none. */
export function sourcesLine(message) {
  if (!message.sources.length) return null;
  const links = message.sources.flatMap((source, at) => [at > 0 && comma(), link(source.url, sourceName(source))]);
  return el("div", { class: "sources" }, icon("link"), el("span", {}, el("span", { class: "sources-head", text: say("page.sources", { n: message.sources.length }) }), links.filter(Boolean)));
}

function sourceName(source) {
  const day = calendar().date(new Date(source.said_at));
  const room = channel(source.id.split("/")[0]);
  return room ? say("page.source_in", { day, channel: room.name }) : day;
}
