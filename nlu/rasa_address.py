"""How Rasa is reached. Its address changes: a model that was trained anew comes up at another port before the old one goes."""

import threading
from collections.abc import Callable
from pathlib import Path

TOKEN_VARIABLE = "ZHITONGCHE_RASA_TOKEN"
WARM_UP = "报关单放行后还能改吗"  # the first text takes Rasa seconds, so nobody else should be the one to ask it
FILE = Path(__file__).resolve().parent.parent / "var" / "rasa" / "address"


def written_in(file: Path, *, otherwise: str) -> Callable[[], str]:
    """A function that tells the address in the file, read anew when the file changes; without one, the other."""
    lock, seen = threading.Lock(), (0, otherwise)

    def address() -> str:
        nonlocal seen
        try:
            changed = file.stat().st_mtime_ns
        except OSError:
            return otherwise
        with lock:
            if changed != seen[0]:
                seen = (changed, file.read_text("utf-8").strip() or otherwise)
            return seen[1]

    return address


def write(file: Path, address: str) -> None:
    """From now on Rasa answers there; nobody ever reads half an address."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(address, "utf-8")
    fresh.replace(file)
