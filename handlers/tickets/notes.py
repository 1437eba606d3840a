"""What we write under a question for whoever answers it. It is read with the question, and never taken for a part of it."""

import re

NOT_CHOSEN = "机器人列了相近的几条，提问人没有选"
_NOTE = re.compile(r"\n（(?:机器人列了|自动答复|他上一个问题)[\s\S]*）\s*\Z")


def noted(question: str, note: str) -> str:
    return f"{question}\n（{note}）"


def not_solved(entry: str | None, why: str) -> str:
    answer = f"自动答复 {entry}" if entry else "自动答复"
    return f"{answer} 没解决{f'：{why}' if why else ''}"


def taken_back(entry: str | None, why: str) -> str:
    return f"自动答复 {entry} 已撤回：{why}"


def asked_before(question: str) -> str:
    return f"他上一个问题：{question}"


def asked_alone(question: str) -> str:
    """The question as it was asked."""
    return _NOTE.sub("", question) if "\n（" in question else question
