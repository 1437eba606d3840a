"""联系卡: who does what and how to reach him, as text in a chat and as a picture with a code to scan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Department:
    name: str
    does: str
    head: str = ""
    phone: str = ""
    review_by: date | None = None

    @property
    def line(self) -> str:
        """As the card shows it."""
        reach = " ".join(word for word in (self.head, self.phone) if word)
        return f"{self.name}：{self.does}{f'（{reach}）' if reach else ''}"


@dataclass(frozen=True, kw_only=True)
class ContactCard:
    """`review_by`: after that day somebody should look whether it is still true."""

    title: str = "直通车联系卡"
    departments: Sequence[Department] = ()
    lines: Sequence[str] = ("海关服务热线 12360", "国际贸易“单一窗口”客服 95198", "出口退税 12366")
    link: str = ""
    review_by: date | None = None

    def is_stale(self, today: date) -> bool:
        return self.review_by is not None and self.review_by < today

    def text(self) -> str:
        rows = [row.line for row in self.departments]
        link = [f"更多：{self.link}"] if self.link else []
        return "\n".join([f"【{self.title}】", *rows, "；".join(self.lines), *link, "要志愿者跟进请回复“转人工”。"])
