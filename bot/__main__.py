"""`python -m bot`: the commands, each in its own file; `python -m bot --help` lists them."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line import DEFAULT_CONFIG, Config, refusing, said
from bot.exports import exports
from bot.notice_commands import notices, registry
from bot.stopping import leave_when_told
from handlers.times import utc_now
from knowledge_base.usage import OneLine

app = typer.Typer(
    cls=OneLine,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="直通车：群里的进出口问答与工单机器人",
)


@app.callback()
def main(*, verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False) -> None:
    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger().handlers[0].setLevel(level)  # some libraries set their own loggers to DEBUG
    for chatty in ("httpx", "alembic", "sentence_transformers", "faiss", "filelock", "bm25s"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # On a busy machine a job may still be at it when its next turn comes, which is then left out: nobody need know.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


@app.command()
def run(config: Config = DEFAULT_CONFIG) -> None:
    """Start the bot: channels, web app, scheduler, delivery."""
    leave_when_told()
    with refusing():
        from bot import app as running
        from bot import config_file

        running.run(config_file.load(config))


@app.command()
def chat(config: Config = DEFAULT_CONFIG) -> None:
    """A little world in this terminal: companies in a community group, volunteers in a desk group."""
    leave_when_told()
    with refusing():
        from bot import config_file, little_world

        little_world.run(config_file.load(config))


@app.command()
def migrate(config: Config = DEFAULT_CONFIG) -> None:
    """Bring the database to the newest schema."""
    with refusing():
        from bot import config_file, database

        url = config_file.load(config).database
        with database.held(url):
            database.open_store(url).close()


@app.command(hidden=True)
def revise(message: str) -> None:
    """For developers: write the next migration from what the code's tables say."""
    with refusing():
        from bot import database

        database.write_revision(message)


@app.command()
def check(config: Config = DEFAULT_CONFIG) -> None:
    """Say what is wrong with configuration, FAQ, database and channels, and the cure."""
    with refusing():
        from bot import checking

        checking.check(config)


app.add_typer(exports, name="export")
app.add_typer(notices, name="notice")
app.add_typer(registry, name="registry")


@app.command("import")
def take_entries(
    file: Annotated[Path, typer.Argument(help="An .xlsx or .csv sheet, or a FAQ folder.")],
    by: Annotated[str, typer.Option(help="Who brings them.")],
    reviewed_by: Annotated[
        str | None, typer.Option(help="Who read them besides; without, they wait as drafts.")
    ] = None,
    why: Annotated[str, typer.Option(help="Why, for the record.")] = "导入",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take entries from a file, all of them or none, each fault named by its row and cell."""
    with refusing():
        from bot import config_file
        from bot.faq_files import read_entries

        chosen = config_file.load(config)
        said(read_entries(chosen, file, by=by, reviewed_by=reviewed_by, why=why, now=utc_now()))


@app.command()
def life(number: str, config: Config = DEFAULT_CONFIG) -> None:
    """全程: everything that happened to a ticket, from its first word."""
    with refusing():
        from bot import config_file, ledgers

        said(ledgers.life(config_file.load(config), number))


@app.command()
def transfer(
    file: Annotated[Path, typer.Argument(help="An .xlsx or .csv with one question a row; row 1 names the columns.")],
    config: Config = DEFAULT_CONFIG,
    *,
    check_only: Annotated[bool, typer.Option("--check", help="Only say what is wrong.")] = False,
) -> None:
    """Make tickets of a sheet of questions, from above, from the telephone, from an event: all rows or none."""
    with refusing():
        from bot import config_file, transferring

        said(transferring.take_in_sheet(config_file.load(config), file, check=check_only))


@app.command()
def card(file: Annotated[Path, typer.Argument(help="The picture, a .png.")], config: Config = DEFAULT_CONFIG) -> None:
    """联系卡: the contact card as a picture with a code to scan."""
    with refusing():
        from bot import config_file
        from bot.card_picture import write
        from bot.database import beside
        from handlers.members.card_entries import standing

        chosen = config_file.load(config)
        with beside(chosen.database) as store, store.reading() as session:
            card = standing(session, chosen.contacts.card())
        said(write(card, file, font=chosen.contacts.font))


@app.command()
def gaps(config: Config = DEFAULT_CONFIG) -> None:
    """Show when nothing was heard, and why: what was said then is not known to the bot."""
    with refusing():
        from bot import checking

        checking.gaps(config)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to write it.")], config: Config = DEFAULT_CONFIG) -> None:
    """Everything the database holds into one file, while the bot goes on working."""
    with refusing():
        from bot import config_file
        from bot.backup import back_up

        said(back_up(config_file.load(config).database, file, now=utc_now()))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` made.")],
    config: Config = DEFAULT_CONFIG,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace the database there is.")] = False,
) -> None:
    """Make a backup the database, all of it or nothing. The bot must not be running."""
    with refusing():
        from bot import config_file
        from bot import restore as restoring

        said(restoring.restore(config_file.load(config).database, file, force=force))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A transcript, one JSON object a line.")],
    config: Config = DEFAULT_CONFIG,
    faq: Annotated[Path | None, typer.Option(help="Another FAQ folder.")] = None,
    policy: Annotated[str, typer.Option(help="Of groups the config does not name.")] = "proactive",
    keep: Annotated[Path | None, typer.Option(help="Keep the database in this file.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, also on a screen.")] = False,
) -> None:
    """Run a transcript through the whole bot and print what it did with each line."""
    with refusing():
        from bot import replaying

        replaying.replay(
            file, config=config, faq=faq, policy=policy, as_json=as_json or not sys.stdout.isatty(), keep=keep
        )


if __name__ == "__main__":
    app()
