// Pressing a button: ask once more where it says so, send it, and show what comes back.

import * as api from "./api.js";
import { el } from "./dom.js";
import { refresh } from "./live.js";
import { doubleAddress, go, within } from "./route.js";
import { change, state } from "./state.js";
import { clearAbout, toast } from "./toast.js";
import { closeWindow, confirmFirst, openView } from "./window.js";
import { say } from "./words.js";

const UNDO_SECONDS = 10;
const underWay = new Set();

/** Called after each action that went through, with its name and what it was about. */
export const afterwards = new Set();

/**
 * Carry a button out. `fields` are those of its form; a refusal's sentence is given to `refuse`. Returns the answer,
 * or none if it was refused, called off or is under way already.
 */
export async function carryOut(button, { target = "", fields = {}, refuse = toast } = {}) {
  if (button.confirm && !(await confirmFirst(button))) return null;
  const id = button.target || target;
  const once = JSON.stringify([state.as, id, button.name]);
  if (underWay.has(once)) return null;
  underWay.add(once);
  try {
    const answer = await api.act(state.as, id, button.name, { ...button.values, ...fields });
    clearAbout(id);
    await refresh();
    for (const listener of afterwards) listener(button.name, id);
    return answer;
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    refuse(error.sentence);
    return null;
  } finally {
    underWay.delete(once);
  }
}

/** Press a button that stands outside any window, and show what it leads to. */
export async function press(button) {
  if (button.name === "home") return go(doubleAddress);
  const as = state.as;
  const answer = await carryOut(button);
  if (document.activeElement === document.body) document.querySelector("main").focus(); // what was pressed is gone
  if (answer && state.as === as) show(answer, () => press(button));
  return null;
}

/** Show what came of a command or an action. `again` makes its view afresh after a change within it. */
export function show({ text = "", view = null, file = null }, again = null) {
  if (file) return save(file);
  if (view?.kind === "sent") return offerUndo(view);
  const isInView = view && (view.title === text || view.elements.some((element) => element.text === text));
  if (text && !isInView) toast(text, { about: view?.target });
  if (view?.kind === "home") {
    closeWindow();
    change({ home: view });
    go(doubleAddress);
  } else if (view) openView(view, again);
  return null;
}

/** Hand a file over as a download, and say so: where it goes is the browser's affair. */
function save({ name, blob }) {
  const address = URL.createObjectURL(blob);
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  toast(say("page.file_saved", { name }));
}

/** A reply was posted: for ten seconds the way back stands beside the news, and the place it stands in. */
function offerUndo(view) {
  closeWindow();
  const [undo] = view.buttons;
  const takeBack = async () => {
    const answer = await carryOut(undo, { target: view.target });
    if (answer) show(answer);
  };
  const place = view.elements.flatMap((element) => element.links ?? [])[0];
  const look = place && { label: place.label, take: () => go(within(place.url)) };
  toast(view.title, { about: view.target, actions: [{ label: undo.label, take: takeBack }, look].filter(Boolean), seconds: UNDO_SECONDS });
  setTimeout(refresh, (UNDO_SECONDS + 1) * 1000); // then no Undo stands anywhere any more
}
