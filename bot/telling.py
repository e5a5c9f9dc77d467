"""What askers and workers are told in private about a draft, and when.

No notice holds a question, draft or passage, but one to a worker who chose to have their drafts in it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.agreement import shown_model, shown_vendor
from bot.drafts import Draft, DraftState
from bot.pacing import next_beat
from bot.ports import Transaction
from bot.questions import OpenQuestions, Question, is_over_for_asker
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef, WorkerRef
from bot.ruling import Speaker
from bot.schedule import is_working_time
from bot.showing import where
from bot.stage import Stage
from bot.views import Button, Link, Notice
from bot.words import Words

DRAFTS_KEY, PROFILE_KEY = "drafts", "profile"
CONSENT_KEY, WORDS_KEY, WEEKLY_KEY = "consent", "words", "weekly"
DOUBTED_KEY, GAP_KEY = "doubted", "gap"
MOST_IN_WORDS, LONGEST_IN_WORDS = 3, 500
WAITING_FOR_WORKER = frozenset({DraftState.PENDING, DraftState.UNSURE, DraftState.FAILED})


class Telling:
    """Tells one person one thing, in their own language and time."""

    def __init__(self, stage: Stage, questions: OpenQuestions) -> None:
        self._stage = stage
        self._questions = questions

    async def uniform_no(self, asker: PersonRef, worker: PersonRef, near: ThreadRef | ChannelRef) -> str:
        """Say the one no that fits every reason: not joined, learning only, paused, ended, muted, not here."""
        words = await self._stage.platforms.words_for(asker)
        name = (await self._stage.platforms.person(worker)).name
        text = words.say("asking.uniform_no", name=name)
        await next_beat(self._stage.policy.beat)
        await self.aside(asker, near, f"no:{worker.person}", "no", text)
        return text

    async def refused(self, asker: PersonRef, worker: PersonRef, near: ThreadRef | ChannelRef) -> str:
        """Say that no double answers such a question; the same of everybody, whether they have one or not."""
        words = await self._stage.platforms.words_for(asker)
        text = words.say("asking.refused", name=(await self._stage.platforms.person(worker)).name)
        await next_beat(self._stage.policy.beat)
        await self.aside(asker, near, f"no:{worker.person}", "no", text)
        return text

    async def thread_full(self, asker: PersonRef, worker: PersonRef, near: ThreadRef) -> str:
        """Say that doubles have said enough in a thread; the same of everybody, whether they have one or not."""
        words = await self._stage.platforms.words_for(asker)
        text = words.say("asking.thread_full", name=(await self._stage.platforms.person(worker)).name)
        await next_beat(self._stage.policy.beat)
        await self.aside(asker, near, f"no:{worker.person}", "no", text)
        return text

    async def who_speaks(self, question: Question, speaker: Speaker, *, is_approved: bool) -> str:
        """Say what a double is to somebody who asks whether it is its worker, or a machine."""
        words = await self._stage.platforms.words_for(question.asker)
        name = (await self._stage.platforms.person(question.worker)).name
        takes = f"asking.who_{speaker.value}_read" if is_approved else f"asking.who_{speaker.value}"
        text = words.say(takes, name=name)
        await self.aside(question.asker, question.thread, f"who:{question.worker.person}", "who", text)
        return text

    async def aside(
        self,
        to: PersonRef,
        near: ThreadRef | ChannelRef,
        key: str,
        kind: str,
        text: str,
        buttons: tuple[Button, ...] = (),
    ) -> None:
        """Say a sentence to one person in the place where they spoke."""
        await self._tell(Notice(to, key, kind, text, self._stage.now(), buttons, near=near))

    async def waiting(self, draft: Draft, links: tuple[Link, ...] = ()) -> str:
        """Tell the asker who decides, until when, and what they can do meanwhile.

        Whether something was found is told of the first draft alone: a later one would tell what its worker deleted.
        """
        asker = await self._stage.platforms.person(draft.asker)
        words = Words(asker.locale, asker.time_zone)
        name = (await self._stage.platforms.person(draft.worker)).name
        key = "asking.waiting_unknown" if draft.revision == 1 and not draft.written else "asking.waiting"
        if "composing.reason_silent" in draft.reasons:
            key = "asking.waiting_silent"
        when = words.moment(draft.lapses_at, self._stage.now())
        shown = "asking.when_own" if asker.is_time_zone_own else "asking.when_of_the_house"
        text = words.say(key, name=name, when=words.say(shown, when=when, zone=asker.time_zone))
        if draft.question_ref is None:
            beside = words.say("asking.waiting_quoted", where=await where(self._stage, draft.channel))
            text = words.in_a_row((text, beside))
        buttons = (
            Button("cancel", words.say("asking.cancel_button"), target=draft.id),
            Button("ask_yourself", words.say("asking.ask_yourself_button", name=name), target=draft.id),
        )
        await self._tell(
            Notice(draft.asker, draft.id, "waiting", text, self._stage.now(), buttons, links, near=draft.thread)
        )
        return text

    async def first_ask(self, draft: Draft) -> str:
        """Tell an asker what would be sent where before anything is, and let them choose."""
        words = await self._stage.platforms.words_for(draft.asker)
        name = (await self._stage.platforms.person(draft.worker)).name
        text = self._first_ask_text(name, words)
        buttons = (
            Button("go_on", words.say("asking.go_on_button"), target=draft.id, look="primary"),
            Button("go_on_without", words.say("asking.go_on_without_button"), target=draft.id),
            Button("cancel", words.say("asking.cancel_button"), target=draft.id),
        )
        notice = Notice(draft.asker, draft.id, "waiting", text, self._stage.now(), buttons, near=draft.thread)
        await self._tell(notice)
        return text

    def _first_ask_text(self, name: str, words: Words) -> str:
        identity = self._stage.identity
        if identity is None:
            return words.say("asking.first_ask_over", name=name)
        model = shown_model(identity)
        if identity.is_local:
            return words.say("asking.first_ask_local", name=name, model=model)
        return words.say("asking.first_ask_vendor", name=name, model=model, vendor=shown_vendor(identity, words))

    async def outage(self, draft: Draft) -> None:
        """Tell both that the model gave no answer and that nothing of the question was kept."""
        words = await self._stage.platforms.words_for(draft.asker)
        await self._over(draft, words.say("asking.outage"))
        words = await self._stage.platforms.words_for(draft.worker)
        text = words.say("asking.outage_worker", where=await where(self._stage, draft.channel))
        await self._tell(Notice(draft.worker, f"outage:{draft.id}", "outage", text, self._stage.now(), quiet=True))

    async def outcome(self, draft: Draft) -> None:
        """Tell the asker how it ended: posted, called off by themself, or the one sentence for everything else."""
        words = await self._stage.platforms.words_for(draft.asker)
        name = (await self._stage.platforms.person(draft.worker)).name
        key = {DraftState.POSTED: "asking.posted", DraftState.WITHDRAWN: "asking.cancelled"}.get(
            draft.state, "asking.no_answer"
        )
        await self._over(draft, words.say(key, name=name))
        await self._note_told(draft)

    async def left(self, draft: Draft) -> None:
        """Close, at its deadline, the notice of a question to a worker who left: the sentence said at any end."""
        words = await self._stage.platforms.words_for(draft.asker)
        name = (await self._stage.platforms.person(draft.worker)).name
        await self._over(draft, words.say("asking.no_answer", name=name))

    async def not_posted(self, draft: Draft) -> None:
        """Close the notice of a question whose thread filled before its reply was sent."""
        words = await self._stage.platforms.words_for(draft.asker)
        name = (await self._stage.platforms.person(draft.worker)).name
        await self._over(draft, words.say("asking.thread_full", name=name))
        await self._note_told(draft)

    async def answered_in_person(self, draft: Draft) -> None:
        """Close the notice of a question that the worker answered themself."""
        words = await self._stage.platforms.words_for(draft.asker)
        name = (await self._stage.platforms.person(draft.worker)).name
        await self._over(draft, words.say("asking.answered_in_person", name=name))

    async def called_off(self, draft: Draft) -> None:
        """Close the notice of a question that its asker called off."""
        words = await self._stage.platforms.words_for(draft.asker)
        await self._over(draft, words.say("asking.cancelled"))

    async def announce(self, worker: WorkerRef, *, only_news: bool = False) -> None:
        """Keep the worker's one notice of waiting drafts true: the first rings, further ones are bundled into it.

        Outside the worker's hours nothing is said; the drafts wait, and a job comes back at opening time, with
        `only_news` set: then nothing is said unless some draft was not announced yet.
        """
        person = await self._stage.platforms.person(worker)
        now = self._stage.now()
        waiting = await self._stage.store.read(worker, lambda tx: tx.drafts.in_states(WAITING_FOR_WORKER)) or ()
        news = [d for d in waiting if d.announced_at is None]
        working = is_working_time(now, person.time_zone, self._stage.policy.hours)
        if (news and not working) or (only_news and not news):
            return
        if news:
            await self._stage.store.run(worker, lambda tx: _mark_announced(tx, news, self._stage))
        words = Words(person.locale, person.time_zone)
        rings = bool(news) and len(news) == len(waiting)
        await self._tell(await self._drafts_notice(worker, waiting, words, rings=rings))

    async def noticed(self, worker: WorkerRef, count: int) -> None:
        """Tell a worker, quietly, how much waits for their word on the profile; where nothing does, take that away."""
        words = await self._stage.platforms.words_for(worker)
        look = Button("profile", words.say("profile.look_button"), look="primary")
        text, buttons = (words.say("profile.noticed", n=count), (look,)) if count else ("", ())
        now = self._stage.now()
        await self._tell(Notice(worker, PROFILE_KEY, "profile", text, now, buttons, quiet=True, is_over=not count))

    async def unannounce_drafts(self, worker: WorkerRef) -> None:
        """Take the notice of waiting drafts away."""
        await self._tell(Notice(worker, DRAFTS_KEY, "announcement", "", self._stage.now(), quiet=True, is_over=True))

    async def unannounce(self, worker: WorkerRef) -> None:
        """Take the worker's notices away without a word, for one who has left."""
        for key in (DRAFTS_KEY, PROFILE_KEY, CONSENT_KEY, WORDS_KEY, WEEKLY_KEY, DOUBTED_KEY, GAP_KEY):
            await self._tell(Notice(worker, key, "announcement", "", self._stage.now(), quiet=True, is_over=True))

    async def _drafts_notice(
        self, worker: WorkerRef, waiting: tuple[Draft, ...], words: Words, *, rings: bool
    ) -> Notice:
        now = self._stage.now()
        if not waiting:
            return Notice(worker, DRAFTS_KEY, "announcement", "", now, quiet=True, is_over=True)
        places = [await where(self._stage, ref) for ref in dict.fromkeys(d.channel for d in waiting)]
        text = words.say("asking.drafts_waiting", n=len(waiting), where=words.listed(places))
        if (await self._stage.store.read(worker, lambda tx: tx.keepsakes.preferences().drafts_shown)) is True:
            text = "\n\n".join([text, *[await self._draft_in_words(draft, words) for draft in waiting[:MOST_IN_WORDS]]])
        review = (
            Button("review", words.say("asking.review_button"), target=waiting[0].id, look="primary")
            if len(waiting) == 1
            else Button("home", words.say("asking.review_all_button"), look="primary")
        )
        return Notice(worker, DRAFTS_KEY, "announcement", text, now, (review,), quiet=not rings)

    async def _note_told(self, draft: Draft) -> None:
        told = replace(draft, told_at=self._stage.now())
        await self._stage.store.run(draft.worker, lambda tx: _mark_told(tx, told))
        self._questions.note(told)

    async def _draft_in_words(self, draft: Draft, words: Words) -> str:
        """Question and draft, for a worker who chose to have them in their direct messages; cut where they are long."""
        asker = (await self._stage.platforms.person(draft.asker)).name
        asked = words.say("reply.asked", name=asker, question=_cut(draft.question))
        return f"{asked}\n> {_cut(draft.written) or words.say('asking.draft_without_words')}"

    async def _over(self, draft: Draft, text: str) -> None:
        notice = Notice(
            draft.asker, draft.id, "outcome", text, self._stage.now(), near=draft.thread, quiet=True, is_over=True
        )
        await self._tell(notice)

    async def _tell(self, notice: Notice) -> None:
        await self._stage.platforms.of(notice.to).tell(notice)


def _cut(text: str) -> str:
    """One line, no longer than a message has room for."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_IN_WORDS else f"{line[:LONGEST_IN_WORDS]}…"


def links_for(refs: tuple[MessageRef, ...], channel: ChannelRef) -> tuple[MessageRef, ...]:
    """Return up to two of the messages that stand in the very channel an asker can read anyway."""
    return tuple(ref for ref in refs if ref.channel == channel)[:2]


def _mark_told(tx: Transaction, told: Draft) -> None:
    stored = tx.drafts.get(told.id)
    if stored is not None and not is_over_for_asker(stored):
        tx.drafts.move(replace(stored, told_at=told.told_at), stored.state, stored.revision)


def _mark_announced(tx: Transaction, news: list[Draft], stage: Stage) -> None:
    for draft in news:
        stored = tx.drafts.get(draft.id)
        if stored is not None:
            tx.drafts.move(replace(stored, announced_at=stage.now()), stored.state, stored.revision)
