"""Every table, in one place: importing this fills Base.metadata."""

from handlers import choosing, inbox, outbox, watching
from handlers.knowledge import models as knowledge
from handlers.store import Base
from handlers.tickets import models as tickets
from handlers.tickets import papers

__all__ = ["Base", "choosing", "inbox", "knowledge", "outbox", "papers", "tickets", "watching"]
