"""One order of an editor, and what it needs to be carried out."""

from dataclasses import dataclass

from handlers.base import Turn
from handlers.follow_ups import FollowUpRules
from handlers.knowledge.commands import Order
from handlers.knowledge.drafting import Editor
from handlers.knowledge.library import Library
from handlers.knowledge.refusals import HalfAnOrder
from knowledge_base.instruments import Registry


@dataclass(frozen=True, kw_only=True)
class Task:
    """An order, who gave it, and the turn it came in."""

    turn: Turn
    order: Order
    editor: Editor
    registry: Registry
    library: Library
    follow: FollowUpRules

    def needs(self) -> str:
        """What was typed after the number or the id. Raises HalfAnOrder when nothing was."""
        if not self.order.rest:
            raise HalfAnOrder(f"“{self.order.word}”后面还缺内容，例如：{self.order.example}")
        return self.order.rest

    @property
    def number(self) -> int:
        if self.order.number is None:
            raise HalfAnOrder(f"“{self.order.word}”要带号码，例如：{self.order.example}")
        return self.order.number

    @property
    def id(self) -> str:
        if not self.order.id:
            raise HalfAnOrder(f"“{self.order.word}”要带条目编号，例如：{self.order.example}")
        return self.order.id
