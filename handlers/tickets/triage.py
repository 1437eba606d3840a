"""A first guess at class, grade, reach and sensitivity, with its reasons. People decide; every word here can be overruled
in the desk."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.safety import is_incident
from handlers.tickets.words import Mark, Reach, TicketClass
from knowledge_base.hit import Hit
from nlu.understanding import Intent, Understanding

DANGER = "涉及人身安全"
MOSTLY = 2 / 3  # of what the entries found are worth, from which a topic is taken for the question's
NEARLY_KNOWN = 0.25  # an entry this likely says at least what the matter is about
SEEMS = 0.5  # an intent this likely counts


@dataclass(frozen=True, kw_only=True)
class Triage:
    """A suggestion: class, importance and urgency, what it is about, whether many have it, and why. `sensitive`: a duty
    chief should see it before it is answered."""

    ticket_class: TicketClass
    importance: Mark
    urgency: Mark
    topic: str = ""
    entry: str | None = None
    reach: Reach | None = None
    sensitive: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def grade(self) -> str:
        return f"{self.importance}{self.urgency}"

    @property
    def why(self) -> str:
        """All reasons in one line."""
        likely = (LIKELY[self.reach],) if self.reach else ()
        return "；".join((*self.reasons, *likely))

    def about(self, topic: str) -> "Triage":
        """The same, of a topic that somebody named."""
        return replace(self, topic=topic)


@dataclass(frozen=True)
class Sign:
    """Words that speak for something, and how to say so."""

    words: re.Pattern[str]
    reason: str


def _sign(words: str, reason: str) -> Sign:
    return Sign(re.compile(words, re.IGNORECASE), reason)


_AT_THE_GATE = r"(?:卡口|闸口|道闸|抬杆).{0,8}(?:拦|不放|不让|不开|不抬)|[拦堵卡]在.{0,4}(?:卡口|闸口)"
URGENT_NOW = (
    _sign(r"船.{0,4}(?:要|就|快).{0,3}(?:开|走|靠)|截[关单港]|甩柜|赶船|开船|飞机|航班", "船期航班在即"),
    _sign(
        r"(?:今天|今晚|今日|马上|立刻|立即|明早|明天上午).{0,12}(?:到期|截止|放行|走货|出货|提货|报关|用)",
        "时限就在今明",
    ),
    _sign(r"(?<![不没])(?<!不着)(?<!别着)急+(?:[!！。，]|$)|[很特加紧]急|急死|十万火急|急等|急用|急急", "提问人说急"),
    _sign(
        r"(?:船员|司机|旅客|工人|员工|人员|有人).{0,8}(?:发[烧热]|受伤|昏迷|中毒|死亡)|泄漏了|着火|起火|爆炸了",
        DANGER,
    ),
    _sign(r"活(?:体|鲜|动物)|冰鲜|生鲜|会坏|变质|腐烂|断链|停产|停线|断产|断料", "货物等不起"),
    _sign(_AT_THE_GATE, "车在卡口等着"),
)
# What is said of a moment, and not of goods: 急用药品, 活动物 and 飞机零件 can wait for choices.
_PRESSING = re.compile(
    r"船.{0,4}(?:要|就|快).{0,3}[开走]|甩柜|赶船|(?:今天|今晚|今日|马上|立刻|立即|明早|明天).{0,12}(?:到期|截[关单港止]|开船|起飞|走货)"
    r"|(?<![不没着])急+(?:[!！。，]|$)|急死|十万火急|急等|急急|停产|停线|断产|断料"
    rf"|{_AT_THE_GATE}"
)
URGENT_SOON = (
    _sign(r"明天|后天|本周|这周|这几天|周[一二三四五六日].{0,3}前|月底|下周|[快将]到期|就到期", "近日有时限"),
    _sign(r"滞(?:箱|港|报|纳)|堆存|压(?:港|在)|卡(?:住|在)|挂起|退单|还没放", "货物或单证卡着"),
)
_MANY = _sign(r"(?:几|多|数|好几|很多|不少|一批)家?(?:企业|公司|客户)|全行业|都(?:遇到|碰到)|大家都", "多家企业遇到")
_OWN = re.compile(
    r"(?:我们?|咱们?)(?:这|那|有)(?:一|个)?(?:票|单|批|柜|本|台|份)|这(?:一)?(?:票|单子|批货|个柜)|(?:报关单|提单|箱|手册)号"
)
_OWN_NUMBERS = frozenset({"declaration", "manual", "container"})
LIKELY = {Reach.COMMON: "多半是共性：不止一家遇到", Reach.SINGLE: "多半是个性：说的是自己这一票"}
SENSITIVE = (
    _sign(r"记者|媒体|曝光|上新闻|热搜|舆情|发(?:到)?(?:网上|抖音|微博|朋友圈)", "可能引起舆情"),
    _sign(r"信访|上访|举报|纪委|督查|巡视|(?<!\d)12345(?!\d)", "涉及信访举报"),
    _sign(r"起诉|诉讼|律师函?|法院|行政复议|国家赔偿", "涉及诉讼复议"),
    _sign(r"走私|缉私|刑事|瞒报|夹藏", "涉及走私违规"),
    _sign(r"涉密|国家安全|实体清单|制裁|禁运", "涉及国家安全或制裁"),
    _sign(r"伤亡|受伤|死亡|中毒|爆炸|集体(?:停工|上访|投诉)|讨薪", "涉及人身安全或群体"),
)
IMPORTANT = (
    _sign(r"处罚|罚款|行政处罚|立案|稽查|走私|没收(?!到)|失信|降级|听证|复议|扣留", "涉及处罚或信用"),
    _MANY,
    _sign(r"(?:[一二三四五六七八九十百千两几\d.]+\s*)(?:千万|百万|亿)", "金额大"),
    _sign(r"发烧|发热|伤亡|受伤|死亡|中毒|泄漏|爆炸|疫情", DANGER),
)
WEIGHTY = (
    _sign(
        r"补税|退税|税款|滞纳金|保证金|担保|多缴|少缴|AEO|高级认证|核销|减免税|许可证|退运|改单|删单",
        "涉及税款或单证变更",
    ),
    _sign(r"\d+\s*(?:万|柜|个柜|票)", "数量较大"),
)
INNOVATIVE = _sign(
    r"首[次单票家]|新业态|新模式|新型|试点|先行先试|创新|没有先例|没有规定|政策空白|研发(?:用|中心)|能不能开展",
    "没有成例",
)
OPERATIONAL = _sign(
    r"报关单|舱单|提单|布控|查验|放行|挂起|系统|报错|退单|申报|录入|改配|结关|运抵|理货|手册|账册|核注|单一窗口|归类|审价",
    "具体业务操作",
)


def suggest(understanding: Understanding, hits: Sequence[Hit], question: str) -> Triage:
    """What the question looks like."""
    urgency, why_urgent = _mark(question, URGENT_NOW, URGENT_SOON)
    if urgency != Mark.A and understanding.probability(Intent.URGENT) >= SEEMS:
        urgency, why_urgent = Mark.A, ["听起来很急"]
    importance, why_important = _mark(question, IMPORTANT, WEIGHTY)
    danger = is_incident(question)
    if danger:
        urgency, importance, why_urgent = Mark.A, Mark.A, [DANGER]
    nearest = hits[0] if hits and hits[0].confidence >= NEARLY_KNOWN else None
    ticket_class, why_class = _class(understanding, nearest, question)
    topic, why_topic = (nearest.entry.topic, []) if nearest else _topic(hits)
    delicate = [sign.reason for sign in SENSITIVE if sign.words.search(question)] or ([DANGER] if danger else [])
    sensitive = [f"敏感：{reason}，答复前请值班长过目" for reason in delicate[:1]]
    return Triage(
        ticket_class=ticket_class,
        importance=importance,
        urgency=urgency,
        topic=topic,
        entry=nearest.entry.id if nearest else None,
        reach=_reach(understanding, question),
        sensitive=bool(sensitive),
        reasons=(why_class, *why_topic, *dict.fromkeys((*why_important, *why_urgent)), *sensitive),
    )


def is_pressing(question: str) -> bool:
    """Whether it cannot wait for choices: a ship about to sail, a limit that ends today."""
    return _PRESSING.search(question) is not None


def _reach(understanding: Understanding, question: str) -> Reach | None:
    """Whether it looks like everybody's problem or one consignment's; mostly nobody can tell."""
    if _MANY.words.search(question):
        return Reach.COMMON
    numbered = any(entity.kind in _OWN_NUMBERS for entity in understanding.entities)
    return Reach.SINGLE if numbered or _OWN.search(question) else None


def _topic(hits: Sequence[Hit]) -> tuple[str, list[str]]:
    """What most of the entries that are somewhat alike are about, where no single one says it."""
    worth: defaultdict[str, float] = defaultdict(float)
    for hit in hits:
        worth[hit.entry.topic] += hit.confidence
    alike = Counter(hit.entry.topic for hit in hits)
    topic = max(worth, key=worth.__getitem__, default="")
    if not topic or alike[topic] < 2 or worth[topic] < MOSTLY * sum(worth.values()):
        return "", []
    return topic, [f"沾边的条目多属“{topic}”"]


def _mark(question: str, strong: Sequence[Sign], some: Sequence[Sign]) -> tuple[Mark, list[str]]:
    for mark, signs in ((Mark.A, strong), (Mark.B, some)):
        reasons = [sign.reason for sign in signs if sign.words.search(question)]
        if reasons:
            return mark, reasons
    return Mark.C, []


def _class(understanding: Understanding, nearest: Hit | None, question: str) -> tuple[TicketClass, str]:
    if INNOVATIVE.words.search(question):
        return TicketClass.INNOVATIVE, INNOVATIVE.reason
    if understanding.probability(Intent.RULING, Intent.LOOKUP, Intent.FORECAST) >= SEEMS:
        return TicketClass.PRACTICE, "要看具体货物或单证"
    if nearest is not None:
        return TicketClass.BASIC, f"与条目 {nearest.entry.id} 相近，可参考"
    if OPERATIONAL.words.search(question):
        return TicketClass.PRACTICE, OPERATIONAL.reason
    return TicketClass.COMMON, "知识库没有相近条目"
