"""The shipped base, the shipped models and the shipped thresholds, on questions that taught none of them."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.settings import HOME
from knowledge_base import evaluation
from knowledge_base.command_line import searcher
from knowledge_base.faq_folder import load
from knowledge_base.questions import read_questions
from knowledge_base.search import KnowledgeBase
from knowledge_base.thresholds import read_thresholds

HELD_OUT = HOME / "faq_data" / "evaluation"
FLOOR = YAML(typ="safe").load(HELD_OUT / "floor.yml")


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    entries = load(HOME / "faq_data")
    known = frozenset(entry.id for entry in entries)
    files = sorted(HELD_OUT.glob("*_[cde].jsonl"))
    questions = read_questions(files, known)
    base = KnowledgeBase.open(entries, kept_in=tmp_path_factory.mktemp("kept"))
    return evaluation.figures(evaluation.ask(questions, searcher(base)), read_thresholds(HOME / "config.yml"))


@pytest.mark.parametrize(("figure", "floor"), FLOOR["at_least"].items())
def test_no_change_falls_below_the_floor(reached: dict[str, Any], figure: str, floor: float) -> None:
    assert reached[figure] >= floor, f"{figure} fell to {reached[figure]}"


@pytest.mark.parametrize(("figure", "ceiling"), FLOOR["at_most"].items())
def test_no_change_rises_above_what_is_put_up_with(reached: dict[str, Any], figure: str, ceiling: float) -> None:
    assert reached[figure] <= ceiling, f"{figure} rose to {reached[figure]}"


def test_the_floor_moves_up_with_each_gain(reached: dict[str, Any]) -> None:
    gained = {name: reached[name] - floor for name, floor in FLOOR["at_least"].items()}
    gained |= {name: ceiling - reached[name] for name, ceiling in FLOOR["at_most"].items()}
    behind = {name: reached[name] for name, gain in gained.items() if gain > FLOOR["left_behind"]}
    assert not behind, f"better than faq_data/evaluation/floor.yml says; write there what is reached: {behind}"
