"""The memory of a process that loads much at its start and then lives long."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ctypes import CDLL


@contextmanager
def loading() -> Iterator[None]:
    """Load what stays for good. Nothing of it is ever searched for garbage: there are millions of objects, and one search
    of them all holds up everybody who waits for an answer."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()
        _give_back()


def _give_back() -> None:
    """Building the index needs far more for a moment than keeping it; glibc returns that only when it is asked."""
    with suppress(OSError, AttributeError):  # another C library: it has its own ways
        CDLL("libc.so.6").malloc_trim(0)
