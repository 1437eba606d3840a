"""`python -m bot export …`: what leaves the bot as files. Each command reads while the bot goes on working."""

from pathlib import Path
from typing import Annotated

import typer

from bot.command_line import DEFAULT_CONFIG, Config, refusing, said
from handlers.times import utc_now

exports = typer.Typer(no_args_is_help=True, add_completion=False, help="写出知识库、手册、台账等文件。")
To = Annotated[Path, typer.Argument(help="Where to write.")]


@exports.command()
def faq(to: To, config: Config = DEFAULT_CONFIG) -> None:
    """The entries as they are now: a folder of YAML files, or one .xlsx, .csv or .jsonl file."""
    with refusing():
        from bot import config_file
        from bot.faq_files import write_entries

        said(write_entries(config_file.load(config), to))


When = Annotated[str, typer.Option("--period", help="今年、本月、上月、9月、2026-09-01 到 2026-09-30 …")]


@exports.command()
def ledger(to: To, period: When = "今年", config: Config = DEFAULT_CONFIG) -> None:
    """问题清单台账: every ticket of a period and what they add up to, as one .xlsx."""
    with refusing():
        from bot import config_file, ledgers

        said(ledgers.write_ledger(config_file.load(config), to, period))


@exports.command()
def density(to: To, period: When = "今年", config: Config = DEFAULT_CONFIG) -> None:
    """密度分布表: topics by time, region, group and class, as one .xlsx."""
    with refusing():
        from bot import config_file, ledgers

        said(ledgers.write_density(config_file.load(config), to, period))


@exports.command()
def handbook(to: To, config: Config = DEFAULT_CONFIG) -> None:
    """标准化问答手册 as one printable HTML and a DOCX: name a folder, or one file."""
    with refusing():
        from bot import config_file
        from bot.handbook import write_handbook

        said(write_handbook(config_file.load(config), to, now=utc_now()))


@exports.command()
def public(to: To, period: When = "今年", config: Config = DEFAULT_CONFIG) -> None:
    """公开清单: the questions that were settled, without who asked, as one .xlsx."""
    with refusing():
        from bot import config_file
        from bot.public_list import write_public

        said(write_public(config_file.load(config), to, period))


@exports.command()
def labels(
    to: To,
    days: Annotated[int, typer.Option(help="How far back.", min=1)] = 7,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """待标注的问题: what was left open, offered or passed over in doubt, as one .xlsx for `knowledge_base retune`."""
    with refusing():
        from bot import config_file
        from bot.labels import write_labels

        said(write_labels(config_file.load(config), to, days=days, now=utc_now()))
