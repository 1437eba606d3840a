"""A judge that has learned, written down as the two networks `knowledge_base.judging` runs."""

import json
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from knowledge_base.alphabet import LONGEST, Alphabet, padded
from knowledge_base.judging import ALPHABET, DECIDING, READING
from knowledge_base.learning.network import Judge

TEXTS, LETTERS = torch.export.Dim("texts"), torch.export.Dim("letters", max=LONGEST)
ASKED = torch.export.Dim("asked", max=LONGEST)


class _Reading(nn.Module):
    """Letters → what they mean, at half precision: that is how it is kept."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, ids: Tensor) -> Tensor:
        return self.judge.read(ids).half()


class _Deciding(nn.Module):
    """One question read before, against candidates read before → log odds."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, left: Tensor, a: Tensor, right: Tensor, b: Tensor) -> Tensor:
        return self.judge.decide(left, a.float(), right, b.float())


def save_judge(folder: Path, judge: Judge, alphabet: Alphabet) -> None:
    """Write what `open_judge` reads; the tables of letters at half precision, for they are nearly all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    judge = judge.eval()
    judge.letters.half()
    judge.pairs.half()
    ids = torch.from_numpy(padded([alphabet.ids("手册能展期吗"), alphabet.ids("怎么办理手册展期")]))
    meaning = judge.read(ids).half()
    _write(folder / READING, _Reading(judge), {"ids": ids}, {"ids": {0: TEXTS, 1: LETTERS}})
    _write(
        folder / DECIDING,
        _Deciding(judge),
        {"left": ids[:1], "a": meaning[:1], "right": ids, "b": meaning},
        {"left": {1: ASKED}, "a": {1: ASKED}, "right": {0: TEXTS, 1: LETTERS}, "b": {0: TEXTS, 1: LETTERS}},
    )
    known = {"letters": list(alphabet.letters), "pairs": list(alphabet.pairs)}
    (folder / ALPHABET).write_text(json.dumps(known, ensure_ascii=False) + "\n", encoding="utf-8")


def _write(
    file: Path, network: nn.Module, example: dict[str, Tensor], shapes: dict[str, dict[int, torch.export.Dim]]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter speaks of its own coming changes
        torch.onnx.export(
            network,
            kwargs=example,
            f=file,
            dynamo=True,
            external_data=False,
            dynamic_shapes=shapes,
            input_names=[*example],
            verbose=False,
        )
