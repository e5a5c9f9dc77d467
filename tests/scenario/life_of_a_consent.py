"""What the scenarios of a consent's life have in common: its grants, what was told of it, and the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.web.translate import person_ref
from bot.audit import Happening
from bot.consent import Grant
from bot.views import Button, Element, Fold, Item, Notice, View
from tests.scenario.stage_door import StageDoor

LAST_MOMENT = datetime(2026, 5, 26, 22, 0, tzinfo=UTC)  # the proposed last day, May 26, ends in Berlin
DAY = timedelta(days=1)
UNIFORM_NO = "No double answers for Mara Lind here. Please ask them."


async def grants_of(door: StageDoor) -> tuple[Grant, ...]:
    return await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.consent.all()) or ()


async def in_force(door: StageDoor) -> list[Grant]:
    return [g for g in await grants_of(door) if g.is_in_force(door.clock.now())]


async def told(door: StageDoor, kind: str = "consent") -> list[Notice]:
    """What Mara sees that she was told of her consent."""
    return [n for n in await door.notices_of("mara") if n.kind == kind]


async def recorded(door: StageDoor) -> list[Happening]:
    chained = await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.audit.entries())
    return [c.entry.happening for c in chained or ()]


def button(notice: Notice | Item, name: str) -> Button:
    (found,) = [b for b in notice.buttons if b.name == name]
    return found


def all_of(view: View, kind: type[Any]) -> list[Any]:
    """Every element of a kind, folded ones too."""

    def within(elements: tuple[Element, ...]) -> list[Any]:
        inner = [(e, within(e.elements) if isinstance(e, Fold) else []) for e in elements]
        return [found for e, deeper in inner for found in ([e] if isinstance(e, kind) else []) + deeper]

    return within(view.elements)


async def page(door: StageDoor) -> View:
    return await door.core.pipeline.home(person_ref("mara"))


async def press(door: StageDoor, pressed: Button) -> Any:
    return await door.press("mara", pressed.name, pressed.target, **pressed.values)
