"""What the commands of `python -m bot` share: the configuration they take, and how they refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import Unusable

HOME = Path(__file__).resolve().parent.parent
DEFAULT_CONFIG = HOME / "config.yml"

Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]


@contextmanager
def refusing() -> Iterator[None]:
    """One line a fault on standard error, exit code 2."""
    try:
        yield
    except Unusable as problem:
        for line in problem.lines:
            typer.echo(line, err=True)
        raise typer.Exit(2) from None


def said(line: str) -> None:
    """A command's word to the person on standard output."""
    typer.echo(line)
