"""说错了 是进口: what somebody said, put right by what he says next."""

import re

from nlu.text import normalise

LONGEST = 200  # characters: who puts a word right says it shortly
_MARK = re.compile(
    r"(?:不好意思|抱歉|哦|啊|噢|sorry|等等|等下)?[,，\s]*(?:"
    r"(?:上面|刚才|前面|刚刚)?(?:我)?(?:说|打|写|发|讲|问|输|弄|搞|记)[错反](?:字|了|字了)?|(?:更正|纠正|订正)(?:一下|下)?|口误|笔误|打字错误|不对不对|不对(?=[,，\s]))"
    r"[,，。.!！:：\s]*(?:了)?[,，\s]*"
)
#: 出口的货，不对，是进口的货: he puts himself right before he has ended. 是不是, 是什么 ask why something is wrong.
_SLIP = re.compile(
    r"(?<=[,，。.;；\s])(?:不好意思|抱歉|哦|啊|噢|哎|呃)?(?:不对不对|不对|(?:我)?说[错反]了|口误)[,，\s]*(?=(?:应该)?是(?![不否什哪谁怎因]))"
)
_NOT_MEANT = re.compile(
    r"(?:不对|不是)?[,，\s]*(?:(?:我)?(?:问的|说的)?(?:不是|没)(?:问|说|指)?[这那](?:个|种)?(?:意思|问题|情况)?[,，。.!！:\s]+(?=\S)"
    r"|(?=我(?:问|说|指)的?是|我是(?:问|说|指)))"
)
_NOT_BUT = re.compile(r"不是(?P<wrong>[^,，。\s]{1,12}?)[,，\s]*(?:而是|应该是|应为|是)(?P<right>[^,，。\s]{1,12})")
_BUT_NOT = re.compile(r"(?:应该)?是(?P<right>[^,，。\s]{1,12}?)[,，\s]*(?:而)?不是(?P<wrong>[^,，。\s]{1,12})")
_IS = re.compile(r"^(?:应该是|应为|改成|我(?:要|想)?(?:是)?(?:问|说|指)的?是?|我?(?:们)?(?:的)?是|是|要问的是)\s*")
_OF_A_WORD = 6  # characters: 是进口的货 puts one word right, and what is longer says more
_TAIL = re.compile(r"(?:的|啊|哈|呀|了|才对)+$")
_CODE = re.compile(r"(?<!\d)\d{4}(?!\d)")
_OPPOSITES = (
    ("进口", "出口"), ("放行前", "放行后"), ("一般贸易", "加工贸易"), ("来料", "进料"), ("空运", "海运"),
    ("手册", "账册"), ("修改", "撤销"), ("改单", "删单"), ("退运", "退换"), ("境内", "境外"), ("买方", "卖方"),
)  # fmt: skip


def is_correction(text: str) -> bool:
    """Whether a line says that the one before it was wrong, or was not taken as it was meant."""
    return len(text) <= LONGEST and (_MARK.match(normalise(text)) is not None or is_not_meant(text))


def is_not_meant(text: str) -> bool:
    """Whether a line says that what we took for his question is not it, and goes on to say what is: 不是这个 我问的是出口."""
    return _NOT_MEANT.match(normalise(text)) is not None


def corrected(said: str, correction: str) -> str:
    """What was said, with the wrong word replaced; where none is found, with the right one after it."""
    said, words = normalise(said), normalise(correction)
    for mark in (_NOT_MEANT, _MARK):
        words = words[found.end() :].strip() if (found := mark.match(words)) else words
    for form in (_NOT_BUT, _BUT_NOT):
        found = form.search(words)
        if found and found["wrong"] in said:
            return said.replace(found["wrong"], _TAIL.sub("", found["right"]))
    right = _TAIL.sub("", _IS.sub("", words))
    wrong = _wrong_word(said, right)
    if wrong is None:
        return f"{said}，{right}"
    said = said.replace(wrong[0], wrong[1])
    return right if said in right else said if len(right) <= len(wrong[1]) + _OF_A_WORD else f"{said}，{right}"


def put_right_at_once(text: str) -> str:
    """What a line says when its speaker puts himself right within it; else the line."""
    slip = _SLIP.search(text) if len(text) <= LONGEST else None
    return corrected(text[: slip.start()].rstrip(" ,，。.;；"), text[slip.end() :]) if slip else text


def _wrong_word(said: str, right: str) -> tuple[str, str] | None:
    for one, other in (*_OPPOSITES, *((b, a) for a, b in _OPPOSITES)):
        if one in right and other in said and one not in said:
            return other, one
    codes, code = _CODE.findall(said), _CODE.search(right)
    return (codes[-1], code[0]) if codes and code and code[0] not in codes else None
