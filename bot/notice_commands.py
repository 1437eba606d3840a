"""`python -m bot notice …` and `python -m bot registry …`: what operators do in the desk, with files for long texts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy.orm import Session

from bot.command_line import DEFAULT_CONFIG, Config, refusing, said
from bot.errors import Unusable
from bot.written_files import workbook, writing
from handlers.times import utc_now

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.settings import Settings
    from handlers.base import Attachment

notices = typer.Typer(no_args_is_help=True, add_completion=False, help="通知：起草、审批、发送、进展。")
registry = typer.Typer(no_args_is_help=True, add_completion=False, help="群、企业、联系人和标签。")

As = Annotated[str, typer.Option("--as", help="Who does it: a volunteer of config.yml, such as qq:20001.")]
File = Annotated[Path | None, typer.Option("--file", help="A UTF-8 text that follows the words of the command.")]


@notices.command("do", context_settings={"ignore_unknown_options": True})
def do(
    words: Annotated[list[str], typer.Argument(help="As in the desk: 预览 N5, 审批 N5 a3f9, 发通知 风险提示 …")],
    who: As,
    file: File = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """One command as it is typed in the desk; `发通知` and `更正通知` take the long text from --file."""
    with refusing():
        text = " ".join(words) + ("\n" + _read(file) if file else "")
        said(_obey(config, who, text))


@notices.command("new")
def new(
    file: Annotated[Path, typer.Argument(help="The form: 类别：标题：正文：受众： …, one a line.")],
    who: As,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """A draft from a file."""
    with refusing():
        said(_obey(config, who, f"发通知\n{_read(file)}"))


@notices.command("list")
def show(who: As, config: Config = DEFAULT_CONFIG) -> None:
    """The newest notices and how far they are."""
    with refusing():
        said(_obey(config, who, "通知列表"))


@notices.command("file")
def keep_file(
    file: Annotated[Path, typer.Argument(help="A picture or a document that goes along with a notice.")],
    link: Annotated[str, typer.Option("--link", help="Where to get it, for platforms that do not carry it.")] = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take a file in; a notice names it in a line 附件：."""
    with refusing():
        from bot.config_file import load
        from bot.database import beside
        from handlers import files
        from handlers.errors import Refusal

        chosen, content = load(config), _bytes(file)
        with beside(chosen.database) as store:
            try:
                with store.transaction() as session:
                    row = files.keep(session, file.name, content, link=link, now=utc_now())
            except Refusal as refusal:
                raise Unusable(str(refusal)) from refusal
        said(f"已收下{files.SPOKEN[row.kind]} {row.name}。写通知时加一行：附件：{row.name}")


@registry.command("export")
def export(
    to: Annotated[Path, typer.Argument(help="Where to write the .xlsx.")], config: Config = DEFAULT_CONFIG
) -> None:
    """Groups, enterprises, contacts and their labels as one workbook."""
    with refusing():
        from bot.config_file import load
        from bot.database import beside
        from handlers.members import sheets
        from handlers.members.profiles import keep_profiles

        chosen, to = load(config), workbook(to)
        with beside(chosen.database) as store, store.transaction() as session, writing(to):
            keep_profiles(session, chosen.directory(), now=utc_now())
            count = sheets.export(session, to)
        said(f"{count} 行写入 {to}")


@registry.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(help="What `export` writes, filled in.")],
    config: Config = DEFAULT_CONFIG,
    *,
    new_groups: Annotated[bool, typer.Option("--new-groups", help="Groups not known yet are taken in.")] = False,
) -> None:
    """Take a workbook in: all of it, or nothing and one line for each row that is wrong."""
    with refusing():
        from bot.config_file import load
        from bot.database import beside
        from handlers.members import sheet_reading
        from handlers.members.profiles import desks, keep_profiles

        chosen, now = load(config), utc_now()
        with beside(chosen.database) as store, store.transaction() as session:
            keep_profiles(session, chosen.directory(), now=now)
            ours = desks(session, chosen.directory())
            try:
                taken = sheet_reading.take_in(session, file, now=now, desks=ours, new_groups=new_groups)
            except sheet_reading.UnreadableSheet as problem:
                raise Unusable(str(problem)) from problem
            if taken.faults:
                raise Unusable(*taken.faults, f"{file}: 有 {len(taken.faults)} 行不对，什么都没有导入；改好再来")
        said("，".join(f"{name} {count} 行" for name, count in taken.counts.items()) + "，已导入")


def _obey(config: Path, who: str, text: str) -> str:
    """Do it on the database of a bot that may be running; the running bot sends."""
    from bot.config_file import load
    from bot.database import beside
    from handlers.errors import Refusal

    chosen = load(config)
    with beside(chosen.database) as store:
        try:
            with store.transaction() as session:
                return _in_a_transaction(session, chosen, who, text)
        except Refusal as refusal:
            raise Unusable(str(refusal)) from refusal


def _in_a_transaction(session: Session, chosen: "Settings", who: str, text: str) -> str:
    from handlers.members.directory import RUN_SERVICE
    from handlers.members.profiles import keep_profiles
    from handlers.notices.commands import read_command
    from handlers.notices.service import Act
    from handlers.notices.verbs import obey

    directory, now = chosen.directory(), utc_now()
    volunteer = directory.volunteers.get(who)
    if volunteer is None or not volunteer.rights & RUN_SERVICE:
        raise Unusable(f"--as: {who} 没有在 config.yml 的 volunteers 里登记为 operator；写登记过的，如 qq:20001")
    command = read_command(text)
    if command is None:
        raise Unusable(f"“{text.splitlines()[0][:40]}”不是通知的命令；发“通知帮助”看有哪些，例如：预览 N5")
    keep_profiles(session, directory, now=now)
    act = Act(address=who, name=volunteer.name, now=now, desk=directory.desk)
    ways = None  # what is connected is the running bot's to know
    rules = chosen.notices.rules(chosen.tickets.rules().working, ways, carrying=_carrying(), pages=chosen.web.address)
    return obey(session, command, act, rules)


def _carrying() -> "Mapping[str, Collection[Attachment]]":
    """What each platform carries, connected or not."""
    from bot.channels.qq import QQChannel
    from bot.channels.wechat import WeChatChannel

    return {channel.name: channel.abilities.files for channel in (QQChannel, WeChatChannel)}


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unusable(f"{file}: cannot be read ({error.strerror}); give the path of a file") from error


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{file}: cannot be read ({error}); save it as UTF-8 text") from error
