"""What the commands of `python -m bot` share: the configuration they take, and how they refuse."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import OperationalError

from bot.errors import Unusable, first_line

HOME = Path(__file__).resolve().parent.parent
DEFAULT_CONFIG = HOME / "config.yml"

Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]


@contextmanager
def refusing() -> Iterator[None]:
    """One line a fault on standard error, exit code 2."""
    try:
        yield
    except Unusable as problem:
        _refuse(*problem.lines)
    except (OperationalError, sqlite3.OperationalError) as error:  # a full disk, a server that went away
        _refuse(f"database: {first_line(error)}; see to room, rights and the server, then try again")


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(2) from None


def said(line: str) -> None:
    """A command's word to the person on standard output."""
    typer.echo(line)
