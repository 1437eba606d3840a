"""Being told to stop: by Ctrl-C, by whoever keeps services, by a terminal that is closed."""

import signal
import sys
from typing import NoReturn


def signals() -> list[signal.Signals]:
    """What means stop. Under `nohup` a closed terminal does not; the others do even where a shell has them ignored for what
    it starts in the background."""
    under_nohup = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if under_nohup else [signal.SIGHUP])]


def leave_when_told() -> None:
    """Until the loop listens for itself: leave as soon as told, what is open closed in order."""
    for number in signals():
        signal.signal(number, _leave)


def _leave(number: int, frame: object) -> NoReturn:
    sys.exit(0)
