"""The fields of a view as rows of a modal, and what stands in them as a window shows it. Pure.

All ticks of a form stand in one group of boxes; a long list of choices in several menus, which are read together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord
from discord import ui

from adapters.chat.forms import Field, is_large, is_needed
from adapters.chat.lengths import cut, length
from adapters.discord.filled_in import CHOICES, DAY, FILE, MOST_IN_MENU, SECRET, TEXT, TICKS, current, portions
from adapters.discord.marking import gathered, looking, quoted, shown, small, strong
from adapters.discord.marking import named as marked
from bot.views import Choices, DateField, FileField, SecretField, TextField, Tick
from bot.words import Words

MOST_BOXES = 10
LABEL, HINT, OPTION, INPUT, CUSTOM_ID = 45, 100, 100, 4000, 100
Row = ui.Label[Any]
_LONGEST_LABEL, _LONGEST_SHOWN = 200, 1000
"""Characters of a field's label and of what stands in it, as a window shows them; a draft is shown whole."""


def rows(fields: Sequence[Field], typed: Mapping[str, Any], words: Words) -> Iterator[Row]:
    """Yield the rows of fields, ticks together where the first of them stands; what was typed stands in them already.

    A list with nothing to choose has no row.
    """
    ticks = [one for one in fields if isinstance(one, Tick)]
    for field in fields:
        match field:
            case Tick():
                if field is ticks[0]:
                    yield from _boxes_of(ticks, typed, words)
            case Choices():
                yield from _choices(field, typed.get(field.name), words)
            case _:
                yield _labelled(field.label, _hint(field, words), _input(field, typed.get(field.name)))


def is_whole(field: Field) -> bool:
    """Whether a field's label need not be cut in a modal."""
    return length(field.label) <= (OPTION if isinstance(field, Tick) else LABEL)


def left_out(field: Field, words: Words) -> str:
    """Return the hint of a field that has no room in a modal beside its field; empty where it has."""
    return "" if field.hint.strip() in _hint(field, words) else field.hint


def told(field: Field, typed: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Yield what stands in a field as a window shows it, with its hint, as marked up texts."""
    value = current([field], typed).get(field.name)
    label = strong(marked(cut(shown(field.label), _LONGEST_LABEL)))
    match field:
        case Tick():
            said = [f"{'☑' if value else '☐'} {label}"]
        case Choices():
            chosen = words.listed(name for key, name, _ in field.options if key in (value or ()))
            none = words.say("discord.none_chosen" if field.options else "windows.no_option")
            said = [_facing(label, cut(chosen, _LONGEST_SHOWN) or none, words)]
        case DateField():
            said = [_facing(label, cut(str(value), OPTION), words)]
        case TextField():
            text = str(value) if is_large(field) else cut(str(value), _LONGEST_SHOWN)
            said = [label, *looking(shown(marked(text)), quoted)]
        case _:
            said = [_facing(label, words.say("discord.asked_last"), words)]
    yield from gathered([*said, *looking(marked(field.hint), small)])


def _facing(label: str, value: str, words: Words) -> str:
    return words.say("discord.labelled", label=label, value=marked(value))


def _hint(field: Field, words: Words) -> str:
    """What is said beneath a field's label: its hint, or none of it where there is no room for all of it.

    How a day is written, and that a secret can be seen, is said in any case.
    """
    match field:
        case DateField():
            needed = words.say("discord.day_hint", day=field.value.isoformat())
        case SecretField():
            needed = words.say("discord.secret_hint")
        case _:
            needed = ""
    both = words.in_a_row((field.hint.strip(), needed))
    return both if length(both) <= HINT else needed


def _labelled(label: str, hint: str, component: ui.Item[Any]) -> Row:
    return ui.Label(text=cut(shown(label), LABEL), description=hint or None, component=component)


def _boxes_of(ticks: Sequence[Tick], typed: Mapping[str, Any], words: Words) -> Iterator[Row]:
    """Yield the one group of boxes of a form; another where the first is full."""
    group: list[Tick] = []
    for tick in ticks:
        if group and (len(group) == MOST_BOXES or len(_tick_id([*group, tick])) > CUSTOM_ID):
            yield _group(group, typed, words)
            group = []
        group.append(tick)
    yield _group(group, typed, words)


def _group(ticks: Sequence[Tick], typed: Mapping[str, Any], words: Words) -> Row:
    options = [
        discord.CheckboxGroupOption(
            label=cut(shown(one.label), OPTION),
            value=one.name,
            description=_hint(one, words) or None,
            default=bool(typed.get(one.name, one.value)),
        )
        for one in ticks
    ]
    return _labelled(words.say("discord.ticks_label"), "", _boxes(_tick_id(ticks), options))


def _tick_id(ticks: Sequence[Tick]) -> str:
    return f"{TICKS}:{','.join(one.name for one in ticks)}"


def _boxes(custom_id: str, options: list[discord.CheckboxGroupOption]) -> ui.CheckboxGroup[Any]:
    return ui.CheckboxGroup(custom_id=custom_id, required=False, min_values=0, max_values=len(options), options=options)


def _choices(field: Choices, typed: Any, words: Words) -> Iterator[Row]:
    chosen = {value for value, _, was in field.options if (value in typed if isinstance(typed, list) else was)}
    many, menus = len(field.options) > MOST_BOXES, portions(field)
    for number, some in enumerate(menus):
        custom_id, first = f"{CHOICES}:{field.name}:{number}", number * MOST_IN_MENU + 1
        numbered = f"{cut(field.label, LABEL - 10)} {first}–{first + len(some) - 1}"
        label = field.label if len(menus) == 1 else numbered
        component = _menu(custom_id, some, chosen) if many else _boxes(custom_id, _options(some, chosen))
        yield _labelled(label, _hint(field, words) if number == 0 else "", component)


def _options(some: Sequence[tuple[str, str, bool]], chosen: set[str]) -> list[discord.CheckboxGroupOption]:
    return [
        discord.CheckboxGroupOption(label=cut(shown(label), OPTION), value=value, default=value in chosen)
        for value, label, _ in some
    ]


def _menu(custom_id: str, some: Sequence[tuple[str, str, bool]], chosen: set[str]) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=cut(shown(label), OPTION), value=value, default=value in chosen)
        for value, label, _ in some
    ]
    return ui.Select(custom_id=custom_id, required=False, min_values=0, max_values=len(options), options=options)


def _input(field: DateField | TextField | SecretField | FileField, typed: Any) -> ui.Item[Any]:
    match field:
        case FileField():
            custom_id = f"{FILE}:{field.name}:{field.limit}"
            return ui.FileUpload(custom_id=custom_id, required=False, min_values=0, max_values=1)
        case SecretField():
            return _box(f"{SECRET}:{field.name}", field, "", field.limit)
        case DateField():
            return _box(f"{DAY}:{field.name}", field, str(typed or field.value.isoformat()), OPTION)
        case TextField():
            return _box(f"{TEXT}:{field.name}", field, str(field.value if typed is None else typed), field.limit)


def _box(custom_id: str, field: Field, value: str, limit: int) -> ui.TextInput[Any]:
    is_long, most = isinstance(field, TextField) and field.lines > 1, min(limit, INPUT)
    return ui.TextInput(
        custom_id=custom_id,
        style=discord.TextStyle.paragraph if is_long else discord.TextStyle.short,
        max_length=most,
        required=is_needed(field),
        default=cut(value, most) or None,
    )
