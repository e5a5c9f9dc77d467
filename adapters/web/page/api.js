// The local workspace's JSON API. A refusal is an ApiError whose sentence a person can read.

import { say } from "./words.js";

export class ApiError extends Error {
  constructor(code, sentence) {
    super(code);
    this.code = code;
    this.sentence = sentence;
  }
}

async function call(method, path, body, signal) {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    if (cause.name === "AbortError") throw cause;
    throw new ApiError("unreachable", say("page.unreachable"));
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { code = `http_${response.status}`, sentence = "" } = answer.error ?? {};
  throw new ApiError(code, asSentence(sentence) || say("page.refused"));
}

/** The API's sentences are lower case without a full stop, as errors are written; a person reads them whole. */
function asSentence(sentence) {
  if (!sentence) return "";
  const whole = sentence.charAt(0).toLocaleUpperCase() + sentence.slice(1);
  return /[.!?。！？…]$/.test(whole) ? whole : `${whole}.`;
}

const path = (parts, query = {}) => {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""));
  const tail = asked.size ? `?${asked}` : "";
  return `/api/${parts.map(encodeURIComponent).join("/")}${tail}`;
};

/** A message's id is `<channel>/<ts>`; its slash stays a slash in the address. */
const messagePath = (id) => path(["messages", ...id.split("/")]);

export const workspace = () => call("GET", path(["state"]));
export const people = async () => (await call("GET", path(["people"]))).people;
export const channels = async (as) => (await call("GET", path(["channels"], { as }))).channels;
export const inbox = async (as) => (await call("GET", path(["inbox"], { as }))).items;
export const home = async (as) => (await call("GET", path(["home"], { as }))).view;
export const words = (locale) => call("GET", path(["words"], { locale }));
export const noteTour = (tour) => call("POST", path(["tour"]), { tour });

/** The newest `limit` messages at the top of a channel with all their replies; all there are without a limit. */
export async function messages(channel, as, limit) {
  return (await call("GET", path(["channels", channel, "messages"], { as, limit }))).messages;
}

export const changes = (since, signal) => call("GET", path(["changes"], { since }), undefined, signal);
export const postMessage = (message) => call("POST", path(["messages"]), message);
export const editMessage = (id, as, text) => call("PATCH", messagePath(id), { as, text });
export const deleteMessage = (id, as) => call("DELETE", messagePath(id), { as });
export const command = (as, channel, text) => call("POST", path(["commands"]), { as, channel, text });
export const act = (as, id, action, values) => call("POST", path(["actions"]), { as, id, action, values });
