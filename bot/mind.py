"""Building what the handlers think with: engine, entries, index."""

import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from bot.errors import Unusable
from bot.settings import HOME, Engine, Settings
from handlers.mind import Mind
from knowledge_base.entries import Entry
from knowledge_base.faq_drafts import FaqError
from knowledge_base.faq_folder import load
from knowledge_base.instruments import Instruments, load_instruments

if TYPE_CHECKING:  # the models take seconds to import; whoever only checks or refuses need not wait for them
    from knowledge_base.search import KnowledgeBase
    from nlu.understanding import Nlu

logger = logging.getLogger(__name__)

RASA_SECONDS = 2.0  # nobody in a group waits longer for a bot; the embedded engine answers instead
CACHE = HOME / "var" / "cache"
WORTH_KEEPING = 2_000  # phrasings: fewer are read again before the file is written
NLU_DATA = HOME / "nlu" / "rasa" / "data"


def read_faq(folder: Path) -> tuple[list[Entry], Instruments]:
    """The shipped entries and the instruments they cite, or Unusable with every fault."""
    try:
        return load(folder), load_instruments(folder)
    except FaqError as error:
        raise Unusable(*str(error).splitlines()) from error


def build_mind(settings: Settings, entries: list[Entry]) -> "tuple[Mind, KnowledgeBase]":
    """Engine and index, ready to think; or Unusable, when a model is missing or broken."""
    from knowledge_base.confidence import ConfidenceError
    from knowledge_base.encoder import EncoderError
    from knowledge_base.judging import JudgeError
    from knowledge_base.sameness import Sameness
    from knowledge_base.search import KnowledgeBase

    try:
        knowledge = KnowledgeBase.open(entries, model=settings.encoder)
    except (EncoderError, JudgeError, ConfidenceError) as error:
        raise Unusable(str(error)) from error
    _keep_what_was_read(knowledge)
    return Mind(nlu=_engine(settings), knowledge=knowledge, sameness=Sameness(knowledge.models)), knowledge


def _keep_what_was_read(knowledge: "KnowledgeBase") -> None:
    """The next start need not read it again; a disk that refuses only costs that start its seconds."""
    if knowledge.read_anew >= WORTH_KEEPING:
        with suppress(OSError):
            knowledge.keep()


def _engine(settings: Settings) -> "Nlu":
    from nlu.embedded import EmbeddedNlu
    from nlu.remembering import Remembering

    embedded = Remembering(EmbeddedNlu.train(NLU_DATA, cache=CACHE))
    if settings.nlu.engine == Engine.EMBEDDED:
        return embedded
    return _rasa(settings, embedded)


def _rasa(settings: Settings, embedded: "Nlu") -> "Nlu":
    """Rasa over HTTP, with the embedded engine behind it for when it is away."""
    from nlu import rasa_address
    from nlu.rasa_engine import RasaNlu

    token = settings.rasa_token.get_secret_value() if settings.rasa_token else ""
    where = rasa_address.written_in(rasa_address.FILE, otherwise=settings.nlu.rasa_url)
    rasa = RasaNlu(where, token, embedded, httpx.Client(timeout=RASA_SECONDS))
    logger.info("Rasa at %s: %s", where(), rasa.warm_up())
    return rasa


def understood_by(mind: Mind | None) -> str:
    """Which engine understands now, for the health page; what is wrong with Rasa and the cure, where it is away."""
    from nlu.rasa_engine import Engine as Answering
    from nlu.rasa_engine import RasaNlu

    if mind is None or not isinstance(mind.nlu, RasaNlu):
        return "内置引擎"
    health = mind.nlu.health()
    if health.engine == Answering.RASA:
        return f"Rasa{f'（刚才出错：{health.fault}）' if health.fault else ''}"
    return f"内置引擎（Rasa 不在：{health.fault}；请看 make rasa 是否在运行）"
