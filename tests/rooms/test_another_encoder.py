"""An encoder of one's own: named in the configuration, calibrated once, and refused in a line where it is not whole."""

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from typer.testing import CliRunner, Result

from knowledge_base.commands import app
from knowledge_base.confidence import ConfidenceError
from knowledge_base.encoder import SHIPPED, EncoderError, SentenceEncoder, open_encoder
from knowledge_base.faq_folder import load
from knowledge_base.keeping import kept
from knowledge_base.learning.sentences import save_encoder
from knowledge_base.models import open_models
from knowledge_base.pieces import PieceTable
from knowledge_base.search import KnowledgeBase
from tests.conftest import FAQ

SIZE = 64  # the shipped one has 256
KNOWN = {
    "手册可以延期": "T-001",
    "办展期需要哪些材料": "T-002",
    "报关单填错了能不能改": "T-003",
    "原产地证能自己打印": "T-004",
    "滞报金从第几天开始算": "T-005",
}
NEAR = ["手册展期一共可以办几次", "展期材料要交几份", "改报关单收不收费", "原产地证多少钱一份", "滞报金每天收多少"]
SAID = ["手册能展期吗", "RCEP 9810 产地证", "😀", "", "展期" * 300]
WAYS = [
    "{}",
    "请教{}吗",
    "那我们公司{}呢",
    "{}，急",
    "上个月{}",
    "如果{}",
    "客户问{}",
    "听说{}",
    "{}不",
    "现在{}",
    "出口的{}",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SentenceTransformers folder whose vectors were drawn by lot."""
    made = tmp_path_factory.mktemp("models") / "drawn"
    pieces = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    drawn = np.random.default_rng(1).normal(size=(pieces.get_vocab_size(), SIZE)).astype(np.float32)
    save_encoder(made, pieces, drawn)
    return made


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    asked = [
        {"text": way.format(text), "expect": id_}
        for way in WAYS
        for pair in zip(KNOWN.items(), NEAR, strict=True)
        for text, id_ in (pair[0], (pair[1], None))
    ]
    file.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    return file


def called(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


def test_one_named_in_the_configuration_is_calibrated_and_then_measured(
    folder: Path, questions: Path, tmp_path: Path
) -> None:
    config = tmp_path / "config.yml"
    config.write_text(f"encoder: {folder}\nanswering: {{answer_at: 0.5}}\n", encoding="utf-8")
    asked = ("evaluate", "--faq", FAQ, "--questions", questions, "--config", config, "--json")
    refused = called(*asked)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"make one with `python -m knowledge_base calibrate --model {folder}`" in refused.stderr
    calibrated = called("calibrate", "--model", folder, "--faq", FAQ, "--questions", questions)
    assert calibrated.exit_code == 0, calibrated.stderr
    assert calibrated.stdout.endswith(f"→ {folder / 'confidence.json'}\n")
    told = json.loads(called(*asked).stdout)
    assert told["n"] == 110
    assert told["recall@1"] >= 0.8  # words shared and the judge find what drawn vectors cannot
    assert told["auroc"] > 0.5


def test_a_handful_of_questions_calibrates_nothing(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "known.jsonl"
    file.write_text('{"text": "手册可以延期吗", "expect": "e1"}\n', encoding="utf-8")
    (tmp_path / "entries.jsonl").write_text('{"id": "e1", "question": "手册能展期吗"}\n', encoding="utf-8")
    result = called("calibrate", "--model", folder, "--faq", tmp_path, "--questions", file)
    assert result.exit_code == 2
    assert "1 with an entry and 0 near misses" in result.stderr


def test_one_text_and_many_give_the_same_vectors(folder: Path) -> None:
    for encoder in (open_encoder(), open_encoder(folder)):
        together = encoder.encode(SAID)
        alone = np.concatenate([encoder.encode([text]) for text in SAID])
        assert np.abs(together - alone).max() < 1e-5


@pytest.mark.parametrize("model", [SHIPPED, "drawn"])
def test_a_table_gives_the_vectors_sentence_transformers_gives(model: Path | str, folder: Path) -> None:
    where = folder if model == "drawn" else SHIPPED
    table, transformer = open_encoder(where), SentenceEncoder(str(where), "by SentenceTransformers")
    assert isinstance(table, PieceTable)
    assert table.size == transformer.size
    assert np.abs(table.encode(SAID) - transformer.encode(SAID)).max() < 1e-5


def test_what_is_more_than_a_table_is_left_to_sentence_transformers(folder: Path, tmp_path: Path) -> None:
    prompted, halved = copytree(folder, tmp_path / "prompted"), copytree(folder, tmp_path / "halved")
    settings = json.loads((prompted / "config_sentence_transformers.json").read_text())
    settings |= {"prompts": {"query": "请问"}, "default_prompt_name": "query"}
    (prompted / "config_sentence_transformers.json").write_text(json.dumps(settings))
    weights = load_file(halved / "model.safetensors")
    save_file({"embeddings": weights["embedding.weight"]}, halved / "model.safetensors")  # as model2vec names them
    shipped, with_prompt, renamed = (open_encoder(where).encode(["手册展期"]) for where in (folder, prompted, halved))
    assert np.abs(shipped - with_prompt).max() > 0.01
    assert np.abs(shipped - renamed).max() < 1e-5


def test_what_one_encoder_read_is_never_taken_for_anothers(folder: Path, tmp_path: Path) -> None:
    entries, models = load(FAQ), open_models()
    shipped = KnowledgeBase(models)
    shipped.replace(entries)
    file = shipped.keep(tmp_path)
    drawn = replace(models, encoder=open_encoder(folder))
    other = KnowledgeBase(drawn, known=kept(file))
    other.replace(entries)
    assert (shipped.vectors().shape[1], other.vectors().shape[1]) == (256, SIZE)
    assert len(shipped.vectors()) == len(other.vectors())
    assert other.search("手册能展期吗")[0].entry.id == "T-001"
    assert other.keep(tmp_path) != file


def test_a_folder_that_was_copied_halfway_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    copytree(folder, broken)
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(EncoderError, match="cannot be loaded") as refused:
        open_encoder(broken)
    assert "\n" not in str(refused.value)
    weights.unlink()
    with pytest.raises(EncoderError, match="cannot be loaded"):
        open_encoder(broken)


def test_a_calibration_of_another_make_is_refused_with_the_cure(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copytree(folder, copy)
    (copy / "confidence.json").write_text('{"features": ["cosine"]}', encoding="utf-8")
    with pytest.raises(ConfidenceError, match="not a confidence model of this release"):
        open_models(copy)


def test_the_shipped_encoder_named_by_its_folder_brings_the_shipped_confidence() -> None:
    assert open_models(SHIPPED).confidence.alone.bias == open_models().confidence.alone.bias
