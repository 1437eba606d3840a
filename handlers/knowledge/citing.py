"""Which of the entries that count cite an instrument."""

from sqlalchemy.orm import Session

from handlers.knowledge.service import live
from knowledge_base.citing import mentions
from knowledge_base.entries import Entry
from knowledge_base.instruments import Instruments


def citing(session: Session, wanted: str, instruments: Instruments) -> list[Entry]:
    """The entries that cite or name what is wanted."""
    return [entry for entry, _ in mentions(live(session), wanted, instruments)]
