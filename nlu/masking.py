"""Takes what identifies people and businesses out of a text, and leaves what the matter is about.

Used wherever a text leaves the conversation it was said in: cards, logs, indexes, exports. A masked number keeps its
last digits, so that two people who both know it can tell which it is.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

STARS = "****"


def mask(text: str) -> str:
    """The text without personal and business numbers. Masking twice is masking once."""
    text = _legible(text)
    if not any(may_identify(text) for may_identify in _MAY_IDENTIFY):
        return text
    digits, lower = len(_DIGIT.findall(text)), text.lower()
    for rule in _RULES:
        if digits >= rule.digits and (rule.sign is None or rule.sign.search(lower)):
            text = rule.pattern.sub(rule.replacement, text)
    return text


def masked_line(text: str, most: int) -> str:
    """The masked text on one line, cut after so many characters."""
    line = " ".join(mask(text).split())
    return line if len(line) <= most else f"{line[:most]}…"


def has_private(text: str) -> bool:
    """Whether mask would take something out."""
    return mask(text) != _legible(text)


#: What every rule below needs at least; most texts have nothing of it and are done here.
_DIGIT = re.compile(r"\d")
_MAY_IDENTIFY = [
    re.compile(pattern).search for pattern in (r"[\d@]", r"[A-Za-z][A-Za-z_-]{4}", "[零〇一二三四五六七八九幺]{8}")
]

# --- reading digits as people see them ------------------------------------------------------------------------------

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f\u20e3]")
_FOREIGN_DIGIT = re.compile(r"[^\W0-9A-Za-z_\u3400-\u9fff]")


def _legible(text: str) -> str:
    """Digits and letters that only look foreign become plain; invisible characters go."""
    if text.isascii():
        return text
    return _FOREIGN_DIGIT.sub(lambda found: _plain(found[0]), _HIDDEN.sub("", text))


def _plain(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) == 1 and folded.isascii() and folded.isalnum():
        return folded
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


# --- rules ----------------------------------------------------------------------------------------------------------

Replacement = Callable[[re.Match[str]], str]

_GAP = r"[ \-‐-―_.·]"
_DATE = r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?![\d])(?!-\d)"
_CODE = "[0-9A-HJ-NPQRTUWXY]"  # of a unified credit code: no I, O, S, V, Z
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

_TARIFF_WORDS = re.compile(
    r"hs|税号|税则|税目|品目|商品编|子目|商编|归类|归到|归入|ciq|(?<!海关)(?<!企业)(?<!注册)(?<!备案)编码",
    re.IGNORECASE,
)
_ENTERPRISE_WORDS = re.compile(
    r"海关编码|信用代码|备案号|"
    r"(?:企业|注册|登记|备案|十位|10位|经营单位|收发货人|公司)(?:登记)?(?:的)?(?:海关)?(?:编码|代码|编号|号码?)"
)
_LOOK_BACK = 14


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _LOOK_BACK) : found.start()]


def _last(found: re.Match[str], keep: int = 4) -> str:
    return STARS + "".join(char for char in found[0] if char.isalnum())[-keep:]


def _keep_four(found: re.Match[str]) -> str:
    return _last(found)


def _mobile(found: re.Match[str]) -> str:
    """1500 1600 170 has as many figures as a telephone: three round numbers in a row are prices, or sizes."""
    groups = found[0].split()
    round_numbers = len(groups) == 3 and len(groups[0]) > 3 and all(group[-1] in "05" for group in groups)
    return found[0] if round_numbers else _last(found)


def _after_word(found: re.Match[str]) -> str:
    """Mask the number of a match that begins with the word giving it away."""
    return found["word"] + STARS + found["number"][-2:]


def _long_number(found: re.Match[str]) -> str:
    digits = sum(char.isdigit() for char in found[0])
    if found["date"] or digits < 11 or (digits == 13 and _TARIFF_WORDS.search(_before(found))):
        return found[0]
    together = digits == len(found[0])
    # Apart, short groups are more often a list of codes than one number.
    return _last(found) if together or digits >= 15 else found[0]


def _ten_digits(found: re.Match[str]) -> str:
    """Ten digits are an enterprise's customs code or a tariff number: the words before tell, or no such chapter."""
    before = _before(found)
    if _ENTERPRISE_WORDS.search(before):
        return _last(found)
    if _TARIFF_WORDS.search(before):
        return found[0]
    return found[0] if 1 <= int(found[0][:2]) <= 97 and found[0][:2] != "77" else _last(found)


def _plate(found: re.Match[str]) -> str:
    return found[0][0] + STARS + found[0][-2:] if any(char.isdigit() for char in found[0]) else found[0]


def _mixed(found: re.Match[str]) -> str:
    """Bills of lading, certificates, declarations: letters and many digits in one word."""
    return _last(found) if not found[0].lower().startswith(("hs", "ciq")) else found[0]


_CURRENCY = r"(?:USD|US\$|RMB|CNY|EUR|HKD|JPY|GBP|AUD|KRW|人民币|美金|美元|欧元|日元|英镑|港币|\$|¥|￥|€|£)"
_UNIT = rf"(?:\s?(?:[万千亿百]|million|k(?![a-z])))?\s?(?:{_CURRENCY}|元|块钱?|刀)?"
_AMOUNT = r"\d[\d,，]*(?:\.\d+)?"
_THRESHOLD = r"(?!\s?(?:以上|以下|以内|起征|限额|及以|的?限))"


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """What is replaced by what; a text with fewer digits, or without its sign, need not be looked through. Signs are
    looked for in small letters: words in one case are found many times faster than words in any."""

    pattern: re.Pattern[str]
    replacement: Replacement
    digits: int
    sign: re.Pattern[str] | None


def _rule(pattern: str, replacement: Replacement, *, digits: int = 0, sign: str = "") -> _Rule:
    return _Rule(
        pattern=re.compile(pattern, re.IGNORECASE),
        replacement=replacement,
        digits=digits,
        sign=re.compile(sign) if sign else None,
    )


_ALONE = r"(?<![0-9A-Za-z])"  # no letter or digit before
_END = r"(?![0-9A-Za-z])"  # none after
_SAYS = r"(?:[是为:：.]|\s){0,3}"  # between a word and its number

_RULES = (
    # e-mail
    _rule(
        r"(?<![A-Z0-9_.%+-])[A-Z0-9_.%+-]{1,64}@[A-Z0-9-]{1,63}(?:\.[A-Z0-9-]{1,63}){1,5}",
        lambda _: "***@***",
        sign="@",
    ),
    # accounts of WeChat and QQ
    _rule(
        r"(?P<word>(?:微信号?|(?<![A-Z])(?:vx|wx|wechat|qq|扣扣)|加[v微]|v信|企鹅)(?:号码?|群号?)?"
        + _SAYS
        + r")(?P<number>[A-Z0-9][A-Z0-9_-]{4,30})(?![A-Z0-9_*])",
        _after_word,
        sign="微信|vx|wx|wechat|qq|扣扣|加v|加微|v信|企鹅",
    ),
    # unified credit code
    _rule(rf"{_ALONE}[1-9ANY][1-9]\s?\d{{6}}\s?{_CODE}(?:[ -]?{_CODE}){{9}}{_END}", _keep_four, digits=7),
    # identity card
    _rule(rf"(?<![\d*])[1-9]\d{{5}}[ -]?(?:18|19|20)\d{{6}}[ -]?\d{{3}}[\dX]{_END}", _keep_four, digits=17),
    # mobile phone, also with the letter O for a nought, grouped in any way, set on two lines, or figure by figure
    _rule(
        r"(?<![\d*])(?:\+?86[-\s]{0,2})?"
        r"(?:1[3-9][\dO](?:[-\s]{0,3}[\dO]{4}){2}|1[3-9](?:[-\s]?[\dO]){9}|1[-\s]{1,2}[3-9](?:[-\s]{1,2}[\dO]){9})(?!\d)",
        _mobile,
        sign=r"1[-\s]{0,2}[3-9]",
    ),
    # landline with its area code
    _rule(r"(?<![\d*])[(（]?0(?:10|2\d|[3-9]\d\d)[)）]?[- ]?\d{7,8}(?:(?:-|转)\d{1,6})?(?!\d)", _keep_four, digits=10),
    # manual, account book, duty certificate: a letter and eleven more
    _rule(rf"{_ALONE}[B-IL-NT-Z]\d{{4}}[0-9A-Z]\d{{6}}{_END}", _keep_four, digits=10, sign="[a-z]"),
    # declaration numbers, bank cards and whatever else is long
    _rule(rf"(?P<date>(?<!\d){_DATE})|(?<![\d*])\d{{2,}}(?:{_GAP}?\d{{2,}}){{0,12}}(?!\d)", _long_number, digits=11),
    # number plate
    _rule(rf"[{_PROVINCE}][A-HJ-NP-Z][ ·•]?[A-HJ-NP-Z0-9]{{5,6}}{_END}", _plate, digits=1, sign=rf"[{_PROVINCE}][a-z]"),
    # container
    _rule(rf"{_ALONE}[A-Z]{{3}}[UJZ][ -]?\d{{6}}[ -]?\d(?!\d)", _keep_four, digits=7, sign="[a-z]"),
    # bill of lading, certificate of origin
    _rule(rf"{_ALONE}[A-Z]{{2,6}}[ -]?\d{{7,16}}{_END}", _mixed, digits=7, sign="[a-z]"),
    _rule(rf"{_ALONE}(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*\d){{7}})[A-Z0-9]{{12,40}}{_END}", _mixed, digits=7, sign="[a-z]"),
    # passport
    _rule(rf"{_ALONE}[DEGHPS]\d{{8}}{_END}", _keep_four, digits=8, sign="[a-z]"),
    # any number whose word gives it away
    _rule(
        r"(?P<word>(?:提单|运单|分单|主单|箱|柜|铅封|手册|账册|报关单|合同|发票|护照|通行证|身份证|卡)号码?"
        + _SAYS
        + r")(?P<number>(?=[A-Z-]*\d)[A-Z0-9-]{6,30})(?![A-Z0-9*])",
        _after_word,
        digits=1,
    ),
    _rule(
        r"(?P<word>(?:电话|手机|座机|联系方式|联系|(?<![A-Z])tel)(?:号码?)?"
        + _SAYS
        + r")(?P<number>[2-9]\d{2,3}[- ]?\d{4})(?!\d)",
        _after_word,
        digits=7,
        sign="电话|手机|座机|联系|tel",
    ),
    # an enterprise's customs code
    _rule(r"(?<![\d.*])\d{10}(?![\d.])", _ten_digits, digits=10),
    # an amount after a word for price; limits and rates are rules, not secrets
    _rule(
        r"(?P<word>(?:价格?|货值|金额|价值|货款|合同额|报价|总值|成本)(?!超|不足|低于|高于|大于|小于|在)[^\d*超低高过以满限]{0,6}?)"
        rf"{_AMOUNT}{_UNIT}{_THRESHOLD}(?![\d,.%％]|\s?[年月天日号个条款倍税])",
        lambda found: found["word"] + STARS,
        digits=1,
    ),
    _rule(
        rf"(?<![A-Z])(?P<word>{_CURRENCY})\s?{_AMOUNT}(?:\s?[万千亿])?{_THRESHOLD}(?![\d,.])",
        lambda found: found["word"] + STARS,
        digits=1,
        sign=_CURRENCY.lower(),
    ),
    _rule(
        rf"(?<![\d.,*]){_AMOUNT}(?:\s?[万千亿])?\s?(?P<word>{_CURRENCY}|元)?的?(?P<what>价格|货值|货款|单价|总价)",
        lambda found: STARS + (found["word"] or "") + found["what"],
        digits=1,
        sign="价格|货值|货款|单价|总价",
    ),
    # a number read out
    _rule(r"[零〇一二三四五六七八九幺]{8,}", lambda found: STARS + found[0][-2:]),
)
