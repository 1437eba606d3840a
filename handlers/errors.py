"""What people are told when something cannot be done.

Refusal
├── UnknownTicket        (handlers/tickets)
├── …                    each room adds its own
"""

from collections.abc import Sequence
from difflib import get_close_matches


class Refusal(Exception):
    """No, and why: the message is said to the person as it stands, with what to do instead."""


def meant(said: str, known: Sequence[str]) -> str:
    """What a refusal adds when something known comes close to what was said; else nothing."""
    close = get_close_matches(said, known, n=1, cutoff=0.5)
    return f"，是不是“{close[0]}”" if close else ""
