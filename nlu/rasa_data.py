"""Reads the training data of nlu/rasa: Rasa's YAML format, its errors told with file, line and cure.

The one reader of these files outside Rasa itself, so that both engines learn from the same sentences.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, loads
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

FOLDER = Path(__file__).parent / "rasa" / "data"
ANNOTATION = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\((?P<short>[^()]+)\)|(?P<long>\{[^{}]*\}))")
KINDS = ("intent", "synonym", "regex", "lookup")


class TrainingDataError(Exception):
    """A training file cannot be used; the message says file, line and cure."""


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """A part of an example that names something."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Example:
    """One sentence to learn from, marks taken out."""

    text: str
    intent: str
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """All of a data folder. Synonyms go from alias to the word it stands for."""

    examples: tuple[Example, ...]
    synonyms: dict[str, str]
    regexes: dict[str, tuple[str, ...]]
    lookups: dict[str, tuple[str, ...]]


def read(folder: Path = FOLDER) -> TrainingData:
    """Read every *.yml of a folder, or raise TrainingDataError."""
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise TrainingDataError(f"{folder}：没有训练数据。请放入 Rasa 格式的 *.yml 文件，例如 question.yml。")
    return read_files(*files)


def read_files(*files: Path) -> TrainingData:
    """Read these files, or raise TrainingDataError."""
    return _merge([block for file in files for block in _blocks(file)])


@dataclass(frozen=True, kw_only=True)
class _Block:
    """One item of an `nlu:` list: its kind, its name, and its lines."""

    kind: str
    name: str
    lines: tuple[tuple[str, int], ...]
    file: Path


def _merge(blocks: list[_Block]) -> TrainingData:
    examples: list[Example] = []
    synonyms: dict[str, str] = {}
    patterns: dict[str, dict[str, tuple[str, ...]]] = {"regex": {}, "lookup": {}}
    for block in blocks:
        if block.kind == "intent":
            examples += [_example(block, text, line) for text, line in block.lines]
        elif block.kind == "synonym":
            _add_synonyms(synonyms, block)
        else:
            _check_patterns(block)
            known = patterns[block.kind].get(block.name, ())
            patterns[block.kind][block.name] = known + tuple(text for text, _ in block.lines)
    for example in examples:
        for mark in example.annotations:
            said = example.text[mark.start : mark.end]
            if mark.value != said:
                synonyms.setdefault(said, mark.value)
    return TrainingData(
        examples=tuple(examples), synonyms=synonyms, regexes=patterns["regex"], lookups=patterns["lookup"]
    )


def _add_synonyms(synonyms: dict[str, str], block: _Block) -> None:
    for alias, line in block.lines:
        if synonyms.get(alias, block.name) != block.name:
            raise _error(
                block.file, line, f"“{alias}”已是“{synonyms[alias]}”的同义词", "一个说法只能归到一个词，请删去一处"
            )
        if alias != block.name:
            synonyms[alias] = block.name


def _check_patterns(block: _Block) -> None:
    if block.kind != "regex":
        return
    for text, line in block.lines:
        try:
            re.compile(text)
        except re.error as error:
            raise _error(block.file, line, f"正则“{text}”写错：{error}", "请改成 Python 的正则写法") from error


def _blocks(file: Path) -> Iterator[_Block]:
    content = _load(file)
    if not isinstance(content, CommentedMap) or not isinstance(content.get("nlu"), list):
        raise _error(file, 1, "缺少 nlu 列表", '文件应以 version: "3.1" 和 nlu: 开头')
    for index, item in enumerate(content["nlu"]):
        line = content["nlu"].lc.item(index)[0] + 1
        yield _block(file, item, line)


def _block(file: Path, item: Any, line: int) -> _Block:
    kinds = [kind for kind in KINDS if isinstance(item, CommentedMap) and kind in item]
    if len(kinds) != 1:
        raise _error(file, line, "看不懂的一项", f"每项应有且只有一个键：{'、'.join(KINDS)}")
    lines = tuple(_lines(file, item, line))
    if not lines:
        raise _error(file, line, f"“{item[kinds[0]]}”没有例句", "请在 examples: | 下每行写一句，以“- ”开头")
    return _Block(kind=kinds[0], name=str(item[kinds[0]]).strip(), lines=lines, file=file)


def _lines(file: Path, item: CommentedMap, line: int) -> Iterator[tuple[str, int]]:
    """The examples of one item, with their line numbers: the block form, or Rasa's list form."""
    examples = item.get("examples")
    first = item.lc.value("examples")[0] + 1 if examples is not None else line
    if isinstance(examples, str):
        # A block scalar's text starts on the line after its `|`.
        for number, raw in enumerate(examples.splitlines(), first + 1):
            yield from _block_line(file, raw, number)
    elif isinstance(examples, CommentedSeq):
        for index, entry in enumerate(examples):
            text = entry.get("text") if isinstance(entry, CommentedMap) else entry
            yield str(text).strip().removeprefix("- "), examples.lc.item(index)[0] + 1
    elif examples is not None:
        raise _error(file, first, "examples 既不是文字块也不是列表", "请写成 examples: | 并每行一句")


def _block_line(file: Path, raw: str, number: int) -> Iterator[tuple[str, int]]:
    if not raw.strip():
        return
    if not raw.startswith("- ") or not raw[2:].strip():
        raise _error(file, number, f"“{raw.strip()}”不是例句", "每行应以“- ”开头，后面写一句话")
    yield raw[2:].strip(), number


def _example(block: _Block, text: str, line: int) -> Example:
    plain, position, marks = "", 0, []
    for found in ANNOTATION.finditer(text):
        plain += text[position : found.start()]
        start = len(plain)
        plain += found["text"]
        kind, value = _label(block.file, line, found)
        marks.append(Annotation(kind=kind, value=value, start=start, end=len(plain)))
        position = found.end()
    return Example(text=plain + text[position:], intent=block.name, annotations=tuple(marks))


def _label(file: Path, line: int, found: re.Match[str]) -> tuple[str, str]:
    if found["short"]:
        kind, _, value = found["short"].partition(":")
        return kind.strip(), value.strip() or found["text"]
    try:
        label = loads(found["long"])
        return str(label["entity"]), str(label.get("value", found["text"]))
    except (JSONDecodeError, KeyError) as error:
        raise _error(file, line, f"实体标注“{found[0]}”写错", '应写成 [词](实体) 或 [词]{"entity": "实体"}') from error


def _load(file: Path) -> Any:
    try:
        # The round-trip loader keeps line numbers and reads YAML 1.2, where `no` is a word and not False.
        return YAML(typ="rt", pure=True).load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _error(file, line, f"YAML 写错：{error.problem}", "请检查这一行的缩进、冒号和引号") from error
    except (YAMLError, ValueError, RecursionError) as error:  # not UTF-8, a number that is none, brackets without end
        raise _error(file, 1, "读不出来", "请存成 UTF-8 编码的 YAML 文件") from error


def _error(file: Path, line: int, fault: str, cure: str) -> TrainingDataError:
    return TrainingDataError(f"{file} 第 {line} 行：{fault}。{cure}。")
