"""Commands typed wrongly: one line that says what, where and the cure, as every other refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import typer
from typer.core import TyperGroup

# Every usage error; typer has a public name for one kind of it only.
_Misused = cast(type[typer.BadParameter], typer.BadParameter.__base__)


class OneLine(TyperGroup):
    """The commands of a program; what is typed wrongly ends with code 2 and one line."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with _refusing():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        with _refusing():
            return super().invoke(ctx)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except _Misused as error:
        words = " ".join(error.format_message().split()).removesuffix(".")
        if error.ctx is None or not words:  # nothing was typed at all: the help is on the screen already
            raise
        command = error.ctx.command_path
        typer.echo(f"{command}: {words}; see {command} --help", err=True)
        raise typer.Exit(2) from None
