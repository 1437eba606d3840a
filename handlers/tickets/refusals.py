"""Why a ticket command was not carried out, and what to type instead.

Refusal
└── TicketRefusal
    ├── NotAVolunteer
    ├── NotYourRight
    ├── UnknownTicket
    ├── NotYours
    ├── WhichTicket
    ├── HalfACommand
    ├── TakenBySomebodyElse
    ├── NothingOwed
    ├── PrivateNumbers
    └── NotNow
"""

from handlers.errors import Refusal
from handlers.tickets.models import TicketRow
from handlers.tickets.words import State


class TicketRefusal(Refusal):
    """Nothing was changed."""


class NotAVolunteer(TicketRefusal):
    def __init__(self) -> None:
        super().__init__("这个操作只有登记过的志愿者能用。需要开通请联系管理员。")


class NotYourRight(TicketRefusal):
    """`cure`: what else can be done than asking a duty chief."""

    def __init__(self, verb: str, cure: str = "") -> None:
        super().__init__(f"“{verb}”要由值班长来{cure or '，请在群里请值班长办'}。没有改动。")


class UnknownTicket(TicketRefusal):
    def __init__(self, number: int) -> None:
        super().__init__(f"没有找到工单 #{number}。发“待办”看看都有哪些号。")


class NotYours(TicketRefusal):
    """Said of other people's numbers and of numbers that do not exist alike."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有找到您的问题 #{number}。回复“进度”可以看您自己的问题。")


class WhichTicket(TicketRefusal):
    def __init__(self, verb: str, example: str) -> None:
        super().__init__(f"要{verb}哪一单？请带上号码，例如：{example}；或引用那张工单再发“{verb}”。")


class HalfACommand(TicketRefusal):
    """What was typed cannot be obeyed as it stands; the sentence says what is missing and shows it whole."""


class TakenBySomebodyElse(TicketRefusal):
    def __init__(self, ticket: TicketRow) -> None:
        super().__init__(
            f"{ticket.number} 由{ticket.handler_name}在办。要换人，请他发“转办 {ticket.id} 原因”，"
            f"或请值班长发“接手 {ticket.id} 原因”。"
        )


class NothingOwed(TicketRefusal):
    """The ticket waits for nobody's answer."""

    def __init__(self, ticket: TicketRow) -> None:
        super().__init__(f"{ticket.number} {_stands(ticket)}，没有改动。{_cure(ticket)}")


class PrivateNumbers(TicketRefusal):
    """`anyway`: what to type to send it as it is."""

    def __init__(self, masked: str, *, anyway: str = "") -> None:
        cure = f"请改好重发；确实要公布（如办公电话），请发：{anyway}" if anyway else "请改好重发。"
        super().__init__(f"没有发出：内容里有号码或金额，发到群里人人可见。遮住后是：\n{masked}\n{cure}")


class NotNow(TicketRefusal):
    """It cannot be done as things stand; the sentence says why and what can be done."""


def _stands(ticket: TicketRow) -> str:
    by = ticket.signature or ticket.handler_name
    return f"已由{by}答复" if ticket.state == State.ANSWERED and by else ticket.state.label


def _cure(ticket: TicketRow) -> str:
    match ticket.state:
        case State.MERGED:
            return f"请改用 #{ticket.merged_into}。"
        case State.ANSWERED | State.CONFIRMED | State.ASSUMED:
            return f"要改正或补充请发：更正 {ticket.id} 完整的答案"
        case _:
            return f"发“查看 {ticket.id}”看经过。"
