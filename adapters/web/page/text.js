// A message's words as elements: code, mentions, channels, links, *strong* and _stressed_. Anything else stays text.

import { el } from "./dom.js";
import { go, channelAddress, within } from "./route.js";
import { channel, isUnderstudy, nameOf, person, state, understudy } from "./state.js";

const FENCE = /```[ \t]*([\w+#-]*)\n?([\s\S]*?)(?:```|$)/g;
const PIECE = new RegExp(
  [
    /`([^`\n]+)`/,
    /<@([\w.-]+)>/,
    /<#([\w.-]+)>/,
    /(https?:\/\/[^\s<>"]+)/,
    /(?<![\w*])\*(?![\s*])([^*\n`<]+?)(?<!\s)\*(?![\w*])/,
    /(?<![\w_])_(?![\s_])([^_\n`<]+?)(?<!\s)_(?![\w_])/,
  ].map((one) => one.source).join("|"),
  "g",
);

/** Return the elements and text nodes that show a text. */
export function shown(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(FENCE)) {
    nodes.push(...inline(text.slice(from, match.index).replace(/\n$/, "")));
    nodes.push(el("pre", { attrs: { tabindex: "0" } }, el("code", { text: match[2].replace(/\n$/, "") })));
    from = match.index + match[0].length;
  }
  nodes.push(...inline(from ? text.slice(from).replace(/^\n/, "") : text));
  return nodes;
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(PIECE)) {
    if (match.index > from) nodes.push(text.slice(from, match.index));
    const [whole, code, mentioned, room, address, strong, stressed] = match;
    if (code) nodes.push(el("code", { text: code }));
    else if (mentioned) nodes.push(mention(mentioned));
    else if (room) nodes.push(roomLink(room));
    else if (address) nodes.push(...outward(address));
    else nodes.push(el(strong ? "strong" : "em", { text: strong ?? stressed }));
    from = match.index + whole.length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

function mention(id) {
  const names = ["mention", id === state.as && "mention-me", isUnderstudy(id) && "mention-understudy"];
  return el("span", { class: names.filter(Boolean).join(" "), text: `@${nameOf(id)}` });
}

function roomLink(id) {
  const known = channel(id);
  if (!known) return `#${id}`;
  return el("a", { class: "mention", text: `#${known.name}`, href: channelAddress(id) });
}

/** A link, without the punctuation that ends its sentence. */
function outward(address) {
  const end = /[.,;:!?'")\]]+$/.exec(address)?.[0] ?? "";
  return [link(address.slice(0, address.length - end.length)), end];
}

/** A link to somewhere: within the page it is followed here, elsewhere in a tab of its own; nothing but web links. */
export function link(url, label = url, names = "") {
  const here = within(url);
  if (here) {
    const follow = (event) => {
      event.preventDefault();
      event.target.closest("dialog")?.dispatchEvent(new CustomEvent("leave"));
      go(here);
    };
    return el("a", { class: names, text: label, href: here, on: { click: follow } });
  }
  if (!/^https?:\/\//.test(url)) return el("span", { class: names, text: label });
  return el("a", { class: names, text: label, href: url, target: "_blank", rel: "noopener noreferrer" });
}

/** Write mentions as their handles, for somebody who is about to edit them. */
export function editable(text) {
  return text.replace(/<@([\w.-]+)>/g, (whole, id) => {
    const handle = isUnderstudy(id) ? understudy().handle : person(id)?.handle;
    return handle ? `@${handle}` : whole;
  });
}
