"""One person's question as everybody's: courtesy, names and numbers taken out."""

import re

from nlu.masking import mask

LONGEST = 1000  # characters: more is a story, whose beginning an editor makes a question of
_COURTESY = re.compile(
    r"(?:(?:各位|大家|尊敬的)?(?:老师|领导|客服|志愿者)?们?[，,]?(?:您好|你好|好|早上好|上午好|下午好|晚上好|在吗|在么|在不在)"
    r"|请问(?:一下|下)?|请教(?:一下|下)?|麻烦(?:问|咨询|请教)?(?:一下|下)?|打扰(?:一下|了|下)?|不好意思"
    r"|(?:我们?|我司)?(?:就?是)?(?:想|要)(?:问|咨询|请教|了解|打听)(?:一下|下|个问题)?)[，,。！!~～：:\s]*"
)
_THANKS = re.compile(r"[，,。！!\s]*(?:谢谢|多谢|感谢|辛苦|拜托|急急?急|在线等|求解答?|求助)[^？?]*$")
_MASKED = re.compile(
    r"[，,、（(\s]*(?:我的|我们的)?(?:联系)?(?:电话|手机号?|微信|单号|报关单号?|提单号?|手册号?|编号|号码|税号|柜号)?"
    r"(?:是|为|：|:)?\s*\*{3,4}[0-9A-Za-z@*]*[）)]?"
)
_COMPANY = re.compile(
    r"(?:我们?|咱们?|我司|我公司|我们公司)?(?:是)?[\u4e00-\u9fffA-Za-z（）()]{2,20}?(?:有限责任公司|股份有限公司|有限公司|集团公司)的?"
)
_WE = re.compile(r"(?:我们公司|咱们公司|我们这边|我司|我公司|我们厂|我们|咱们)的?")
_ENDS = re.compile(r"[？?。！!…]$")
_GREETED = re.compile(r"^(?:您好|你好|亲)[，,。！!：:\s]*")


def general_question(text: str) -> str:
    """The question without who asked it; what is left of it asks the same."""
    said = _MASKED.sub("", mask(" ".join(text.split())[:LONGEST]))
    said = _THANKS.sub("", _COURTESY.sub("", _COMPANY.sub("企业", said)))
    said = _WE.sub("企业", said).strip("，,。、 ")
    said = re.sub(r"(企业[，,]?)+", "企业", said)
    if not said:
        return ""
    return said if _ENDS.search(said) else f"{said}？"


def general_answer(text: str) -> str:
    """The answer without the greeting and without anybody's numbers."""
    return _GREETED.sub("", mask(text.strip()))
