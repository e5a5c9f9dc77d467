// Whom one plays: kept for this tab, so that two tabs can be two people.

import * as api from "./api.js";
import { refresh } from "./live.js";
import { change, channel, me, person, players, state } from "./state.js";
import { clearToasts } from "./toast.js";
import { closeWindow } from "./window.js";

const KEPT = "understudy.as";

/** Play somebody. Returns once what they see is shown. */
export async function playAs(id) {
  if (!person(id)) return;
  const spoke = me()?.locale;
  sessionStorage.setItem(KEPT, id);
  localStorage.setItem(KEPT, id);
  if (id !== state.as) {
    const channels = await api.channels(id);
    closeWindow();
    clearToasts();
    change({ as: id, channels, inbox: [], home: null, editing: "" });
  }
  change({ turns: state.turns + 1 });
  if (spoke !== me().locale && (await hasOtherWords(me().locale))) location.reload();
  const isOpenToThem = state.route.page !== "channel" || channel(state.route.channel);
  if (isOpenToThem) await refresh();
}

/** Whether the page speaks another language to this person. */
const hasOtherWords = async (locale) => (await api.words(locale)).locale !== document.documentElement.lang;

/** Whom to begin with: who was played last, else who asks in the tour, else the first. */
export function firstPlayed() {
  const known = [sessionStorage.getItem(KEPT), localStorage.getItem(KEPT), state.workspace.story?.asker];
  return known.find((id) => id && person(id)?.active) ?? players()[0]?.id ?? "";
}
