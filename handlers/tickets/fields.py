"""Reading what follows a verb: `依据：… 说明：…`, days, amounts, names."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from handlers.tickets.clock import WEEKDAYS
from knowledge_base.numerals import number_of

_DAY = re.compile(
    r"(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})(?:[-/.月])(?P<day>\d{1,2})[日号]?(?=$|\D)|(?P<word>今天|明天|后天)"
    r"|(?P<week>[这本]|下下?)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)
COLON, SPACED, JOINED = r"\s*[:：=]\s*", r"\s+", r"[是为]?\s*"
NOT_LONG_AGO = timedelta(days=120)
_WORDS = {"今天": 0, "明天": 1, "后天": 2}


def read_fields(text: str, labels: Mapping[str, str], *, gap: str = COLON) -> tuple[str, dict[str, str]]:
    """What stands before the first label, and what stands behind each. `labels`: word as typed → name of the field;
    `gap`: what follows a label. Where none has its colon, SPACED or JOINED may find what was meant."""
    words = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
    found = list(re.finditer(rf"(?:^|(?<=[\s，,；;。、]))(?P<label>{words}){gap}", text))
    if not found:
        return text.strip(), {}
    ends = [match.start() for match in found[1:]] + [len(text)]
    pairs = ((labels[match["label"]], text[match.end() : end]) for match, end in zip(found, ends, strict=True))
    return text[: found[0].start()].strip(" \n\t，,；;"), {name: value.strip(" \n\t，,；;") for name, value in pairs}


def read_day(text: str, today: date) -> tuple[date, str] | None:
    """A day at the beginning of the text, and what follows it. Without a year it is the next such day, save one that was
    not long ago: who writes 3月1日 on the second has mistaken the day, not meant next year."""
    found = _DAY.match(text.strip())
    if found is None:
        return None
    rest = text.strip()[found.end() :].strip(" ，,前")
    if found["word"]:
        return today + timedelta(days=_WORDS[found["word"]]), rest
    if found["weekday"]:
        return _weekday(found["weekday"], found["week"] or "", today), rest
    year = int(found["year"]) if found["year"] else today.year
    try:
        day = date(year, int(found["month"]), int(found["day"]))
        lately = day >= today - NOT_LONG_AGO
        soon = day if found["year"] or lately else date(year + 1, day.month, day.day)
    except ValueError:
        return None
    return soon, rest


def _weekday(name: str, week: str, today: date) -> date:
    """周三 is the next one, 下周三 that of the next week."""
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=WEEKDAYS.index(name.replace("天", "日")), weeks=week.count("下"))
    return day if week or day >= today else day + timedelta(weeks=1)


def read_count(text: str) -> tuple[int, str] | None:
    """`3天`, `三个工作日`: how many days, and what follows."""
    found = re.match(
        r"\s*(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})\s*(?:个?工作日|[天日])(?P<rest>.*)", text, re.DOTALL
    )
    return (number_of(found["n"]), found["rest"].strip(" ，,")) if found else None


def read_period(text: str) -> tuple[int, str] | None:
    """`每7天`, `每两周`, `每周`, `每月`: days between, and what follows."""
    found = re.match(
        r"\s*每(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})?个?(?P<unit>天|日|周|星期|月)(?P<rest>.*)", text, re.DOTALL
    )
    if found is None:
        return None
    days = {"天": 1, "日": 1, "月": 30}.get(found["unit"], 7)
    return days * (number_of(found["n"]) if found["n"] else 1), found["rest"].strip(" ，,")


def read_yuan(text: str) -> int | None:
    """`2万元`, `3500`, `约1.5万`: whole yuan."""
    found = re.search(r"(?P<n>\d+(?:[,，]\d{3})*(?:\.\d+)?)\s*(?P<unit>亿|千万|百万|万|千)?", text)
    if found is None:
        return None
    times = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3, None: 1}[found["unit"]]
    return round(float(found["n"].replace(",", "").replace("，", "")) * times)


def read_minutes(text: str) -> int | None:
    """`3小时`, `半天`, `2天`, `40分钟` of working time."""
    found = re.search(r"(?P<n>\d+(?:\.\d+)?|半|[一二两三四五六七八九十]+)\s*个?(?P<unit>小时|分钟?|天|工作日|h)", text)
    if found is None:
        return None
    amount = 0.5 if found["n"] == "半" else float(found["n"] if found["n"][0].isdigit() else number_of(found["n"]))
    return round(amount * {"小时": 60, "h": 60, "分": 1, "分钟": 1}.get(found["unit"], 480))


def read_names(text: str) -> list[str]:
    """`卫检组、食品组 和 李老师`."""
    return [name for name in re.split(r"[\s、,，；;]+|(?<=.)[和与及](?=.)", text.strip()) if name]


def missing(fields: Mapping[str, str], needed: Iterable[str]) -> list[str]:
    """Which of the fields say nothing."""
    return [name for name in needed if not fields.get(name, "").strip(" .…。无")]
