"""Every table, in one place: importing this fills Base.metadata."""

from handlers import choosing, files, hearing, inbox, modes, once, outbox, pausing, watching
from handlers.events import models as events
from handlers.knowledge import models as knowledge
from handlers.members import card_entries, group_register
from handlers.members import models as members
from handlers.notices import models as notices
from handlers.store import Base
from handlers.tickets import models as tickets
from handlers.tickets import papers

__all__ = [
    "Base",
    "card_entries",
    "choosing",
    "events",
    "files",
    "group_register",
    "hearing",
    "inbox",
    "knowledge",
    "members",
    "modes",
    "notices",
    "once",
    "outbox",
    "papers",
    "pausing",
    "tickets",
    "watching",
]
