// The page's words, from the catalogue. Numbers, days and times are written as the played person's locale writes them.

const said = { sentences: {}, locale: "en", plurals: new Intl.PluralRules("en"), numbers: new Intl.NumberFormat("en") };

/** Take the words of one locale: sentences by key, each a string or a table of plural forms. */
export function learn({ locale, words: sentences }) {
  Object.assign(said, {
    sentences,
    locale,
    plurals: new Intl.PluralRules(locale),
    numbers: new Intl.NumberFormat(locale),
  });
  document.documentElement.lang = locale;
}

/** The locale in which to write days for a reader: theirs, if the page has words in their language, else the words'. */
export function speaks(wanted) {
  return wanted.split("-")[0] === said.locale.split("-")[0] ? wanted : said.locale;
}

/** Say one sentence, its {placeholders} filled; `n` chooses the plural form. */
export function say(key, values = {}) {
  let sentence = said.sentences[key];
  if (sentence === undefined) return "";
  if (typeof sentence === "object") sentence = sentence[said.plurals.select(Number(values.n))] ?? sentence.other;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? said.numbers.format(value) : value;
  });
}

/** The comma between things in a row, with its blank where the language has one: `a, b`, `a、b`. */
export function comma() {
  const list = new Intl.ListFormat(said.locale, { type: "conjunction" });
  return list.formatToParts(["a", "b", "c"]).find((part) => part.type === "literal").value;
}

/** Days and times in one person's time zone. Moments are JavaScript dates. */
export class Calendar {
  constructor(locale, timeZone, now = () => new Date()) {
    const make = (options) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
    this.now = now;
    this.clocks = make({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.keys = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    this.days = make({ weekday: "long", day: "numeric", month: "long" });
    this.daysOfOtherYears = make({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
    this.dates = make({ day: "numeric", month: "long" });
    this.datesOfOtherYears = make({ day: "numeric", month: "long", year: "numeric" });
    this.moments = make({ dateStyle: "full", timeStyle: "short", hourCycle: "h23" });
  }

  clock(at) {
    return this.clocks.format(at);
  }

  /** The day as `2026-03-09`: equal for two moments of one day there. */
  key(at) {
    return this.keys.format(at);
  }

  /** The day as a divider says it. */
  day(at) {
    const key = this.key(at);
    const today = this.now();
    if (key === this.key(today)) return say("page.today");
    if (key === this.key(new Date(today.getTime() - 86_400_000))) return say("page.yesterday");
    return (this.isThisYear(at) ? this.days : this.daysOfOtherYears).format(at);
  }

  date(at) {
    return (this.isThisYear(at) ? this.dates : this.datesOfOtherYears).format(at);
  }

  /** The clock today, else the date and the clock. */
  short(at) {
    if (this.key(at) === this.key(this.now())) return this.clock(at);
    return say("page.day_and_clock", { day: this.date(at), clock: this.clock(at) });
  }

  full(at) {
    return this.moments.format(at);
  }

  isThisYear(at) {
    return this.key(at).slice(0, 4) === this.key(this.now()).slice(0, 4);
  }
}
