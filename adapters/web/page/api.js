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
  const isForm = body instanceof FormData;
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: body === undefined || isForm ? {} : { "Content-Type": "application/json" },
      body: body === undefined || isForm ? body : JSON.stringify(body),
    });
  } catch (cause) {
    if (cause.name === "AbortError") throw cause;
    throw new ApiError("unreachable", say("page.unreachable"));
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  if (response.ok && name) return { file: { name, blob: await response.blob() } };
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
export const leaveChannel = (channel, as) => call("POST", path(["channels", channel, "leave"]), { as });
export const command = (as, channel, text) => call("POST", path(["commands"]), { as, channel, text });

/** Press a button or submit a form; files among its values are sent as they are. An answer may be `{file}` alone. */
export function act(as, id, action, values) {
  const files = Object.entries(values).filter(([, value]) => value instanceof File);
  const plain = Object.fromEntries(Object.entries(values).filter(([, value]) => !(value instanceof File)));
  const request = { as, id, action, values: plain };
  if (!files.length) return call("POST", path(["actions"]), request);
  const form = new FormData();
  form.append("request", JSON.stringify(request));
  for (const [name, file] of files) form.append(name, file);
  return call("POST", path(["actions"]), form);
}
