"""From what an operator types to what a group reads: the form, the letter, and its parts as each platform takes them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from handlers.base import Attachment
from handlers.files import SPOKEN, FileRow, marker
from handlers.notices.models import NoticeRow
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.rules import NoticeRules
from handlers.notices.words import SHORT, Kind

FORM = """发通知 风险提示
标题：一句话说清
摘要：两三句话
正文：可以分几段写
受众：地区=青岛 且 贸易方式=加工贸易
生效：2026-04-01
依据：海关总署公告某年第某号
链接：https://…
附件：流程图.png
关注：加工贸易"""
KEYS = {
    "标题": "title", "题目": "title", "摘要": "summary", "提要": "summary", "正文": "body", "内容": "body",
    "受众": "audience", "发给": "audience", "对象": "audience", "生效": "effective", "生效日期": "effective",
    "执行日期": "effective", "依据": "basis", "文号": "basis", "链接": "link", "网址": "link", "关注": "topic",
    "附件": "files", "图片": "files", "文件": "files",
    "类别": "kind", "种类": "kind",
}  # fmt: skip
_FIELD = re.compile(rf"^[ \t]*({'|'.join(sorted(KEYS, key=len, reverse=True))})[ \t]*[:：][ \t]*", re.MULTILINE)
NONE = ("", "无", "没有", "不要")
_BREAKS = ("\n\n", "\n", "。", "；", "！", "？", "，", " ")
NUMBERING = 10  # characters left for 【1/3】 and its line


@dataclass(frozen=True, kw_only=True)
class Form:
    """What was filled in; None where nothing was said."""

    kind: str | None = None
    title: str | None = None
    summary: str | None = None
    body: str | None = None
    audience: str | None = None
    effective: str | None = None
    basis: str | None = None
    link: str | None = None
    topic: str | None = None
    files: str | None = None

    @property
    def names(self) -> list[str]:
        """Of the files that go along."""
        said = re.split(r"[、，,\n]", self.files or "")
        return [name.strip() for name in said if name.strip() not in NONE]

    @property
    def filled(self) -> dict[str, str]:
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) is not None}


def how_to_attach(number: str, *, has_page: bool) -> str:
    """Platforms tell us that there is a picture, and do not hand it over in one way that is always there."""
    page = f"请发“附件 {number}”，从手机上选" if has_page else "请在服务器上收：python -m bot notice file 图片.png"
    link = "" if has_page else f"（有的平台发不了图，加上 --link 网址），再发：附件 {number} 图片.png"
    return f"群里发的图片、文件，机器人只知道有，拿不到内容，没有收下。{page}{link}"


def read_form(text: str) -> Form:
    """The fields of a form; a line that belongs to none is refused, so that nothing typed is lost."""
    found = list(_FIELD.finditer(text))
    before = text[: found[0].start()].strip() if found else text.strip()
    if before and kind_called(before) is None:
        raise NoticeRefusal(f"“{before[:20]}”不知道是哪一项。请照这样写：\n{FORM}")
    values: dict[str, str] = {"kind": before} if before else {}
    ends = [*(field.start() for field in found[1:]), len(text)]
    for field, end in zip(found, ends, strict=False):
        values[KEYS[field[1]]] = text[field.end() : end].strip()
    return Form(**values)


def kind_called(name: str) -> Kind | None:
    said = name.strip(" ：:【】")
    return Kind.labelled(said) or SHORT.get(said)


def letter(notice: NoticeRow) -> str:
    """The whole text as people read it."""
    lines = [f"【{notice.kind.label}】{notice.title}"]
    lines += [notice.summary, notice.body]
    lines += [f"生效日期：{notice.effective}"] if notice.effective else []
    lines += [f"依据：{notice.basis}"] if notice.basis else []
    lines += [f"详见：{notice.link}"] if notice.link else []
    return "\n".join(line for line in lines if line)


def described(files: Sequence[FileRow]) -> list[dict[str, str]]:
    """What a notice keeps of files."""
    return [{"name": row.name, "kind": row.kind, "digest": row.digest, "link": row.link} for row in files]


def markers(notice: NoticeRow) -> dict[str, str]:
    """How each of its files reads among the parts, and its digest."""
    return {marker(file["name"], Attachment(file["kind"])): file["digest"] for file in notice.files}


def parts_for(notice: NoticeRow, channels: Sequence[str], rules: NoticeRules) -> dict[str, list[str]]:
    """What will be said on each platform. Raises NoticeRefusal when that is too long, or holds a forbidden word."""
    text = letter(notice)
    for word in rules.forbidden:
        if word in text:
            raise NoticeRefusal(f"没有提交：内容里有禁用词“{word}”。请用“修改 {notice.number} 正文：……”改掉。")
    texts = {channel: "\n".join([text, *_elsewhere(notice, channel, rules)]) for channel in channels}
    parts = {channel: split(text, rules.length_for(channel)) for channel, text in texts.items()}
    for channel, pieces in parts.items():
        if len(pieces) > rules.most_parts:
            most = rules.most_parts * rules.length_for(channel)
            raise NoticeRefusal(
                f"没有提交：全文 {len(text)} 字，在 {channel} 要分 {len(pieces)} 条，最多 {rules.most_parts} 条（约 {most} 字）。"
                f"请用“修改 {notice.number} 正文：……”缩短，详细内容放链接。"
            )
    return {channel: [*pieces, *_carried(notice, channel, rules)] for channel, pieces in parts.items()}


def _carried(notice: NoticeRow, channel: str, rules: NoticeRules) -> list[str]:
    kinds = {marker(file["name"], Attachment(file["kind"])): Attachment(file["kind"]) for file in notice.files}
    return [shown for shown, kind in kinds.items() if rules.carries(channel, kind)]


def _elsewhere(notice: NoticeRow, channel: str, rules: NoticeRules) -> list[str]:
    """Where to get what the platform does not carry. Raises NoticeRefusal when nobody could say."""
    lines = []
    for file in notice.files:
        name, kind, link = file["name"], Attachment(file["kind"]), file["link"]
        if rules.carries(channel, kind):
            continue
        if not (link or notice.link):
            raise NoticeRefusal(
                f"没有提交：{channel} 发不了{SPOKEN[kind]}，“{name}”要写明到哪里取。请收下时带网址（--link https://…），"
                f"或发：修改 {notice.number} 链接：https://…"
            )
        lines.append(f"附件“{name}”下载：{link}" if link else f"附件“{name}”在上面的链接里。")
    return lines


def split(text: str, length: int) -> list[str]:
    """The text in pieces of at most that length, cut where a reader would pause, numbered when there are several."""
    if len(text) <= length:
        return [text]
    pieces, rest = [], text
    while len(rest) > length - NUMBERING:
        at = _cut(rest, length - NUMBERING)
        pieces.append(rest[:at].strip())
        rest = rest[at:].strip()
    pieces += [rest] if rest else []
    return [f"【{number}/{len(pieces)}】{piece}" for number, piece in enumerate(pieces, 1)]


def _cut(text: str, most: int) -> int:
    """Where to break: after the last good pause in the second half of what fits, else in the middle of a word."""
    for pause in _BREAKS:
        at = text.rfind(pause, most // 2, most - len(pause) + 1)
        if at >= 0:
            return at + len(pause)
    return most


def preview(parts: Mapping[str, Sequence[str]]) -> str:
    """What each platform will show; platforms that show the same are named together."""
    shown: dict[tuple[str, ...], list[str]] = {}
    for channel, pieces in parts.items():
        shown.setdefault(tuple(pieces), []).append(channel)
    blocks = []
    for texts, channels in shown.items():
        head = f"—— {'、'.join(sorted(channels))}，{len(texts)} 条 ——" if len(parts) > 1 or len(texts) > 1 else "——"
        blocks.append("\n".join([head, *texts]))
    return "\n".join(blocks)
