"""Short fixed forms whose meaning is certain: 转人工, 没解决, 评价 满意, 2, 都不是."""

import re

from nlu.text import normalise
from nlu.understanding import Intent

_TICKET = r"(?:\s*(?:工单)?\s*#?\d{1,7}(?:号(?:工单)?)?)?"
_RATE = r"(?:非常不?|很|比较|基本|十分|不)?满意|好评|差评|中评|[1-5一二三四五]\s?[分星](?:好评)?"
_ORDINAL = r"(?:第|选项?|答案)?\s?[1-9一二三四五]\s?[个条项号种]?"

_FORMS: tuple[tuple[Intent, str], ...] = (
    (
        Intent.CHOICE,
        rf"(?:我?选|是|就是|看|就)?\s?(?:{_ORDINAL})(?:吧|呀|啊|的)?|(?:以上|上面|这些)?(?:一个)?都?(?:不是|不对|没有)(?:的)?",
    ),
    (Intent.WANT_PERSON, r"(?:请|帮我|我要|要)?(?:转(?:接)?|找|接|要)?人工(?:客服|服务|坐席)?(?:服务)?|转专家|转老师"),
    (Intent.NOT_SOLVED, rf"(?:还是|仍然|依然)?(?:没有?|未)解决{_TICKET}|没解决[,，。 ].{{0,200}}|还是不行|没用|不管用"),
    (Intent.STATUS, rf"(?:查|查询|看|问)?(?:一下|下)?进度(?:查询)?{_TICKET}|我的工单|查(?:一下)?工单{_TICKET}"),
    (Intent.PRESS, rf"(?:催办|催一下|催单|催催){_TICKET}"),
    (Intent.RATING, rf"(?:我要)?评价{_TICKET}[:,\s]*(?:{_RATE})?(?:[:,，。 ].{{0,200}})?|(?:{_RATE})|追评.{{0,200}}"),
    (Intent.CONTACT_CARD, r"联系卡|联系方式|联系电话|通讯录"),
    (Intent.SERVICE_PROMISE, r"服务承诺|办理时限|答复时限"),
    (Intent.COMPLAINT, r"(?:我要)?投诉(?:[:,，。 ].{0,500})?"),
    (Intent.SUGGESTION, r"(?:我)?(?:有个|提个)?建议[:,，。 ].{1,500}|建议|金点子.{0,500}"),
    (Intent.HELP, r"帮助|help|菜单|功能|使用说明|说明|你能做什么|你会什么|怎么用"),
    (Intent.SAME_HERE, r"同问|同求|同楼上|(?:和|跟|同)楼上一样"),
    (Intent.THANKS, r"(?:好的?)?[,，\s]*(?:谢谢|感谢|多谢)(?:了|啦|您|你|大家|老师|各位)*"),
    (
        Intent.SMALL_TALK,
        r"收到|好的?|ok|okay|行|嗯+|哦+|明白|了解|知道了|[\W_]+|\+1|对|是的?|哈+|不客气|早|(?:拍了拍|拍一拍).{1,30}",
    ),
    (Intent.URGENT, r"(?:很|非常|特别|挺|十万火)?急+(?:死了|啊)?|[加紧特]急"),
    (Intent.STATEMENT, r"(?:\[(?:图片|文件|视频|语音|链接|动画表情|聊天记录|位置|小程序)\].{0,80})+|[\d\s-]{15,30}"),
)
_KNOWN = re.compile("|".join(rf"(?P<{intent}>{form})" for intent, form in _FORMS))
_LONGEST = 520  # characters: what is longer is no fixed form
_TAIL = " .。!,，~;"


def certain(text: str) -> Intent | None:
    """The intent of a fixed form, the whole text being nothing else; None for all other texts."""
    plain = normalise(text)
    if len(plain) > _LONGEST:
        return None
    found = _KNOWN.fullmatch(plain.rstrip(_TAIL) or plain)
    return Intent(found.lastgroup) if found and found.lastgroup else None
