"""Taking up a vault in a new file of its owner's, within the terms they have just agreed to. Units of work.

A vault is a file that anybody may have made: it enrols nobody, widens nothing and approves nothing. Its messages pass
the same gate as every other (`bot.message_log.take_note`), in the channels that were ticked; a channel's words count as
public only where both the vault and the platform say so; what rests on messages is kept only with them; reusable
answers wait until their worker has looked at each; drafts, grants and the audit chain are history and come as receipts.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.audit import START, AuditEntry, EntryFacts, Happening
from bot.clearing import cleared
from bot.consent import Grant, Purpose, Shelf, channels_in_force
from bot.events import MessageSaid
from bot.message_log import stands, take_note
from bot.messages import WORKER_SAID, LoggedMessage, Recorded
from bot.patterns import Pattern
from bot.phone_numbers import DEFAULT_REGIONS
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.profile.claims import RULES, Claim, ClaimChange, ClaimKind, without
from bot.profile.topics import MOST as MOST_TOPICS
from bot.profile.topics import Topic, held_by, is_slow, is_wellformed
from bot.refs import ChannelRef, MessageRef
from bot.taking_up import count_as_read
from bot.vault.contents import EARLIER, Contents, VaultMessage, earlier_of
from bot.vault.packing import Manifest

MOST_CLAIMS, MOST_ANSWERS, MOST_VERSIONS, MOST_EARLIER = 5_000, 500, 200, 20
LONGEST_TEXT, LONGEST_STATEMENT, LONGEST_ANSWER = 40_000, 1_000, 8_000
MOST_LOWERED = 50
BLOCK = 200
"""Messages taken up in one transaction: half a second of the writer, at most, so that nobody's messages are held up."""

_ENDS_IT = frozenset({Happening.FORGOTTEN, Happening.ERASED, Happening.BROUGHT, Happening.ELSEWHERE})
"""After these nothing more of a file is taken up: what its worker has just erased must not come back out of it."""
_ID = Pattern(r"[A-Za-z0-9_-]{1,64}")
_STAMP = Pattern(r"[A-Za-z0-9._:-]{1,64}")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was taken up, in counts. `elsewhere` says that the vault is from another workspace."""

    messages: int = 0
    left: int = 0
    claims: int = 0
    answers: int = 0
    receipts: int = 0
    elsewhere: bool = False
    run: str = ""  # by which the blocks that follow know their own; empty once all is taken up


@dataclass(frozen=True, slots=True)
class Here:
    """What holds in this house: which channels everyone can read, and whose telephone numbers are known."""

    public: frozenset[ChannelRef]
    regions: tuple[str, ...] = DEFAULT_REGIONS


def take_in(tx: Transaction, manifest: Manifest, contents: Contents, here: Here, now: datetime) -> TakenIn:
    """Take up what a vault holds as far as the grants in force allow; the file is new, its grants given just now."""
    is_elsewhere = (manifest.worker.platform, manifest.worker.workspace) != (tx.worker.platform, tx.worker.workspace)
    tx.keepsakes.set_preferences(_preferences(tx, contents, is_elsewhere=is_elsewhere))
    if is_elsewhere:
        told = [claim for claim in contents.claims if claim.shelf is None and not claim.evidence]
        taken = TakenIn(left=len(contents.messages), claims=_take_claims(tx, told, here), elsewhere=True)
    else:
        taken = _take_all(tx, manifest, contents, here, now)
    _note(tx, contents, taken, now)
    return taken


def _note(tx: Transaction, contents: Contents, taken: TakenIn, now: datetime) -> None:
    facts: EntryFacts = {"messages": taken.messages, "left": taken.left, "claims": taken.claims}
    if not taken.elsewhere:
        mac = contents.audit_head[0].mac if contents.audit_head else START
        facts |= {"mac": mac, "length": len(contents.audit), "receipts": taken.receipts}
    tx.audit.append(AuditEntry(Happening.ELSEWHERE if taken.elsewhere else Happening.BROUGHT, now, "", facts))


def begin(tx: Transaction, manifest: Manifest, contents: Contents, here: Here, now: datetime) -> TakenIn:
    """Take up a vault whole if it is small or from elsewhere; of a large one what must stand before its messages do.

    That is what was forgotten, the topics, and whatever is held back: the platform's own history may come in between.
    """
    is_here = (manifest.worker.platform, manifest.worker.workspace) == (tx.worker.platform, tx.worker.workspace)
    if not is_here or len(contents.messages) <= BLOCK:
        return take_in(tx, manifest, contents, here, now)
    run = f"b_{secrets.token_hex(8)}"
    tx.keepsakes.set_preferences(_preferences(tx, contents, is_elsewhere=False))
    tx.messages.remove([ref for ref in contents.forgotten if _is_here(tx, ref)], now)
    held = [m for m in contents.messages if m.withheld_by]
    tx.audit.append(AuditEntry(Happening.BRINGING, now, run, {"messages": len(contents.messages)}))
    return TakenIn(_take_messages(tx, held, here, now), run=run)


def blocks_of(contents: Contents) -> list[tuple[VaultMessage, ...]]:
    """Return what `begin` left of a large vault's messages, block by block, in their order."""
    rest = [m for m in contents.messages if not m.withheld_by]
    return [tuple(rest[at : at + BLOCK]) for at in range(0, len(rest), BLOCK)]


def take_block(tx: Transaction, run: str, block: tuple[VaultMessage, ...], here: Here, now: datetime) -> int | None:
    """Take up some messages; None, and nothing of them, if that is not under way any more in this file."""
    return _take_messages(tx, block, here, now) if under_way(tx) == run else None


def finish(
    tx: Transaction, run: str, manifest: Manifest, contents: Contents, here: Here, now: datetime, messages: int
) -> TakenIn | None:
    """Take up what rests on the messages, and note that all is here; None if it is not under way any more."""
    if under_way(tx) != run:
        return None
    taken = _take_rest(tx, manifest, contents, here, now, messages)
    _note(tx, contents, taken, now)
    return taken


def under_way(tx: Transaction) -> str:
    """Return by which name a vault is being taken up in this file; empty if none is. It says nothing of who does it."""
    known = (c.entry for c in reversed(tx.audit.entries()))
    last = next((e for e in known if e.happening in _ENDS_IT | {Happening.BRINGING}), None)
    return last.subject if last and last.happening is Happening.BRINGING else ""


def is_partly_here(tx: Transaction) -> bool:
    """Whether a vault was begun and never taken up to its end."""
    return {c.entry.happening for c in tx.audit.entries()} & {Happening.BRINGING, Happening.BROUGHT} == {
        Happening.BRINGING
    }


def _take_messages(tx: Transaction, messages: Iterable[VaultMessage], here: Here, now: datetime) -> int:
    grants = tx.consent.all()
    taken = [m for m in messages if _take_message(tx, m, grants, here, now)]
    _mark(tx, taken)
    return len(taken)


def _take_all(tx: Transaction, manifest: Manifest, contents: Contents, here: Here, now: datetime) -> TakenIn:
    tx.messages.remove([ref for ref in contents.forgotten if _is_here(tx, ref)], now)
    return _take_rest(tx, manifest, contents, here, now, _take_messages(tx, contents.messages, here, now))


def _take_rest(
    tx: Transaction, manifest: Manifest, contents: Contents, here: Here, now: datetime, messages: int
) -> TakenIn:
    claims = _take_claims(tx, contents.claims, here)
    _take_versions(tx, contents)
    answers = _take_answers(tx, contents, tx.consent.all(), here, now)
    for earlier in (*contents.earlier, earlier_of(contents, manifest.worker, manifest.exported_at)):
        tx.vault.bring(EARLIER.dump_json(earlier).decode())
    receipts = len(contents.consent_receipts)
    return TakenIn(messages, len(contents.messages) - messages, claims, answers, receipts)


def _preferences(tx: Transaction, contents: Contents, *, is_elsewhere: bool) -> Preferences:
    """The worker's settings, as far as they mean anything here; a pattern that could stall the program stays out.

    Where they are, and in which language they read, is as they have just told it.
    """
    noted = tx.keepsakes.preferences()
    kept = contents.preferences[0] if contents.preferences else Preferences()
    here = (tx.worker.platform, tx.worker.workspace)
    muted = frozenset(ref for ref in kept.muted if not is_elsewhere and (ref.platform, ref.workspace) == here)
    return Preferences(
        muted=muted,
        links_allowed=kept.links_allowed,
        topics=_usable(kept.topics),
        never_learn=_usable(kept.never_learn),
        time_zone=noted.time_zone,
        locale=noted.locale,
    )


def _usable(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    usable = [t for t in topics if _ID.fullmatch(t.id) and is_wellformed(t.kind, t.text)]
    return tuple({t.id: t for t in usable if not is_slow(t.kind, t.text)}.values())[:MOST_TOPICS]


def _is_here(tx: Transaction, ref: MessageRef) -> bool:
    here = (tx.worker.platform, tx.worker.workspace)
    return (ref.channel.platform, ref.channel.workspace) == here and bool(_STAMP.fullmatch(ref.stamp))


def _take_message(
    tx: Transaction,
    message: VaultMessage,
    grants: tuple[Grant, ...],
    here: Here,
    now: datetime,
) -> bool:
    """Log one message through the gate that all pass; say whether it stands in the log now."""
    moments = (message.said_at, message.revised_at)
    if not _is_here(tx, message.ref) or len(message.text) > LONGEST_TEXT or max(moments) > now:
        return False
    said = MessageSaid(
        ref=message.ref,
        author=tx.worker,
        text=message.text,
        said_at=message.said_at,
        revised_at=message.revised_at,
        thread=message.thread,
        channel_is_public=message.public and message.ref.channel in here.public,
    )
    return take_note(tx, said, now, grants, here.regions) not in {None, Recorded.DELETED}


def _mark(tx: Transaction, messages: Iterable[VaultMessage]) -> None:
    """Let messages be held back, lowered and read as they were."""
    known = {WORKER_SAID, *(topic.id for topic in tx.keepsakes.preferences().topics)}
    read = []
    for message in messages:
        marks = known.intersection(message.withheld_by) or ({WORKER_SAID} if message.withheld_by else set())
        for by in sorted(marks):
            tx.usage.withhold([message.ref], by)
        if marks:
            tx.index.remove([message.ref])
        for _ in range(min(message.lowered, MOST_LOWERED)):
            tx.usage.lower([message.ref])
        if message.is_read:
            read.append(message.ref)
    already = tx.usage.are_read(read)  # by a refresh of the profile, since the platform told of it first
    count_as_read(tx, [m for m in tx.messages.find(read) if not m.is_withheld and m.ref not in already])


def _take_claims(tx: Transaction, claims: Iterable[Claim], here: Here) -> int:
    """Keep the claims whose evidence is here and may be used, on the shelf where it stands now."""
    topics = tx.keepsakes.preferences().topics
    taken: dict[str, Claim] = {}
    for claim in claims:
        if len(taken) == MOST_CLAIMS:
            break
        fitting = _fitting(tx, claim)
        if fitting is not None and not held_by(topics, fitting.statement):
            taken[claim.id] = replace(fitting, statement=cleared(tx, fitting.statement, here.regions))
    tx.profile.put(_alone(claim, taken) for claim in taken.values())
    return len(taken)


def _fitting(tx: Transaction, claim: Claim) -> Claim | None:
    if not _ID.fullmatch(claim.id) or not 0 < len(claim.statement) <= LONGEST_STATEMENT:
        return None
    if not claim.evidence:
        is_told = claim.shelf is None and not claim.worded_by
        return claim if is_told and (claim.kind is ClaimKind.CORRECTION or claim.kind in RULES) else None
    stored = {m.ref: m for m in tx.messages.find(claim.evidence) if not m.is_withheld}
    left = without(claim, frozenset(claim.evidence) - stored.keys())
    if left is None or not left.evidence or not set(left.worded_by) <= stored.keys():
        return None
    shelf = _one_shelf(stored[ref] for ref in left.evidence)
    return None if shelf is None else replace(left, shelf=shelf)


def _one_shelf(messages: Iterable[LoggedMessage]) -> Shelf | None:
    """The shelf on which all of these stand; None if they do not stand on one."""
    shelves = {message.shelf for message in messages}
    return shelves.pop() if len(shelves) == 1 else None


def _alone(claim: Claim, taken: Mapping[str, Claim]) -> Claim:
    """A claim without the rival that was not taken up: there is nothing left to choose between."""
    if not claim.rival or claim.rival in taken:
        return claim
    return replace(claim, rival="", change=ClaimChange.NONE)


def _take_versions(tx: Transaction, contents: Contents) -> None:
    """Keep the versions of the profile, without the claims that did not come along."""
    known = {claim.id for claim in tx.profile.claims()}
    numbered = {v.number: v for v in contents.profile_versions if 0 < v.number < 1_000_000}
    made_here = {version.number for version in tx.profile.versions()}
    for number in sorted(numbered.keys() - made_here)[-MOST_VERSIONS:]:
        version = numbered[number]
        states = {claim_id: state for claim_id, state in version.states.items() if claim_id in known}
        tx.profile.add_version(replace(version, states=states))


def _take_answers(tx: Transaction, contents: Contents, grants: tuple[Grant, ...], here: Here, now: datetime) -> int:
    """Keep the reusable answers whose sources stand here, held back: a file's word is no worker's approval."""
    open_to = channels_in_force(grants, Purpose.ANSWER, now)
    shelves = tx.index.shelves()
    count = 0
    for answer in contents.reusable_answers[:MOST_ANSWERS]:
        channels = tuple(ref for ref in answer.channels if ref in open_to)
        texts = (answer.text, *answer.titles)
        is_usable = (
            bool(_ID.fullmatch(answer.id) and channels and answer.titles)
            and answer.ends_at > now
            and all(0 < len(text) <= LONGEST_ANSWER for text in texts)
            and not any(held_by(tx.keepsakes.preferences().topics, text) for text in texts)
            and stands(tx, answer.sources, shelves)
        )
        if is_usable:
            text, *titles = (cleared(tx, words, here.regions) for words in texts)
            kept = replace(answer, text=text, titles=tuple(titles), channels=channels, served=0, showings=())
            tx.reusable.put(replace(kept, is_withheld=True))
            count += 1
    return count
