// Pressing a button: ask once more where it says so, send it, and show what comes back.

import * as api from "./api.js";
import { change, state } from "./state.js";
import { closeWindow, confirmFirst, openView } from "./window.js";
import { refreshInbox } from "./live.js";
import { toast } from "./toast.js";

const UNDO_SECONDS = 10;
const pressed = new Set();

/** Called after each action that went through, with its name and target. */
export const afterwards = new Set();

/**
 * Carry a button out. `fields` are those of its form. A refusal is given to `refuse(sentence)`, and otherwise stands in
 * a toast. Returns the answer, or none if it was refused or not confirmed.
 */
export async function carryOut(button, { target = "", fields = {}, refuse = toast } = {}) {
  if (button.confirm && !(await confirmFirst(button))) return null;
  const id = button.target || target;
  const once = `${id} ${button.name}`;
  if (pressed.has(once)) return null;
  pressed.add(once);
  try {
    const answer = await api.act(state.as, id, button.name, { ...button.values, ...fields });
    await refreshInbox();
    tellAndOffer(answer, id);
    for (const listener of afterwards) listener(button.name, id);
    return answer;
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    refuse(error.sentence);
    return null;
  } finally {
    pressed.delete(once);
  }
}

/** Say what came of it; where it can be undone, the way back stands beside it for as long as it lasts. */
function tellAndOffer(answer, id) {
  if (!answer.text) return;
  const undo = id && state.inbox.find((item) => item.id === id)?.actions?.find((one) => one.name === "undo");
  const action = undo && { label: undo.label, take: () => carryOut(undo, { target: id }) };
  toast(answer.text, action ? { action, seconds: UNDO_SECONDS } : {});
}

/** Carry out a button that stands outside any window, and open the window it leads to. */
export async function press(button, target = "") {
  const as = state.as;
  const answer = await carryOut(button, { target });
  if (!answer || state.as !== as) return;
  if (answer.view) showView(answer.view, () => press(button, target));
}

/** Open a view: the person's own page in its place, anything else in a window. */
export function showView(view, again = null) {
  if (view.kind === "home" && state.route.page === "double") {
    closeWindow();
    change({ home: view });
  } else openView(view, again);
}
