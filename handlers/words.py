"""A stored word and the Chinese people see for it."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """What is stored is English, what people read is `label`."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word

    @classmethod
    def labelled(cls, label: str) -> Self | None:
        """The word that people call so."""
        return next((word for word in cls if word.label == label), None)
