"""How a message is read: with the lines its speaker left hanging, with the turn before, or as several questions."""

from dataclasses import dataclass

from handlers.base import Turn
from handlers.context import Earlier, take_up, turn_before, waiting_lines
from handlers.mind import Thought
from handlers.rules import AnsweringRules
from handlers.times import local_day
from nlu.understanding import Intent


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One question to decide on. `answered_before`: the entry the speaker has just had and asks beyond."""

    text: str
    thought: Thought
    spoke_to_us: bool = False
    answered_before: str | None = None


def read(turn: Turn, rules: AnsweringRules) -> list[Reading]:
    """The questions in a message, at least one reading of it."""
    held = waiting_lines(turn, window=rules.burst_window)
    take_up(turn, held)
    if held:
        return [_with_lines(turn, held)]
    if turn.thought.understanding.intent == Intent.FOLLOW_UP:
        return [_with_turn_before(turn, rules)]
    questions = turn.thought.understanding.questions
    if len(questions) > 1:
        return [Reading(text=question, thought=_think(turn, question)) for question in questions]
    return [Reading(text=turn.message.text, thought=turn.thought)]


def _with_lines(turn: Turn, held: list[Earlier]) -> Reading:
    """The last line alone when it says enough, else all the lines together: whichever finds more."""
    spoke_to_us = any(line.mentions_bot for line in held)
    joined = _joined([*(line.text for line in held), turn.message.text])
    together = _think(turn, joined)
    alone_is_enough = turn.thought.confidence >= together.confidence and turn.thought.confidence > 0
    thought = turn.thought if alone_is_enough else together
    return Reading(text=joined, thought=thought, spoke_to_us=spoke_to_us)


def _with_turn_before(turn: Turn, rules: AnsweringRules) -> Reading:
    before = turn_before(turn, window=rules.turn_window)
    if before is None:
        return Reading(text=turn.message.text, thought=turn.thought)
    joined = _joined([before.text, turn.message.text])
    return Reading(text=joined, thought=_think(turn, joined), answered_before=before.entry)


def _think(turn: Turn, text: str) -> Thought:
    return turn.mind.think(text, on=local_day(turn.now))


def _joined(lines: list[str]) -> str:
    return "，".join(line.strip() for line in lines if line.strip())
