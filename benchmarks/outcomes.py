"""What becomes of questions, counted the same way wherever they are put to the whole bot."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.base import DecisionKind


@dataclass(kw_only=True)
class Count:
    """What became of the questions of one kind. `missed`: neither answered, offered, watched nor a ticket; `beside`:
    choices that stand beside a ticket."""

    asked: int = 0
    right: int = 0
    wrong: int = 0
    offered: int = 0
    tickets: int = 0
    watched: int = 0
    missed: int = 0
    beside: int = 0

    def add(self, right: Collection[str], result: Mapping[str, Any]) -> None:
        """Count one more; `right`: the entries that answer it."""
        self.asked += 1
        match result["decision"]:
            case DecisionKind.ANSWERED if result["entry"] in right:
                self.right += 1
            case DecisionKind.ANSWERED:
                self.wrong += 1
            case DecisionKind.OFFERED:
                self.offered += 1
            case DecisionKind.TICKET | DecisionKind.JOINED:
                self.tickets += 1
                self.beside += any("1. " in word["text"] for word in result["said"])
            case DecisionKind.WATCHING:
                self.watched += 1
            case _ if result["reason"] == "answered_lately":
                self.right += result["entry"] in right
                self.wrong += result["entry"] not in right
            case _:
                self.missed += 1

    def share(self, *parts: int) -> float:
        return sum(parts) / self.asked if self.asked else 0.0
