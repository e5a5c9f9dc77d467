// People: their avatars, and choosing whom to play.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { isUnderstudy, nameOf, person, state } from "./state.js";

const HUES = 12;

/** A person's initials on their own colour; Understudy and doubles have a robot instead. */
export function avatar(id, { size = "" } = {}) {
  if (isUnderstudy(id)) return doubleAvatar(size);
  return el("span", {
    class: `avatar hue-${hue(id)} ${size && `avatar-${size}`}`,
    text: initials(nameOf(id)),
    attrs: { "aria-hidden": "true" },
  });
}

export function doubleAvatar(size = "") {
  return el("span", { class: `avatar avatar-double ${size && `avatar-${size}`}`, attrs: { "aria-hidden": "true" } }, icon("robot"));
}

/** Two letters of a name in letters, one character of a name in Chinese. */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  if (!words.length) return "?";
  if (/\p{Script=Han}/u.test(words[0])) return [...words[0]].at(-1);
  const first = [...words[0]][0];
  const last = words.length > 1 ? [...words.at(-1)][0] : "";
  return (first + last).toLocaleUpperCase();
}

/** A colour by one's place in the list of people: it stays, and no two of the first dozen share one. */
function hue(id) {
  return Math.max(0, state.people.findIndex((one) => one.id === id)) % HUES;
}

/** Whether somebody's name or handle holds these words, each of them. */
export function isCalled(id, words) {
  const known = person(id);
  const whole = `${known?.name ?? ""} ${known?.handle ?? ""}`.toLocaleLowerCase();
  return words.toLocaleLowerCase().split(/\s+/).every((word) => whole.includes(word.replace(/^@/, "")));
}
