"""People hurt or ill, something burning or leaking: that goes to a person at once, whatever any entry says."""

import re

from nlu.text import normalise

_WHO = (
    r"(?:船员|海员|司机|旅客|乘客|工人|员工|同事|人员|有人|学生|关员|保安|孩子|老人|女士|先生|个人|家属|作业人|搬运工)"
)
_ILL = r"(?:发热|发烧|高烧|受伤|摔伤|砸伤|晕倒|昏迷|休克|死亡|去世|身亡|中毒|呕吐|抽搐|感染|确诊|疑似病例|不省人事|出血|骨折|心梗|没气了)"
_HAPPENS = r"(?:泄漏|泄露|漏液|漏油|漏气|着火|起火|失火|冒烟|爆炸|爆燃|坍塌|倒塌|触电|辐射超标)"
_NOW = r"(?:了|啦|起来|着|中|怎么办|咋办|求助|救命|快来|[!！]|$)"
_THINGS = re.compile(r"(?:数据|信息|密码|资料|账号|个人信息|商业秘密|隐私|卡号|机密)\S{0,4}泄[漏露]")
_INCIDENT = re.compile(
    rf"{_WHO}\S{{0,8}}{_ILL}|{_ILL}的?{_WHO}\S{{0,4}}(?:怎么办|咋办|求助)"
    rf"|{_HAPPENS}{_NOW}|(?:正在|突然|发现|已经|仓库|现场|堆场|箱子|集装箱|货柜|船上|车上)\S{{0,8}}{_HAPPENS}"
    r"|出人命|救命[啊呀!！]|发现(?:疑似)?(?:炸弹|爆炸物|放射性|尸体)"
)
_AT_HOME = re.compile(r"请(?:个|了|半天|一天)?假|在家|带娃|幼儿园|家长会|挂号|体检")
_ABOUT_RULES = re.compile(
    r"怎么(?:申报|归类|报关|填)|归(?:到|入|哪)|税号|编码|品名|申报要素|进口|保险|赔|证书|退税|几类|联合国编号"
    r"|(?:交|补|缴|免|退|征)(?:关)?税|税款|核销|解除监管"
)
_NONE = (_THINGS, _AT_HOME, _ABOUT_RULES)


def is_incident(text: str) -> bool:
    """Whether somebody tells of danger to people now. Questions about rules and goods are none: 发热电缆怎么归类."""
    said = normalise(text)[:300]
    return _INCIDENT.search(said) is not None and not any(form.search(said) for form in _NONE)
