"""What the channels remember is bounded."""

from bot.channels.bounded_dict import BoundedDict


def test_what_was_put_in_longest_ago_is_forgotten_first() -> None:
    names = BoundedDict[str, str](2)
    names["a"], names["b"], names["a"], names["c"] = "甲", "乙", "甲二", "丙"
    assert list(names.items()) == [("a", "甲二"), ("c", "丙")]
