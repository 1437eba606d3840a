"""Why a notice command was not carried out, and what to type instead.

Refusal
└── NoticeRefusal
    ├── NotAnOperator
    ├── UnknownNotice
    └── NotNow
"""

from handlers.errors import Refusal
from handlers.notices.models import NoticeRow


class NoticeRefusal(Refusal):
    """Nothing was changed and nothing is sent."""


class NotAnOperator(NoticeRefusal):
    def __init__(self) -> None:
        super().__init__("通知只有登记为运营的同事能办。需要开通请联系管理员，在 volunteers 里加上 operator。")


class UnknownNotice(NoticeRefusal):
    def __init__(self, number: int) -> None:
        super().__init__(f"没有通知 N{number}。发“通知列表”看看都有哪些。")


class NotNow(NoticeRefusal):
    """It stands where this cannot be done."""

    def __init__(self, notice: NoticeRow, cure: str) -> None:
        super().__init__(f"{notice.number} {notice.stage.label}，没有改动。{cure}")
