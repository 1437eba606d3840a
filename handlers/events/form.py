"""Labelled lines, as operators write events: `标题：…… 地点：……`."""

import re

_LABELLED = re.compile(r"(标题|地点|直播|专题|问题|答复|企业|姓名|受众)\s*[:：]\s*")


def fields_of(text: str) -> tuple[dict[str, str], str]:
    """What stands after each label, and what stands before the first."""
    found = list(_LABELLED.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    fields = {one[1]: text[one.end() : end].strip() for one, end in zip(found, ends, strict=False)}
    return fields, (text[: found[0].start()] if found else text).strip()
