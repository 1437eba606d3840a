"""`python -m bot replay` and its fellows, from outside, as a user runs them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.config_file import load
from bot.errors import Unusable
from bot.settings import HOME
from bot.transcript import directory_for, read_transcript, whereabouts
from bot.whereabouts import moved
from handlers.base import Conversation, Policy
from handlers.tickets.words import Level

KEYS = {"n", "decision", "reason", "entry", "ticket", "confidence", "said"}


def bot(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)], cwd=HOME, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def morning() -> list[dict[str, Any]]:
    done = bot("replay", HOME / "tests/payloads/replay/a_morning.jsonl", "--faq", HOME / "tests/faq", "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_input_line_has_one_result_with_every_key(morning: list[dict[str, Any]]) -> None:
    assert [result["n"] for result in morning] == list(range(1, 8))
    assert all(set(result) == KEYS for result in morning)
    assert all(set(said) == {"to", "text", "mention"} for result in morning for said in result["said"])


def test_a_morning_goes_as_it_should(morning: list[dict[str, Any]]) -> None:
    assert [result["decision"] for result in morning] == [
        "silent", "answered", "ticket", "command", "command", "silent", "command",
    ]  # fmt: skip
    assert morning[1]["entry"] == "T-001"
    assert morning[1]["said"][0]["mention"] == ["u1"]
    assert morning[2]["ticket"] == 1
    assert {said["to"] for said in morning[2]["said"]} == {"g1", "d1"}


def test_the_answer_travels_back_by_quoting_the_card(morning: list[dict[str, Any]]) -> None:
    [answer] = [said for said in morning[4]["said"] if said["to"] == "g1"]
    assert "没有统一模板" in answer["text"]
    assert answer["mention"] == ["u2"]


def test_what_time_brings_stands_on_the_clock_line(morning: list[dict[str, Any]]) -> None:
    assert morning[5]["reason"] == "clock"
    drafted, asked = morning[5]["said"]
    assert (asked["to"], asked["mention"]) == ("g1", ["u2"])
    assert "满意" in asked["text"]
    assert (drafted["to"], drafted["text"][:5]) == ("d1", "【新草稿】")  # the desk keeps the base, too


AT = '"at": "2026-03-02T09:00:00+08:00"'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("not json\n", "line 1"),
        (f'{{{AT}}}\n{{"at": "yesterday"}}\n', "line 2: at"),
        ('{"at": "2026-03-02T09:00:00"}\n', "line 1: at"),
        ('{"at": "9999-12-31T23:59:59Z"}\n', "line 1: at"),
        (f'{{{AT}, "sender": "u1", "mentions": true}}\n', 'line 1: mentions: unknown key; did you mean "mention"?'),
        (f'{{{AT}, "group": "g", "text": "能展期吗"}}\n', "line 1: sender: missing"),
        (f'{{{AT}, "user": "u1"}}\n', "line 1: sender: missing"),
    ],
)
def test_a_broken_transcript_is_refused_with_its_line(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(content, "utf-8")
    with pytest.raises(Unusable, match=re.escape(says)):
        read_transcript(file)


def test_a_transcript_may_come_from_any_program(tmp_path: Path) -> None:
    """A byte order mark, other ends of lines, blank ones, separators inside a text, ids as numbers, keys of its own."""
    first = f'{{{AT}, "group": 72, "sender": 7, "text": "能\u2028展\x85期吗", "weather": {{}}}}'
    file = tmp_path / "t.jsonl"
    file.write_text(f"{first}\r\n\r\n{{{AT}}}\r\n\r\n", "utf-8-sig", newline="")
    lines = read_transcript(file)
    assert list(lines) == [1, 3]
    assert (lines[1].group, lines[1].sender, lines[1].text) == ("72", "7", "能\u2028展\x85期吗")
    assert lines[1].strange == ["weather"]


ON_PLATFORMS = f"""
{{{AT}, "group": "qq:1", "desk": true, "sender": "v1", "text": "待办"}}
{{{AT}, "group": "wechat:2@chatroom", "sender": "u1", "text": "大家好"}}
{{{AT}, "sender": "v1", "text": "待办"}}
"""
NAMED = """
tickets: {receivers: {工作专班督办: [{name: 专班, group: "qq:1", people: {"qq:v2": 林科长, "wecom:u1": 张三}}]}}
volunteers: {"wecom:v2": {name: 林科长, rights: [leader]}, "wechat:v3": {name: 王主任, rights: [leader]}}
"""


def test_whom_the_configuration_names_is_found_where_the_transcript_has_them(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(ON_PLATFORMS, "utf-8")
    (tmp_path / "config.yml").write_text(NAMED, "utf-8")
    lines, settings = list(read_transcript(tmp_path / "t.jsonl").values()), load(tmp_path / "config.yml")
    there = whereabouts(lines)
    assert [there.channel_of(person) for person in ("v1", "u1", "v2")] == ["qq", "wechat", "replay"]
    [receiver] = moved(settings.ticket_rules(), there).receivers[Level.TASK_FORCE]
    assert receiver.conversation == Conversation.group("qq", "1")
    assert [person.address for person in receiver.people] == ["replay:v2", "wechat:u1"]
    directory = directory_for(lines, settings.directory(), policy=Policy.PROACTIVE)
    assert set(directory.volunteers) == {"qq:v1", "replay:v2", "replay:v3"}


def test_a_broken_faq_names_file_line_field_and_cure(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("entries:\n  - id: X-1\n    question: 问\n    anwser: 答\n", "utf-8")
    done = bot("replay", HOME / "tests/payloads/replay/a_morning.jsonl", "--faq", tmp_path)
    assert done.returncode == 2
    assert "bad.yml" in done.stderr
    assert "anwser" in done.stderr


def test_unusable_arguments_end_with_two_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text("not json\n")
    for arguments in (("replay", tmp_path / "broken.jsonl"), ("check", "--config", tmp_path / "none.yml")):
        done = bot(*arguments)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
