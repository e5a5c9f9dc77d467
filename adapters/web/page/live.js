// Keeping up with the workspace: read what is shown, wait until something changed, read again.

import * as api from "./api.js";
import { change, followClock, state } from "./state.js";

const PAGE = 150;
const LARGEST = 1000; // the API's own limit; more than that is all there is
const PATIENCE = 2000; // milliseconds between two tries of a lost connection
let limit = PAGE;
let isReading = false;
let isStale = false;
let waiters = [];

/** Called with the inbox items that are new to the played person since it was last read. */
export const whenTold = new Set();

/** Read afresh what is shown. Calls during a reading are answered by one more reading. */
export async function refresh() {
  if (isReading) {
    isStale = true;
    return new Promise((resolve) => waiters.push(resolve));
  }
  isReading = true;
  try {
    do {
      isStale = false;
      const answered = waiters;
      waiters = [];
      await read();
      for (const resolve of answered) resolve();
    } while (isStale);
  } finally {
    isReading = false;
    for (const resolve of waiters) resolve();
    waiters = [];
  }
  return null;
}

/** Read; where the played person's account was closed meanwhile, only that, so that the page plays somebody else. */
async function read() {
  try {
    await readAll();
  } catch (error) {
    if (error.code !== "deactivated") throw error;
    change({ people: await everybody() });
  }
}

const everybody = async () => (await api.people()).filter((person) => !person.bot);

async function readAll() {
  const { as, route } = state;
  if (!as) return;
  const channel = route.page === "channel" ? route.channel : "";
  const [workspace, people, channels, inbox, messages, home] = await Promise.all([
    api.workspace(),
    everybody(),
    api.channels(as),
    api.inbox(as),
    channel ? readMessages(channel, as, route.jump || route.thread) : [],
    route.page === "double" ? api.home(as) : null,
  ]);
  if (state.as !== as || state.route !== route) {
    isStale = true;
    return;
  }
  followClock(workspace.now);
  const told = newlyTold(as, inbox);
  const roots = messages.filter((message) => !message.thread).length;
  change({
    workspace,
    people,
    channels,
    inbox,
    home,
    messages,
    shownChannel: channel,
    hasEarlier: Boolean(limit) && roots >= limit,
    isConnected: true,
  });
  for (const listener of whenTold) listener(told);
}

/** Read a channel; where a link leads to a message that stands further up, the whole of it. */
async function readMessages(channel, as, wanted) {
  if (channel !== state.shownChannel) limit = PAGE;
  const messages = await api.messages(channel, as, limit || undefined);
  const isThere = !wanted || messages.some((message) => message.id === `${channel}/${wanted}`);
  if (isThere || !limit) return messages;
  limit = 0;
  return api.messages(channel, as);
}

/** Read further up. */
export async function readEarlier() {
  limit = limit && limit * 2 <= LARGEST ? limit * 2 : 0;
  await refresh();
}

let known = { as: "", marks: new Set() };

/** What was not in the inbox before; nothing at the first reading for a person, which is no news. */
function newlyTold(as, inbox) {
  const marks = new Set(inbox.map((item) => `${item.id} ${item.at}`));
  const fresh = known.as === as ? inbox.filter((item) => !known.marks.has(`${item.id} ${item.at}`)) : [];
  known = { as, marks };
  return fresh;
}

/** Follow the changes for as long as the page stands. */
export async function keepUp(revision, troubled) {
  let seen = revision;
  for (;;) {
    try {
      const { revision: newest } = await api.changes(seen);
      if (newest !== seen || !state.isConnected) await refresh();
      seen = newest;
    } catch (error) {
      if (error instanceof api.ApiError && error.code !== "unreachable") troubled(error);
      else change({ isConnected: false });
      seen = 0;
      await new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
    }
  }
}
