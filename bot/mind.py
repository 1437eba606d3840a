"""Building what the handlers think with: engine, entries, index."""

from pathlib import Path

from bot.errors import Unusable
from bot.settings import HOME, Settings
from handlers.mind import Mind
from knowledge_base.encoder import EncoderError
from knowledge_base.entries import Entry, FaqError, load
from knowledge_base.instruments import Registry, load_registry
from knowledge_base.search import KnowledgeBase
from nlu.embedded import EmbeddedNlu
from nlu.understanding import Nlu

NLU_DATA = HOME / "nlu" / "rasa" / "data"
CACHE = HOME / "var" / "cache"


def read_faq(folder: Path) -> tuple[list[Entry], Registry]:
    """The shipped entries and the instruments they cite, or Unusable with every fault."""
    try:
        return load(folder), load_registry(folder)
    except FaqError as error:
        raise Unusable(*str(error).splitlines()) from error


def build_mind(settings: Settings, entries: list[Entry]) -> tuple[Mind, KnowledgeBase]:
    """Engine and index, ready to think."""
    try:
        knowledge = KnowledgeBase.open(entries, model=settings.encoder)
    except EncoderError as error:
        raise Unusable(str(error)) from error
    return Mind(nlu=_engine(settings), knowledge=knowledge), knowledge


def _engine(settings: Settings) -> Nlu:
    return EmbeddedNlu.train(NLU_DATA)
