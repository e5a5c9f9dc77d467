"""Views of every kind with every kind of text in them, drawn by chance: whatever the core may ever show."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from bot.views import (
    Button,
    Choices,
    DateField,
    Element,
    Empty,
    Facts,
    FileField,
    Fold,
    Heading,
    Item,
    Link,
    SecretField,
    Text,
    TextField,
    Tick,
    View,
)

LOOKS = st.sampled_from(["plain", "primary", "danger"])
short, long = st.text(max_size=40), st.text(max_size=120).map(lambda text: text * 40)
awkward = st.sampled_from(["<!channel> & <@U2>", "```\nx\n", "🎭", "", " \n", "@everyone *x* <@12>\n# y", "||\\\n"])
texts = st.one_of(short, long, awkward, awkward.map(lambda text: text * 500))
names = st.text("abcdefghij_", min_size=1, max_size=12)
pressed = st.builds(
    Button, names, texts, short, st.dictionaries(names, texts, max_size=2), LOOKS, st.one_of(st.just(""), texts)
)
some_buttons = st.lists(pressed, max_size=7).map(tuple)
days = st.dates(date(2025, 1, 1), date(2027, 1, 1))
options = st.lists(
    st.tuples(st.text("ABC0123456789", min_size=2, max_size=12), texts, st.booleans()),
    max_size=260,
    unique_by=lambda option: option[0],
).map(tuple)
leaves: st.SearchStrategy[Element] = st.one_of(
    st.builds(Heading, texts),
    st.builds(Text, texts, st.sampled_from(["plain", "strong", "small", "quote", "notice"])),
    st.builds(Facts, st.lists(st.tuples(texts, texts), max_size=14).map(tuple)),
    st.builds(
        Item,
        texts,
        texts,
        st.lists(texts, max_size=4).map(tuple),
        st.lists(st.builds(Link, st.one_of(texts, st.just("https://team.example/archives/C1/p1")), texts)).map(tuple),
        some_buttons,
        st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    ),
    st.builds(Empty, texts, some_buttons),
)
elements = st.recursive(
    leaves, lambda inner: st.builds(Fold, texts, st.lists(inner, max_size=5).map(tuple), st.booleans()), max_leaves=8
)
kinds_of_field: dict[str, st.SearchStrategy[Element]] = {
    "tick": st.builds(Tick, st.just("tick"), texts, texts, st.booleans()),
    "choices": st.builds(Choices, st.just("choices"), texts, options, texts),
    "day": st.builds(DateField, st.just("day"), texts, days, days, days, texts),
    "text": st.builds(TextField, st.just("text"), texts, texts, texts, st.integers(1, 12), st.integers(1, 6000)),
    "secret": st.builds(SecretField, st.just("secret"), texts, texts, st.integers(1, 6000)),
    "file": st.builds(FileField, st.just("file"), texts, st.just(".age"), st.just(1 << 20), texts),
}


@st.composite
def views(draw: st.DrawFn) -> View:
    """A view."""
    rows = draw(st.lists(elements, max_size=8))
    rows *= draw(st.sampled_from([1, 1, 4]))
    for name in draw(st.sets(st.sampled_from(sorted(kinds_of_field)))):
        rows.insert(draw(st.integers(0, len(rows))), draw(kinds_of_field[name]))
    return View(draw(names), draw(texts), tuple(rows), draw(some_buttons), draw(short))


def standing(elements: tuple[Element, ...]) -> list[Button]:
    """The buttons that stand in sight as a view opens."""
    found: list[Button] = []
    for element in elements:
        if isinstance(element, Item | Empty):
            found += element.buttons
        elif isinstance(element, Fold) and element.is_open:
            found += standing(element.elements)
    return found
