"""Numbers as people write them in Chinese, up to some thousands."""

DIGITS = "零〇一二两三四五六七八九"
UNITS = {"十": 10, "百": 100, "千": 1000}
CHINESE = rf"[{DIGITS}{''.join(UNITS)}]{{1,7}}"
_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def number_of(text: str) -> int:
    """12 and 十二 are 12, 一百零三 is 103, 一二 is 12."""
    if text.isdecimal():
        return int(text)
    if not set(text) & UNITS.keys():
        return int("".join(str(_VALUES[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in UNITS:
            total, digit = total + (digit or 1) * UNITS[char], 0
        else:
            digit = _VALUES[char]
    return total + digit
