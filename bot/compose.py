"""The composition: the one place that sees the core, the adapters and the storage, and puts them together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.discord.access import WEB_URL
from adapters.discord.access import Access as DiscordAccess
from adapters.slack.access import Access
from adapters.web.translate import PLATFORM
from adapters.web.workspace import Workspace
from bot.answering import Answering
from bot.away import Away
from bot.backfilling import Backfilling
from bot.bringing import Bringing
from bot.catching_up import CatchingUp
from bot.clock import Clock, SystemClock
from bot.commands import Services
from bot.composing import Composing
from bot.consulting import Consulting
from bot.delivery import Delivery
from bot.denying import Denying
from bot.doorkeeping import Doorkeeping
from bot.doubting import Doubting
from bot.drafts_in_messages import DraftsInMessages
from bot.embedding import Embedding
from bot.erasing import Erasing
from bot.erasing_window import ErasingWindow
from bot.exporting import Exporting
from bot.home import Home
from bot.jobs import Jobs
from bot.joining import Joining
from bot.leaving import Departures
from bot.log_clearing import LogClearing
from bot.mentions import Mentions
from bot.mine import Mine
from bot.model import LanguageModel
from bot.never_learn_window import NeverLearn
from bot.never_use import NeverUse
from bot.offering import Offering
from bot.offload import StoreThreads
from bot.pipeline import Pipeline
from bot.platforms import Platforms
from bot.policy import Policy
from bot.ports import ChatPlatform, Store
from bot.profile_decisions import ProfileDecisions
from bot.profile_window import ProfileWindow
from bot.questions import OpenQuestions
from bot.reconciling import Reconciling
from bot.refreshing import Refreshing
from bot.refused_window import RefusedWindow
from bot.reminding import Reminding
from bot.renewing import Renewing
from bot.reply_rows import ReplyRows
from bot.resting import Resting
from bot.reusable_window import ReusableWindow
from bot.reusing import Reusing
from bot.review import Review
from bot.settings import Settings
from bot.shown_answers import ShownAnswers
from bot.stage import Stage
from bot.telling import Telling
from bot.time_zones import TimeZones
from bot.topics_window import Topics
from bot.trying import Trying
from bot.version_window import VersionWindow
from bot.weekly_window import WeeklyNotes
from bot.work import Work
from storage.store import SqliteStore


@dataclass(frozen=True, slots=True)
class Core:
    """The core, ready to be driven: what platforms give their events to, and what a timer wakes."""

    stage: Stage
    pipeline: Pipeline
    jobs: Jobs
    questions: OpenQuestions
    consulting: Consulting
    catching_up: CatchingUp


def compose_core(
    store: Store, clock: Clock, policy: Policy, *platforms: ChatPlatform, model: LanguageModel | None = None
) -> Core:
    """Build the core over a store, its platforms and a language model, if there is one. Nothing runs yet."""
    threads = StoreThreads(store)
    stage = Stage(threads, Platforms(threads, policy, *platforms), clock, policy, Work(), model)
    questions = OpenQuestions()
    telling = Telling(stage, questions)
    backfilling = Backfilling(stage)
    catching_up = CatchingUp(stage, backfilling)
    delivery = Delivery(stage, questions, telling)
    denying = Denying(stage)
    consulting = Consulting(stage)
    composing = Composing(stage, consulting)
    shown = ShownAnswers(stage)
    reusing, reusable = Reusing(stage, shown), ReusableWindow(stage, shown)
    answering = Answering(stage, questions, telling, composing, reusing, Doorkeeping(stage, telling))
    departures = Departures(stage, questions, telling, delivery, shown)
    weekly = WeeklyNotes(stage)
    resting = Resting(stage, questions, telling, shown, Reminding(stage))
    exporting = Exporting(stage)
    joining = Joining(stage, backfilling, Bringing(stage), exporting)
    mine = Mine(stage)
    erasing = Erasing(stage, shown)
    erasing_window = ErasingWindow(stage, erasing)
    never_use = NeverUse(stage, answering, telling)
    topics = Topics(stage, never_use)
    clearing = LogClearing(stage, never_use)
    refreshing = Refreshing(stage, consulting, telling)
    profile = ProfileWindow(stage, refreshing)
    refused = RefusedWindow(stage)
    services = Services(
        joining=joining,
        departures=departures,
        mentions=Mentions(stage, questions, telling, answering),
        answering=answering,
        offering=Offering(stage, questions, telling, answering),
        away=Away(stage),
        time_zones=TimeZones(stage),
        drafts_in_messages=DraftsInMessages(stage, telling),
        review=Review(stage, questions, telling, delivery, denying),
        denying=denying,
        doubting=Doubting(stage, ReplyRows(stage, delivery)),
        never_use=never_use,
        topics=topics,
        exporting=exporting,
        home=Home(stage, joining, mine, delivery, reusable, profile, exporting, erasing_window, refused),
        refused=refused,
        never_learn=NeverLearn(stage, never_use, clearing),
        mine=mine,
        erasing=erasing_window,
        trying=Trying(stage, composing),
        reusing=reusing,
        reusable=reusable,
        profile=profile,
        versions=VersionWindow(stage),
        profile_decisions=ProfileDecisions(stage, refreshing, never_use, telling),
        renewing=Renewing(stage),
        resting=resting,
        weekly=weekly,
        catching_up=catching_up,
    )
    embedding = Embedding(stage, consulting)
    jobs = Jobs(
        stage,
        questions,
        telling,
        answering,
        delivery,
        departures,
        backfilling,
        embedding,
        denying,
        topics,
        clearing,
        refreshing,
        shown,
        erasing,
        resting,
        weekly,
        refused,
        Reconciling(stage, resting),
    )
    return Core(stage, Pipeline(stage, questions, services, jobs), jobs, questions, consulting, catching_up)


@asynccontextmanager
async def running(core: Core) -> AsyncIterator[Pipeline]:
    """Take up what the store says was under way, and close the store in the end."""
    await core.questions.load(core.stage)
    await core.consulting.load()
    try:
        yield core.pipeline
    finally:
        await core.stage.work.idle()
        await core.catching_up.stop()
        if core.stage.model:
            await core.stage.model.close()
        await core.stage.store.close()


def language_model(settings: Settings) -> LanguageModel | None:
    """Build the language model that the settings name; None if they name none. Nothing is sent yet."""
    given = settings.model()
    if given is None:
        return None
    from adapters.model.endpoint import EndpointModel  # noqa: PLC0415 - the openai library is loaded only where used
    from adapters.model.identity import identify  # noqa: PLC0415 - as above

    identity = identify(given.model, given.embedding, given.base_url, given.vendor, given.region)
    key = given.api_key.get_secret_value() if given.api_key else None
    return EndpointModel(identity, given.base_url, key, given.timeout_seconds)


def slack_access(settings: Settings) -> Access | None:
    """Return with what Slack is spoken to; None if the settings do not name it."""
    given = settings.slack()
    if given is None:
        return None
    return Access(
        bot_token=given.bot_token.get_secret_value(),
        app_token=given.app_token.get_secret_value() if given.app_token else "",
        signing_secret=given.signing_secret.get_secret_value() if given.signing_secret else "",
        host=given.host,
        port=given.port,
        api_url=given.api_url,
        shows_names=given.shows_names,
    )


def discord_access(settings: Settings) -> DiscordAccess | None:
    """Return with what Discord is spoken to; None if the settings do not name it, or leave it switched off."""
    given = settings.discord()
    if given is None:
        return None
    return DiscordAccess(
        token=given.token.get_secret_value(),
        api_url=given.api_url,
        gateway_url=given.gateway_url,
        web_url=given.web_url or WEB_URL,
    )


def open_store(
    settings: Settings, said: Callable[[str], None], *, to_erase: bool = False, serves: bool = False
) -> SqliteStore:
    """Open the doubles' store, `to_erase` on a full disk too; say so if a master key was made. Raises `StoreError`.

    Where it `serves`, it backs up daily if the settings name a folder for that.
    """
    folder, key = settings.data / "double", settings.master_key_written
    store = SqliteStore(folder, key, to_erase=to_erase, daily_backups=settings.backup_folder if serves else None)
    if store.master_key_was_made:
        said(f"made a master key in {folder / 'master.key'}: keep a copy elsewhere, without it nothing can be read")
    return store


def erase_local(store: Store) -> None:
    """Erase every double of the local workspace, and nobody's from a real platform."""
    for worker in store.workers():
        if worker.platform == PLATFORM:
            store.erase(worker)


def look_through(settings: Settings, said: Callable[[str], None]) -> None:
    """Open everything that is kept, and change nothing. Raises `BotError` at the first file that does not open."""
    store = open_store(settings, said)
    try:
        for worker in store.workers():
            with store.reading(worker):
                pass
        store.open_spares()
        if workspace_folder(settings).exists():
            Workspace(workspace_folder(settings), SystemClock()).close()
    finally:
        store.close()


def workspace_folder(settings: Settings) -> Path:
    """Where the local workspace's own file stands."""
    return settings.data / "workspace"
