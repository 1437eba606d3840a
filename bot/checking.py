"""`python -m bot check`: everything that can be known to be wrong before the bot starts, with the cure."""

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.checking_channels import look_at_channels
from bot.config_file import load
from bot.database import connect, look_where_it_will_be, pending_migration, sqlite_path
from bot.errors import Unusable
from bot.mind import read_faq
from bot.settings import Settings
from handlers import hearing
from handlers.base import Role
from handlers.tickets.clock import WorkingTime
from handlers.times import local_day, utc_now

AHEAD = timedelta(days=60)
ROSTER_AHEAD = 14  # days of the roster that are looked at

MOST_GAPS = 200


def check(config: Path) -> None:
    """Print what was looked at; raise Unusable with every fault that would stop the bot."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    settings = load(config)
    console.print(f"配置 {config}：可用")
    faults: list[str] = []
    for name, look in (("知识库", _faq), ("数据库", _database)):
        try:
            console.print(f"{name}：{look(settings)}")
        except Unusable as problem:
            faults.extend(problem.lines)
    well, to_see_to = look_at_channels(settings)
    for line in well:
        console.print(line)
    for advice in to_see_to + _advice(settings):
        console.print(Text.assemble(("请留意", "yellow"), f" {advice}"))
    if faults:
        raise Unusable(*faults)


def gaps(config: Path) -> None:
    """Print the times in which nothing was heard, newest first."""
    settings = load(config)
    path = sqlite_path(settings.database)
    if path is not None and not path.exists():
        raise Unusable(f"database: {path} is not there yet; start the bot once with `make run`")
    with closing(connect(settings.database)) as store, store.reading() as session:
        if pending_migration(store):
            raise Unusable("database: its schema is older than this program; run `python -m bot migrate`")
        lines = [hearing.line(gap, now=utc_now()) for gap in hearing.gaps(session, limit=MOST_GAPS)]
    Console(highlight=False, markup=False, soft_wrap=True).print("\n".join(lines) or "没有断线记录。")


def _faq(settings: Settings) -> str:
    entries, instruments = read_faq(settings.faq)
    return f"{settings.faq}，{len(entries)} 条，引用依据 {len(instruments)} 种"


def _database(settings: Settings) -> str:
    path = sqlite_path(settings.database)
    if path is not None and not path.exists():
        look_where_it_will_be(path)
        return f"{path}，还没有，启动时创建"
    with closing(connect(settings.database)) as store:
        return "结构需要升级，启动时自动进行" if pending_migration(store) else "可用"


def _advice(settings: Settings) -> list[str]:
    advice, today = [], local_day(utc_now())
    if settings.desk is None:
        advice.append("没有坐席群，工单没人看得到：请在 config.yml 写 desk")
    elif settings.desk not in settings.groups:
        advice.append(f"坐席群 {settings.desk} 没有登记在 groups 里：请登记并写 role: desk")
    elif settings.groups[settings.desk].role != Role.DESK:
        advice.append(f"坐席群 {settings.desk} 的 role 不是 desk，志愿者的话会被当成提问")
    if settings.contacts.card().is_stale(today):
        advice.append("联系卡过了核对日期：请核对 contacts，再改 contacts.review_by")
    if not settings.volunteers:
        advice.append("没有登记志愿者，没人能接单：请在 config.yml 的 volunteers 里登记")
    return advice + _calendar(settings.ticket_rules().working, today=today) + _desk_advice(settings, today)


def _calendar(working: WorkingTime, *, today: date) -> list[str]:
    """Promises of the next weeks may reach into a year whose holidays are not known."""
    years = {today.year, (today + AHEAD).year}
    return [
        f"工作日历还不知道 {year} 年怎么放假、调休，时限只按周末和元旦、五一、国庆的法定几天休息计算：放假安排公布后请升级 chinesecalendar，"
        "或在 config.yml 的 tickets.days_off、days_on 写上日期"
        for year in sorted(years)
        if not working.knows(year)
    ]


def _desk_advice(settings: Settings, today: date) -> list[str]:
    """What is amiss with units and roster."""
    routing = settings.ticket_rules().routing
    advice = []
    for unit in routing.units:
        if unit.desk is not None and settings.directory().group(unit.desk).role != Role.DESK:
            advice.append(f"{unit.name}的群 {unit.desk} 没有登记为坐席群：请在 groups 里登记并写 role: desk")
        strange = [person.name for person in unit.people if person.address not in settings.volunteers]
        if strange:
            advice.append(f"{unit.name}的{'、'.join(strange)}没有登记为志愿者，不能接单：请在 volunteers 里登记")
    gaps = routing.gaps(today, ROSTER_AHEAD)
    if gaps:
        day, name = gaps[0]
        whose = name or "全体"
        advice.append(f"两周内有 {len(gaps)} 处没排到人（最近的是 {day} {whose}）：请在 tickets.roster 里补排")
    return advice
