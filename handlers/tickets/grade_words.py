"""Grades and classes as volunteers type them."""

import re

from handlers.tickets.words import Mark, TicketClass


def read_grade(text: str) -> tuple[Mark, Mark] | None:
    """`AB`, `a/b`, `重要A 紧急B`."""
    marks = re.fullmatch(
        r"(?:重要性?)?\s*([ABC])\s*级?[\s/、,，+]*(?:紧[急迫]性?)?\s*([ABC])\s*级?[。.]?", text.strip(), re.IGNORECASE
    )
    return (Mark(marks[1].upper()), Mark(marks[2].upper())) if marks else None


def read_class(text: str) -> TicketClass | None:
    """A class by its name, a part of it, or its place in the list."""
    said = text.strip("。. 类第")
    for place, (words, ticket_class) in enumerate(_CLASSES, 1):
        if re.fullmatch(words, said) or said in (str(place), "一二三四"[place - 1]):
            return ticket_class
    return None


_CLASSES = (
    ("高频(?:基础)?(?:问题)?|基础(?:问题)?", TicketClass.BASIC),
    ("共性(?:咨询)?(?:问题)?|咨询(?:问题)?", TicketClass.COMMON),
    ("(?:海关)?实务(?:问题)?", TicketClass.PRACTICE),
    ("创新性?(?:问题)?", TicketClass.INNOVATIVE),
)
