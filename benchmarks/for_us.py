"""Learn what handlers/for_us.py judges by: `python -m benchmarks.for_us`.

Fits on the evaluation sets a and b and shows what the result is worth on c. The engine that reads the lines has not learned
from any of them: `once_mistaken.yml`, which holds some of a and b, is left out.
"""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from benchmarks.speaking import Line, read_lines
from bot.config_file import load
from bot.mind import build_mind, read_faq
from bot.settings import HOME
from handlers.for_us import features
from handlers.mind import Mind
from nlu import rasa_data
from nlu.embedded import EmbeddedNlu

LEARNED_FROM_THEM = "once_mistaken.yml"
ON = date(2026, 3, 2)
THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8)
KINDS = ("known", "unknown", "notforus")


def main() -> None:
    console, mind = Console(), _mind()
    learned_from, unseen = read_lines("ab"), read_lines("c")
    fitted = LogisticRegression().fit(_seen(mind, learned_from), [_is_ours(line) for line in learned_from])
    names = ("asks", "domain", "found", "bias")
    numbers = [*fitted.coef_[0], fitted.intercept_[0]]
    console.print(", ".join(f"{name} {number:.3f}" for name, number in zip(names, numbers, strict=True)))
    chances = fitted.predict_proba(_seen(mind, unseen))[:, 1]
    table = Table("from", *KINDS, title="share of the unseen lines taken for ours")
    for at in THRESHOLDS:
        table.add_row(f"{at:.1f}", *(f"{_share(unseen, chances >= at, kind):.3f}" for kind in KINDS))
    console.print(table)


def _mind() -> Mind:
    settings = load(HOME / "config.yml", {})
    mind, _ = build_mind(settings, read_faq(settings.faq)[0])
    with TemporaryDirectory() as folder:
        data = Path(shutil.copytree(rasa_data.FOLDER, Path(folder) / "data"))
        (data / LEARNED_FROM_THEM).unlink()
        return Mind(EmbeddedNlu.train(data), mind.knowledge)


def _seen(mind: Mind, lines: Sequence[Line]) -> np.ndarray:
    return np.array([features(mind.think(line.text, on=ON)) for line in lines])


def _is_ours(line: Line) -> bool:
    return line.kind != "notforus"


def _share(lines: Sequence[Line], taken: np.ndarray, kind: str) -> float:
    return float(np.mean([one for line, one in zip(lines, taken, strict=True) if line.kind == kind]))


if __name__ == "__main__":
    main()
