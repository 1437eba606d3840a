"""Reading which of the offered questions a line chooses: a number, a word or a sign, several, all, or none."""

import re
from collections.abc import Sequence

from nlu.text import normalise

NONE_OF_THEM = (0,)
LONGEST = 24  # characters: what is longer chooses nothing
_NUMBER = re.compile(r"^(?:我?选|要|是|第|问的是)*\s*([0-3一二三两零①②③])\s*(?:号|个|项|条|️?⃣|[.。、!！,，吧的呢])*$")
_PLACE = re.compile(r"[1-3一二三两①②③]")
_SEVERAL = re.compile(
    r"^(?:我?(?:选|要|看|问的是))*\s*(?:第?\s*[1-3一二三①②③]\s*[号个项条]?(?:\s*(?:[和跟与、,./+&]|还有)\s*|\s+|(?<=[号个项条]))){1,2}"
    r"第?\s*[1-3一二三①②③]\s*[号个项条]?\s*(?:我?都[要想看是问选]?)?(?:[.!！。~]|[吧的呢])*$"
)
_ALL = re.compile(
    r"^(?:我|这|[23两俩二三几]个?)*(?:全部|全?都(?=要|想|看|问|选|发|是|需|行|可以))"
    r"(?:要|想|问|知道|看|了解|选|发|是|需要|行|可以|我|一?下|[了的吧啊呀呗!！。~])*$"
)
_NONE = re.compile(r"^(?:全?都|一个也?|哪个也?)(?:不是|不对|没有)")
_NO = re.compile(r"^(?:不是(?:的|这个)?|不对)[!！。.~]*$")
_LAST = re.compile(
    r"^(?:我?(?:问|说|要|选)的?是?)?(?:后者|(?:下面|后面|最后|末尾)(?:那|一|的那?)(?:个|条|一个)?)(?:吧|的|啊)?$"
)
_FIRST = re.compile(
    r"^(?:我?(?:问|说|要|选)的?是?)?(?:前者|(?:上面|前面|最前|开头)(?:那|的那?)(?:个|条|一个)?)(?:吧|的|啊)?$"
)
_YES = re.compile(
    r"^(?:👌|👍|✅|💯|\[(?:ok|OK|强|好的|赞)\]|对的?|是的?|就是(?:这个|它)|嗯+|没错|ok|可以|这个)+[!！。.~]*$"
)
_THAT = re.compile(
    r"^(?:我?(?:问|说|要|选|想问)的?是?)?(?P<what>.{2,16}?)(?:的)?(?:那个|那条|这个|这条|那一个|的)(?:吧|啊)?[!！。.~]*$"
)
_SIGNS = {"☝": 1, "👆": 1, "✌": 2, "🥇": 1, "🥈": 2, "🥉": 3}
_VALUES = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "①": 1, "②": 2, "③": 3}


def read_choice(text: str) -> int | None:
    """The number that was chosen, 0 for none of them, None when the text chooses nothing."""
    said = normalise(text).strip()
    if _NONE.match(said):
        return 0
    if said in _SIGNS:
        return _SIGNS[said]
    found = _NUMBER.match(said)
    if found is None:
        return None
    return _value(found.group(1))


def may_choose(text: str) -> bool:
    """Whether a text may choose something that was offered; most texts cannot."""
    said = normalise(text).strip()
    forms = (_ALL, _SEVERAL, _LAST, _FIRST, _YES, _NO, _THAT)
    return len(said) <= LONGEST and (read_choice(text) is not None or any(form.match(said) for form in forms))


def choose(text: str, offered: Sequence[str]) -> tuple[int, ...] | None:
    """The places of the offered questions that a text means, NONE_OF_THEM for none; None when it is not plain."""
    said, number = normalise(text).strip(), read_choice(text)
    if number is not None:
        return (number,) if number <= len(offered) else None
    if _ALL.match(said):
        return tuple(range(1, len(offered) + 1))
    if _SEVERAL.match(said):
        places = tuple(dict.fromkeys(map(_value, _PLACE.findall(said))))
        return places if max(places) <= len(offered) else None
    place = _in_words(said, offered)
    return None if place is None else (place,)


def _in_words(said: str, offered: Sequence[str]) -> int | None:
    if _FIRST.match(said) or (len(offered) == 1 and _YES.match(said)):
        return 1
    if len(offered) == 1 and _NO.match(said):
        return 0
    if _LAST.match(said):
        return len(offered)
    named = _THAT.match(said)
    return _named(named["what"], offered) if named else None


def _named(what: str, offered: Sequence[str]) -> int | None:
    """The only offered question that shares letter pairs with the words."""
    pairs = {what[at : at + 2] for at in range(len(what) - 1)}
    shared = [sum(pair in normalise(question) for pair in pairs) for question in offered]
    best = max(shared, default=0)
    return shared.index(best) + 1 if best and shared.count(best) == 1 else None


def _value(digit: str) -> int:
    return _VALUES[digit] if digit in _VALUES else int(digit)
