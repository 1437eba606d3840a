"""What a gateway's answer means: for a message we sent, and for the connection."""

import re

from bot.channels.base import Outcome, Refused, Uncertain
from bot.channels.wechat_gateway import UNREADABLE, Failed, Gateway, Unanswered, Unreached

#: The gateway will never take this message.
_NEVER = {"NOT_FOUND", "INVALID_ARGUMENT", "PERMISSION_DENIED", "UNIMPLEMENTED", "OUT_OF_RANGE"}
#: It may be on its way all the same.
_MAYBE = {"DEADLINE_EXCEEDED", "CANCELLED", "UNAVAILABLE", "ABORTED", UNREADABLE}
_TIMED_OUT = re.compile(r"time(d )?[ -]?out|超时", re.IGNORECASE)
_NOT_THERE = re.compile(
    r"移出.{0,3}群|不在.{0,3}群|群.{0,4}(已?解散|不存在)|not (in|a member of) (the )?(room|group|chatroom)"
    r"|(room|contact).{0,20}(not (exist|found)|does ?n.t exist)|no such (room|contact)",
    re.IGNORECASE,
)

_INVALID = "网关的证书过期或不能用于服务器，请换证书"
_OTHER = "网关的证书不是 ca 写的那张、名字不是 server_name，或已过期，请核对"


def not_sent(error: Unreached | Unanswered | Failed) -> Outcome:
    """What became of a message that was not simply taken."""
    match error:
        case Unreached():
            return Refused(reason=f"微信未连接：{error}", absent=True)
        case Unanswered():
            return Uncertain(reason=f"微信网关没有回应：{error}", suspicious=error.silent)
    if error.status == "UNAUTHENTICATED":  # its words hold the token
        return Refused(reason="微信网关不认令牌", absent=True)
    if error.status in _MAYBE or _TIMED_OUT.search(error.words):
        return Uncertain(reason=f"微信网关没有等到发送结果：{error}"[:250], suspicious=error.status != UNREADABLE)
    permanent = error.status in _NEVER or bool(_NOT_THERE.search(error.words))
    return Refused(reason=f"微信没有发出：{error}"[:250], permanent=permanent)


def not_connected(error: Unreached | Unanswered | Failed, gateway: Gateway) -> str:
    """Why there is no connection, with the cure."""
    match error:
        case Unreached() if "CERTIFICATE_VERIFY_FAILED" in str(error):  # as OpenSSL names it
            return f"连不上网关 {gateway.address}（{error}）：{_OTHER if gateway.ca else _INVALID}"
        case Unreached():
            return f"连不上网关 {gateway.address}（{error}），请看网关是否在运行"
        case Unanswered():
            return f"的网关 {gateway.address} 没有回应（{error}）；久不恢复请重启网关"
    match error.status:
        case "UNAUTHENTICATED" | "PERMISSION_DENIED" if not gateway.token:
            return f"没有令牌，网关 {gateway.address} 不认：请设置环境变量 {gateway.token_variable} 后重启"
        case "UNAUTHENTICATED" | "PERMISSION_DENIED":
            return f"的令牌不对，网关 {gateway.address} 不认，请核对环境变量 {gateway.token_variable}"
        case "ALREADY_EXISTS":
            return f"的网关 {gateway.address} 已被另一个程序占用，请停掉那个程序（一个网关只能接一个机器人）"
    return f"的网关 {gateway.address} 报错：{error}"
