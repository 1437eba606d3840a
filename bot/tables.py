"""Every table, in one place: importing this fills Base.metadata."""

from handlers import choosing, hearing, inbox, modes, once, outbox, pausing, watching
from handlers.knowledge import models as knowledge
from handlers.store import Base
from handlers.tickets import models as tickets
from handlers.tickets import papers

__all__ = [
    "Base",
    "choosing",
    "hearing",
    "inbox",
    "knowledge",
    "modes",
    "once",
    "outbox",
    "papers",
    "pausing",
    "tickets",
    "watching",
]
