"""Files that commands write: one clear line where that cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import Unusable


@contextmanager
def writing(to: Path) -> Iterator[None]:
    """Unusable when the disk takes no file there."""
    try:
        yield
    except OSError as error:
        raise Unusable(f"{to}: cannot be written ({error.strerror}); name another place") from error


def workbook(to: Path) -> Path:
    """Where a workbook can go, or Unusable before anything is looked up for it."""
    if to.suffix.lower() != ".xlsx":
        raise Unusable(f"{to}: a workbook ends in .xlsx; write {to.with_suffix('.xlsx')}")
    if not to.parent.is_dir():
        raise Unusable(f"{to}: there is no folder {to.parent}; make it, or name another")
    return to
