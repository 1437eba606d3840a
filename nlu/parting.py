"""The questions of one text, parted: a numbered list, several question marks, 还有 and its like."""

import re
import unicodedata

from nlu.spelling import topics
from nlu.text import ALSO, AND_ALSO_WORDS, EDGES, SPACES, clean, essence_of_clean, without_mentions

_NUMBER_MARK = re.compile(r"(?:^|(?<=[^\d.a-z]))\(?([1-9])(?:[、)]|[.,:](?!\d)|(?=\s[\u4e00-\u9fff]))\s*")
_SIGN_MARK = re.compile(
    r"([①-⑨⑴-⑼❶-❾➀-➈]|[1-9](?=\ufe0f?\u20e3)|(?:^|(?<=[\s，,。；;：:？?！!]))[一二三四五六七八九](?=、))(?:\ufe0f?\u20e3|、)?"
)
_AND_ALSO = re.compile(rf"(?:^|(?<![\s,。?!;])[\s,。?!;]++)(?={ALSO}[^的])")
_ASKS = re.compile(
    r"[吗呢?几哪谁怎啥]|什么|多少|多久|如何|是否|能不能|要不要|行不|可不可|是不是|会不会|有没有|区别|还是|为何|算不"
)
_WHETHER = re.compile(r"[不没]$")  # 收费不
_QUESTION_END = re.compile(r"\?+")
_CLAUSE_END = re.compile(r"[\s,;。]+")
_SMALL = 4  # characters: 哪个快 is not asked alone


def asked(text: str) -> tuple[str, tuple[str, ...]]:
    """The essence of a text and the essences of its separate questions: one as a rule, none where nothing is asked.

    Parted only at a numbered list, at several question marks, or before 还有 and its like. A part that names nothing of
    the trade borrows the words of the part before it.
    """
    cleaned = clean(_marks_parted(without_mentions(text)))
    whole = essence_of_clean(SPACES.sub(" ", cleaned).strip())
    pieces = _parts(cleaned) if whole else []
    parts = [part for part in map(essence_of_clean, pieces) if part] if len(pieces) > 1 else []
    if len(parts) < 2:
        return whole, (whole,) if whole else ()
    return whole, tuple(_with_subjects(parts))


def clauses(question: str) -> list[str]:
    """The clauses of a question that ask, in order; what asks nothing leads into the one after it, or ends the last."""
    parted: list[str] = []
    lead: list[str] = []
    for clause in filter(None, _CLAUSE_END.split(question)):
        lead.append(clause)
        if _ASKS.search(clause) or _WHETHER.search(clause):
            parted.append(" ".join(lead))
            lead = []
    return [*parted[:-1], " ".join((*parted[-1:], *lead))] if lead else parted


def _marks_parted(text: str) -> str:
    """①查验 ②收费 and 一、查验 二、收费 as 1、查验 2、收费: cleaning leaves of a sign a bare figure, which counts nothing."""
    if len(_SIGN_MARK.findall(text)) < 2:
        return text
    return _SIGN_MARK.sub(lambda found: f" {unicodedata.numeric(found[1]):.0f}、", text)


def _parts(cleaned: str) -> list[str]:
    numbered = _numbered(cleaned)
    if numbered:
        return [_line(part) for part in numbered]
    ends_asked = [f"{chunk}?" for chunk in _QUESTION_END.split(cleaned)[:-1]] + _QUESTION_END.split(cleaned)[-1:]
    pieces = [_line(piece) for chunk in ends_asked for piece in _AND_ALSO.split(chunk)]
    return [AND_ALSO_WORDS.sub("", piece) for piece in _joined(pieces)]


def _line(text: str) -> str:
    return SPACES.sub(" ", text).strip(EDGES.replace("?", ""))


def _numbered(cleaned: str) -> list[str]:
    """The items of a list that counts 1, 2, …; what stands before it belongs to every item and is left to the first."""
    marks, wanted = [], 1
    for found in _NUMBER_MARK.finditer(cleaned):
        if int(found[1]) == wanted:
            marks.append(found)
            wanted += 1
    if len(marks) < 2:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(cleaned)]
    items = [cleaned[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    items[0] = f"{cleaned[: marks[0].start()]} {items[0]}"
    return items


def _joined(pieces: list[str]) -> list[str]:
    """A piece too small to be asked alone goes to the one before; so does what follows a piece that asks nothing."""
    joined: list[str] = []
    for piece in filter(None, pieces):
        small = len(piece.rstrip("?")) <= _SMALL and not topics(piece)
        if joined and (small or not _ASKS.search(joined[-1])):
            joined[-1] = f"{joined[-1].rstrip('?')} {piece}"
        else:
            joined.append(piece)
    return joined


def _with_subjects(parts: list[str]) -> list[str]:
    subjects: tuple[str, ...] = ()
    whole: list[str] = []
    for part in parts:
        own = topics(part)
        whole.append(part if own or not subjects else " ".join((*subjects[:2], part)))
        subjects = own or subjects
    return whole
