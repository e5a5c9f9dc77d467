"""What the scenarios of redaction and of Never learn share."""

from __future__ import annotations

from tests.scenario.holding_back import read
from tests.scenario.stage_door import StageDoor, said, shown

PASSWORD, PHONE = "tiger" + "2024", "(212) 555" + "-0187"


async def counts(door: StageDoor) -> dict[str, int]:
    return await read(door, lambda tx: tx.removals.counts())


async def never_learn(door: StageDoor, text: str, kind: str = "words") -> str:
    view = shown(await door.press("mara", "never_learn_try", "", text=text, is_pattern=kind == "pattern"))
    keep = view.buttons[0]
    told = said(await door.press("mara", keep.name, keep.target, **keep.values))
    await door.core.stage.work.idle()
    return told
