// Addresses within the page: #/c/<channel>, #/c/<channel>/<ts> (a message), #/c/<channel>/t/<ts> (its thread), #/double.

/** Read an address. Unknown ones are `none`. */
export function parse(hash) {
  const [page, channel, second, third] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  if (page === "double") return { page: "double" };
  if (page !== "c" || !channel) return { page: "none" };
  if (second === "t" && third) return { page: "channel", channel, thread: third };
  return { page: "channel", channel, jump: second ?? "" };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

export const channelAddress = (channel) => `#/c/${encodeURIComponent(channel)}`;
export const messageAddress = (channel, stamp) => `${channelAddress(channel)}/${encodeURIComponent(stamp)}`;
export const threadAddress = (channel, stamp) => `${channelAddress(channel)}/t/${encodeURIComponent(stamp)}`;
export const doubleAddress = "#/double";

/** Go to an address; the same one again is followed again, so that a second click jumps again. */
export function go(address, { isStep = true } = {}) {
  if (location.hash === address) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else if (isStep) location.hash = address;
  else {
    history.replaceState(null, "", address);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }
}

/** The address within this page that a link means, or none if it leads elsewhere. */
export function within(url) {
  try {
    const target = new URL(url, location.href);
    const isHere = target.origin === location.origin && target.pathname === location.pathname;
    return isHere && target.hash.startsWith("#/") ? target.hash : "";
  } catch {
    return "";
  }
}
