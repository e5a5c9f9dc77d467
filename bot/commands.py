"""`/double …`: every command, and every button, led to the service that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.answering import Answering
from bot.away import Away
from bot.catching_up import CatchingUp
from bot.denying import Denying
from bot.doubting import Doubting
from bot.drafts_in_messages import DraftsInMessages
from bot.erasing_window import ErasingWindow
from bot.events import ActionTaken, Command
from bot.exporting import Exporting
from bot.home import Home
from bot.joining import Joining
from bot.leaving import Departures
from bot.mentions import Mentions
from bot.mine import Mine
from bot.never_learn_window import NeverLearn
from bot.never_use import NeverUse
from bot.offering import Offering
from bot.profile_decisions import ProfileDecisions
from bot.profile_window import ProfileWindow
from bot.refs import PersonRef
from bot.refused_window import RefusedWindow
from bot.reminding import clear_notices
from bot.renewing import Renewing
from bot.resting import Resting
from bot.reusable_window import ReusableWindow
from bot.reusing import Reusing
from bot.review import Review
from bot.stage import Stage
from bot.time_zones import TimeZones, lacks_zone
from bot.topics_window import Topics
from bot.trying import Trying
from bot.version_window import VersionWindow
from bot.views import Answer, Facts, Refusal, Text, View
from bot.weekly_window import WeeklyNotes

Reply = Callable[[Command, str], Awaitable[Answer | Refusal]]
HELPED = (
    "home",
    "join",
    "leave",
    "pause",
    "resume",
    "away",
    "timezone",
    "status",
    "mine",
    "profile",
    "correct",
    "answers",
    "forget",
    "never",
    "export",
    "never_learn",
    "try",
    "ask",
    "mention",
)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command or a button may lead to."""

    joining: Joining
    departures: Departures
    mentions: Mentions
    answering: Answering
    offering: Offering
    away: Away
    time_zones: TimeZones
    drafts_in_messages: DraftsInMessages
    review: Review
    denying: Denying
    doubting: Doubting
    home: Home
    mine: Mine
    erasing: ErasingWindow
    trying: Trying
    never_use: NeverUse
    topics: Topics
    never_learn: NeverLearn
    reusing: Reusing
    refused: RefusedWindow
    reusable: ReusableWindow
    profile: ProfileWindow
    versions: VersionWindow
    profile_decisions: ProfileDecisions
    renewing: Renewing
    resting: Resting
    weekly: WeeklyNotes
    exporting: Exporting
    catching_up: CatchingUp


class Commands:
    """Answers what people type after `/double` and what they press."""

    def __init__(self, stage: Stage, services: Services) -> None:
        self._stage = stage
        self._services = s = services
        self._commands: dict[str, Reply] = {
            "": lambda c, _: _view(s.joining.explain(c.person)),
            "home": lambda c, _: _view(s.home.page(c.person)),
            "help": lambda c, _: _view(self._help(c.person)),
            "join": lambda c, _: _view(s.joining.form(c.person)),
            "leave": lambda c, _: s.departures.window(c.person),
            "pause": lambda c, _: s.joining.pause(c.person),
            "resume": lambda c, _: s.joining.resume(c.person),
            "status": lambda c, _: _view(s.home.status(c.person)),
            "mine": lambda c, rest: _view(s.mine.window(c.person, rest)),
            "profile": self._profile,
            "correct": lambda c, rest: s.profile_decisions.correct_by_command(c.person, rest),
            "answers": lambda c, _: _view(s.reusable.window(c.person)),
            "export": lambda c, _: s.exporting.window(c.person),
            "forget": lambda c, _: _view(s.erasing.window(c.person)),
            "never": self._never,
            "never-learn": lambda c, rest: _view(s.never_learn.window(c.person, rest)),
            "try": lambda c, rest: s.trying.answer(c.person, c.channel, rest),
            "ask": s.mentions.command,
            "away": s.away.command,
            "timezone": s.time_zones.command,
        }
        self._actions: dict[str, Callable[[ActionTaken], Awaitable[Answer | Refusal]]] = {
            "join": lambda a: _view(s.joining.form(a.person)),
            "consent": s.joining.submit,
            "learn_earlier": s.joining.learn_earlier,
            "renew": self._renew,
            "weekly": lambda a: s.weekly.window(a.person),
            "pause": lambda a: s.joining.pause(a.person),
            "resume": lambda a: s.joining.resume(a.person),
            "leave_window": lambda a: s.departures.window(a.person),
            "leave": s.departures.leave,
            "home": lambda a: _view(s.home.page(a.person)),
            "mine": lambda a: _view(
                s.mine.window(a.person, str(a.values.get("words", "")), str(a.values.get("before", "")))
            ),
            "delete_message": s.erasing.delete,
            "never_use": s.never_use.never_use,
            "use_again": s.never_use.use_again,
            "never": s.topics.back,
            "never_try": s.topics.try_out,
            "never_keep": s.topics.keep,
            "use_topic_again": s.topics.use_again,
            "export_window": lambda a: s.exporting.window(a.person),
            "export": s.exporting.export,
            "recovery_code": lambda a: s.exporting.new_code(a.person),
            "never_learn": s.never_learn.back,
            "never_learn_try": s.never_learn.try_out,
            "never_learn_keep": s.never_learn.keep,
            "learn_again": s.never_learn.learn_again,
            "forget_window": s.erasing.back,
            "forget_try": s.erasing.try_out,
            "forget": s.erasing.erase,
            "forget_everything": s.erasing.everything,
            "profile": lambda a: _view(s.profile.page(a.person, is_whole="whole" in a.values)),
            "refresh_profile": lambda a: s.profile_decisions.refresh(a.person),
            "keep_claim": s.profile_decisions.keep,
            "drop_claim": s.profile_decisions.drop,
            "keep_claims": s.profile_decisions.keep,
            "drop_claims": s.profile_decisions.drop,
            "settle_claims": s.profile_decisions.settle,
            "correct": s.profile_decisions.correct,
            "remove_correction": s.profile_decisions.remove,
            "profile_versions": lambda a: _view(s.versions.window(a.person)),
            "compare_versions": s.versions.compare,
            "roll_back": s.profile_decisions.roll_back,
            "review": lambda a: s.review.window(a.person, a.target),
            "approve": s.review.approve,
            "edit": self._edit,
            "deny": s.review.deny,
            "deny_reason": s.denying.give,
            "answered": s.review.answered,
            "mute": s.review.mute,
            "mute_asker": s.refused.mute,
            "links": s.home.switch_links,
            "unmute": s.review.unmute,
            "undo": s.review.undo,
            "retract": s.review.retract,
            "not_right": s.doubting.say,
            "doubted": lambda a: _view(s.doubting.window(a.person)),
            "it_is_there": lambda a: s.review.settle_unsure(a, is_there=True),
            "it_is_not_there": lambda a: s.review.settle_unsure(a, is_there=False),
            "cancel": self._cancel,
            "go_on": lambda a: self._go_on(a, with_model=True),
            "go_on_without": lambda a: self._go_on(a, with_model=False),
            "ask_yourself": self._ask_yourself,
            "choose": s.mentions.chosen,
            "ask_double": s.offering.ask,
            "away": lambda a: s.away.window(a.person),
            "save_away": s.away.save,
            "show_drafts": s.drafts_in_messages.switch,
            "reused_enough": s.reusing.enough,
            "ask_all_the_same": self._ask_all_the_same,
            "change_answer": s.reusable.form,
            "save_answer": s.reusable.save,
            "never_use_answer": s.reusable.withhold,
            "use_answer": s.reusable.release,
            "delete_answer": s.reusable.delete,
        }

    async def answer(self, command: Command) -> Answer | Refusal:
        """Answer a command, privately."""
        text = command.text.strip().removeprefix("/double").strip()
        word, _, rest = text.partition(" ")
        found = self._commands.get(word.lower())
        if found is None:
            words = await self._stage.platforms.words_for(command.person)
            return Refusal("unknown_command", words.say("double.unknown_command", word=word[:40]))
        return await found(command, rest.strip())

    async def act(self, action: ActionTaken) -> Answer | Refusal:
        """Carry out a button or a form."""
        found = self._actions.get(action.name)
        if found is None:
            words = await self._stage.platforms.words_for(action.person)
            return Refusal("unknown_action", words.say("double.unknown_action"))
        return await found(action)

    async def _profile(self, command: Command, rest: str) -> Answer | Refusal:
        if rest.lower() == "refresh":
            return await self._services.profile_decisions.refresh(command.person)
        return Answer(view=await self._services.profile.page(command.person))

    async def _renew(self, action: ActionTaken) -> Answer | Refusal:
        """Renew by one click; where something has changed since, the form is to be read and agreed to anew."""
        renewed = await self._services.renewing.renew(action)
        if isinstance(renewed, Answer):
            await clear_notices(self._stage, action.person)
        return renewed or Answer(view=await self._services.joining.form(action.person))

    async def _never(self, command: Command, rest: str) -> Answer | Refusal:
        """Open the window of topics that are never used; with "learn" after it, that of what is never learnt."""
        word, _, wanted = rest.partition(" ")
        if word.lower() == "learn":
            return Answer(view=await self._services.never_learn.window(command.person, wanted.strip()))
        return Answer(view=await self._services.topics.window(command.person, rest))

    async def _edit(self, action: ActionTaken) -> Answer | Refusal:
        """Send an edited draft; without any words it opens the window in which to write them."""
        if "text" not in action.values:
            return await self._services.review.window(action.person, action.target)
        return await self._services.review.approve(action)

    async def _cancel(self, action: ActionTaken) -> Answer | Refusal:
        words = await self._stage.platforms.words_for(action.person)
        if await self._services.answering.withdraw(action.target, action.person):
            return Answer(words.say("asking.cancelled"))
        return Refusal("too_late", words.say("asking.not_open"))

    async def _go_on(self, action: ActionTaken, *, with_model: bool) -> Answer | Refusal:
        told = await self._services.answering.go_on(action.target, action.person, with_model=with_model)
        if told is None:
            words = await self._stage.platforms.words_for(action.person)
            return Refusal("too_late", words.say("asking.not_open"))
        return Answer(told)

    async def _ask_yourself(self, action: ActionTaken) -> Answer | Refusal:
        words = await self._stage.platforms.words_for(action.person)
        worker = self._services.answering.worker_of(action.target)
        if worker is None or not await self._services.answering.withdraw(action.target, action.person):
            return Refusal("too_late", words.say("asking.not_open"))
        person = await self._stage.platforms.person(worker)
        return Answer(words.say("asking.asked_yourself", name=person.name, handle=person.handle))

    async def _ask_all_the_same(self, action: ActionTaken) -> Answer | Refusal:
        """Put a question to the worker though an approved answer was shown."""
        question = await self._services.reusing.take(action)
        if question is None:
            words = await self._stage.platforms.words_for(action.person)
            return Refusal("too_late", words.say("asking.ask_again"))
        await self._services.answering.ask(question, all_the_same=True)
        return Answer()  # what becomes of it is told where the question stands

    async def _help(self, person: PersonRef) -> View:
        words = await self._stage.platforms.words_for(person)
        longer = {"away", "timezone", "never_learn", "mine", "try", "ask", "mention", "correct"}
        helped = HELPED if await lacks_zone(self._stage, person) else tuple(c for c in HELPED if c != "timezone")
        rows = tuple(
            (words.say(f"double.help_word_{c}") if c in longer else f"/double {c}", words.say(f"double.help_{c}"))
            for c in helped
        )
        return View("help", words.say("double.help_title"), (Text(words.say("double.help_intro")), Facts(rows)))


async def _view(view: Awaitable[View]) -> Answer | Refusal:
    return Answer(view=await view)
