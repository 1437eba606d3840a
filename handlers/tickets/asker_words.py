"""Reading what askers type about their own questions: the words we taught them, and other ways of saying the same."""

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers.tickets.words import Rating
from knowledge_base.numerals import CHINESE, number_of
from nlu.understanding import Intent, Understanding


class Wish(StrEnum):
    PROGRESS = "progress"
    PRESS = "press"
    NOT_SOLVED = "not_solved"
    WANT_PERSON = "want_person"
    RATE = "rate"
    ADD = "add"
    SOLVED = "solved"
    RATE_LATER = "rate_later"
    COMPLAIN = "complain"
    SUGGEST = "suggest"
    PRAISE = "praise"
    PLEDGE = "pledge"
    CARD = "card"
    NUMBER = "number"  #: he has forgotten which it has
    DROP = "drop"  #: nobody need look into it any more


@dataclass(frozen=True, kw_only=True)
class Saying:
    """What an asker wants. `exact`: in the words we taught, so that nothing else can be meant."""

    wish: Wish
    number: int | None = None
    rest: str = ""
    rating: Rating | None = None
    exact: bool = True


RATINGS = {
    "非常满意": Rating.VERY_GOOD, "很满意": Rating.VERY_GOOD, "十分满意": Rating.VERY_GOOD, "5": Rating.VERY_GOOD,
    "满意": Rating.GOOD, "4": Rating.GOOD, "基本满意": Rating.FAIR, "一般": Rating.FAIR, "还行": Rating.FAIR,
    "3": Rating.FAIR, "不满意": Rating.BAD, "不太满意": Rating.BAD, "不是很满意": Rating.BAD, "2": Rating.BAD,
    "好评": Rating.GOOD, "差评": Rating.BAD, "非常不满意": Rating.VERY_BAD, "很不满意": Rating.VERY_BAD, "十分不满意": Rating.VERY_BAD, "1": Rating.VERY_BAD,
}  # fmt: skip

_WISHES = {
    Intent.STATUS: Wish.PROGRESS,
    Intent.PRESS: Wish.PRESS,
    Intent.NOT_SOLVED: Wish.NOT_SOLVED,
    Intent.WANT_PERSON: Wish.WANT_PERSON,
    Intent.THANKS: Wish.SOLVED,
    Intent.RATING: Wish.RATE,
    Intent.COMPLAINT: Wish.COMPLAIN,
    Intent.SERVICE_PROMISE: Wish.PLEDGE,
    Intent.CONTACT_CARD: Wish.CARD,
}

LONGEST = 200  # characters within which a wish is said; what goes on beyond belongs to its rest
_CALL = re.compile(r"@[^\s@]+[\s\u2005]+|^@\S+$")
_GAP = r"[\s:：,，、。.;；!！~～\-—]"
_N = rf"(?:{_GAP}*(?:工单|单号|问题|第|[#＃])*{_GAP}*(?P<n>\d{{1,9}}(?!\d)|{CHINESE}(?=\s*号))\s*号?)"
_MARKED = rf"(?P<bare>(?:工单|单号|问题)?){_GAP}*[#＃]\s*(?P<n>\d{{1,9}})(?!\d)\s*号?"
_TAIL = r"[\s。.!！~～?？吧啊呢呀了]*"
_WHAT = "(?:是什么|是啥|有哪些|有什么|在哪里?看?|呢)?"
_RATING = "|".join(sorted((word for word in RATINGS if not word.isdigit()), key=len, reverse=True))
_SCORE = r"(?:[1-5](?=分|星|\D|$)|[一二三四五](?=分|颗?星))(?:分|颗?星)?"

_STILL = "(?:还是|还|仍然?|依然|并)?(?:没有?|未)"
_ENDING = "[了吧啊呢呀的]*"
_SCORING = "(?:评价|评分|打分)"
_REST = rf"(?:{_GAP}+|$)(?P<rest>.*)"

_FILED = "(?:工单号?码?|单号|登记号)"
_SLIPPED = "(?:忘|记不|不记|没记|找不|想不起|丢了)"
_SETTLED = "(?:解决|搞定|办好|弄好|处理好)"
_BY_US = rf"(?:{_GAP}|我们?|咱们?|自己|已经?|都|问题|这个|那个)*"
_NO_NEED = "(?:算了|(?:不用|不需要|不必)(?:再?[查办回问管答]|麻烦|处理|答复)?了|不问了)"

#: 建议 用哪个 asks us to suggest; 建议 能多讲几次 asks nothing.
_ASKING = "[吗呢?？]|什么|怎[么样]|咋|哪|多久|多少|如何|还是|(?P<or>[是能要有行])[不没](?P=or)|可不可以"

_PATTERNS = {
    Wish.PROGRESS: (
        r"(?:查询?|看看?|问)?(?:一?下)?(?:我的|我)?(?:问题|工单)?的?(?:办理)?进[度展](?:查询|怎么样|如何|呢)?"
        rf"{_N}?{_TAIL}",
        rf"{_N}(?:的|查)?进度{_TAIL}",
        rf"我的(?:问题|工单){_TAIL}",
        rf"(?:查询?|看看?|问)(?:一?下)?{_GAP}*{_MARKED}{_TAIL}",
        rf"{_MARKED}{_GAP}*(?:怎么样|咋样|如何|办好|有结果|到哪一?步){_TAIL}",
    ),
    Wish.NUMBER: (
        rf"(?:我|那个|这个|上次|问题|的)*{_FILED}(?:我|都|又|给)?(?:{_SLIPPED}[^\s，,。？?]{{0,4}}|是?(?:多少|几号?|啥|什么)来?着?){_TAIL}",
        rf"(?:我|又|都|把)*{_SLIPPED}[清得住到了]*(?:我的?)?{_FILED}{_TAIL}",
    ),
    Wish.DROP: (
        rf"{_NO_NEED}(?:{_GAP}*{_NO_NEED})*{_BY_US}{_SETTLED}了?{_TAIL}",
        rf"(?:请|帮?我|麻烦|把|将)*(?:取消|撤销|撤掉)(?:我的?|这个|那个)*(?:问题|工单|提问){_N}?{_TAIL}",
        rf"(?P<bare>){_N}{_GAP}*(?:{_NO_NEED}|取消|撤销){_TAIL}",
        rf"(?P<bare>)(?:(?:{_BY_US}{_NO_NEED})+{_GAP}*|取消|撤销)(?:谢谢|多谢|感谢)?[您你老师们]*{_TAIL}",
    ),
    Wish.PRESS: (rf"(?:帮?我?)?(?:催办|催一[催下]|催催|催单|催促)(?:一?下)?{_N}?{_TAIL}",),
    Wish.NOT_SOLVED: (
        rf"(?:问题|这个)?{_STILL}(?:得到|能|被)?解决(?:掉|了|啊|呢|呀|问题)*(?:{_N}(?:{_GAP}+|$)|{_GAP}+|$)(?P<rest>.*)",
        rf"{_N}{_GAP}*{_STILL}解决{_REST}",
    ),
    Wish.WANT_PERSON: (
        rf"(?:我要|请|帮我|麻烦)?(?:转|找|要|接)?(?:一?下)?人工(?:客服|服务|坐席|答复|回复)?{_REST}",
        rf"转接?(?:志愿者|坐席|客服){_REST}",
    ),
    Wish.RATE: (
        rf"{_SCORING}{_N}(?:{_GAP}|给)+(?P<word>{_RATING}|{_SCORE}){_ENDING}{_REST}",
        rf"{_SCORING}{_N}{_GAP}+[^\s，,。；;]{{0,6}}(?P<word>{_RATING}){_ENDING}{_REST}",  # 评价 1 老师很满意: no score
        rf"{_SCORING}(?:{_GAP}|给)*(?P<word>{_RATING}|{_SCORE}){_ENDING}{_REST}",
        rf"{_SCORING}{_N}?{_TAIL}",
    ),
    Wish.ADD: (rf"补充(?:说明|情况|材料)?(?:一下)?(?:{_N}(?:{_GAP}+|$)|{_GAP}+|$)(?P<rest>.*)",),
    Wish.RATE_LATER: (
        rf"追评{_N}?{_GAP}*(?P<word>{_RATING}){_REST}",
        rf"追评(?:{_N}(?:{_GAP}+|$)|{_GAP}+|$)(?P<rest>.*)",
    ),
    Wish.COMPLAIN: (
        rf"(?:我要|我想)?投诉{_REST}",
        rf"(?:我要|我想)?(?:怎么|怎样|咋|如何|[去到]?哪里?|找谁)(?:才能)?投诉(?:你们?|你们?的?(?:人|机器人|客服|志愿者)|志愿者|机器人)?{_TAIL}",
    ),
    Wish.SUGGEST: (
        rf"(?:我?(?:有|提|想提)(?:一?[个条点])?|意见)(?:小|好)?建议{_REST}",
        r"(?:建议|金点子)\s*[:：](?P<rest>.*)",
        rf"(?P<bare>)建议[\s,，。]+(?!.*(?:{_ASKING}))(?P<rest>.+)",  # among members it is advice to one another
        r"建议",
    ),
    Wish.PRAISE: (rf"(?:我要|我想|特别|点名)?(?:表扬|点赞)(?:一下)?(?:{_N}(?:{_GAP}+|$)|{_GAP}+)(?P<rest>.*)",),
    Wish.PLEDGE: (rf"(?:你们的?|看一?下)?服务承诺{_WHAT}{_TAIL}|(?:办理|答复|回复)时限{_TAIL}",),
    Wish.CARD: (rf"(?:看一?下)?(?:企业)?联系卡{_WHAT}{_TAIL}",),
    Wish.SOLVED: (rf"{_BY_US}(?:确认)?{_SETTLED}了?{_N}?[\s。.!！~～啦啊哈]*",),
}
_FORMS = [(wish, re.compile(pattern, re.DOTALL)) for wish, patterns in _PATTERNS.items() for pattern in patterns]

_BARE_RATING = re.compile(rf"(?:我?[给打来]个?)?(?P<word>{_RATING}|{_SCORE}){_TAIL}")
_RATING_AND_WHY = re.compile(rf"(?P<word>[^\s一]*满意){_ENDING}[\s，,。.；;！!：:]+(?P<rest>.+)", re.DOTALL)
_ASKS_WHERE = re.compile(
    r"(?:哪|怎么|怎样|咋|如何|找谁|向谁|跟谁|打什么)\S{0,6}投诉|投诉\S{0,3}(?:电话|热线|渠道|流程|找谁|[去到]哪)"
)
_NOT_A_YES = re.compile(r"[没未不別别]|还是|但|可是|如果|要是|再|试|先|等|[?？]|吗|么")


def read_saying(text: str) -> Saying | None:
    """The wish in the words we taught, or None."""
    said = spoken_words(text)
    begins, goes_on = said[:LONGEST], said[LONGEST:]
    for wish, form in _FORMS:
        found = form.fullmatch(begins)
        if found and (not goes_on or "rest" in form.groupindex):
            return _saying(wish, found.groupdict(), goes_on)
    return None


def _saying(wish: Wish, groups: dict[str, str | None], goes_on: str) -> Saying:
    digits = groups.get("n")
    number = number_of(digits) if digits else None
    rest = ((groups.get("rest") or "") + goes_on).strip()
    exact = groups.get("bare") != ""  # #3怎么样 alone may be of a gate or a container
    return Saying(wish=wish, number=number, rest=rest, rating=_rating(groups.get("word")), exact=exact)


def read_bare_rating(text: str) -> Rating | None:
    """`满意` or `5` alone; it means something only to who was asked for it."""
    found = _BARE_RATING.fullmatch(spoken_words(text)) if len(text) <= LONGEST else None
    return _rating(found["word"]) if found else None


def read_rating_and_why(text: str) -> tuple[Rating, str] | None:
    """`不太满意，说了等于没说`; the same."""
    found = _RATING_AND_WHY.fullmatch(spoken_words(text))
    rating = RATINGS.get(found["word"]) if found else None
    return (rating, found["rest"].strip()) if found and rating else None


def paraphrased(text: str, understanding: Understanding, *, sure_at: float) -> Saying | None:
    """The wish in other words, when its intent is sure enough."""
    wish = _WISHES.get(understanding.intent)
    if wish is None or understanding.probability(understanding.intent) < sure_at:
        return None
    if wish == Wish.COMPLAIN and ("投诉" not in text or asks_where_to_complain(text)):
        return None  # anger is no complaint until somebody calls it one; and who asks where to complain has not done it
    if wish == Wish.SOLVED and _NOT_A_YES.search(text):
        return None  # 谢谢，我先试试: thanks that settle nothing yet
    rest = spoken_words(text) if wish in (Wish.NOT_SOLVED, Wish.WANT_PERSON, Wish.COMPLAIN) else ""
    rating = _rating_within(text) if wish == Wish.RATE else None
    return Saying(wish=wish, rest=rest, rating=rating, exact=False)


def asks_where_to_complain(text: str) -> bool:
    """Whether a line asks for the way to complain, which is a question like others, and is no complaint yet."""
    return _ASKS_WHERE.search(text) is not None


def spoken_words(text: str) -> str:
    """The text without the names it calls out, full-width figures made plain."""
    return _CALL.sub("", text).translate(_PLAIN).strip()


_FIGURES = str.maketrans("一二三四五", "12345")
_PLAIN = str.maketrans("０１２３４５６７８９　", "0123456789 ")


def _rating(word: str | None) -> Rating | None:
    return RATINGS.get(word.rstrip("分星颗").translate(_FIGURES)) if word else None


def _rating_within(text: str) -> Rating | None:
    found = re.search(_RATING, text)
    return RATINGS[found[0]] if found else None
