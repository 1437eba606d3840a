"""The product's words for tickets: what is stored is English, what people read is `label`."""

from enum import StrEnum

from handlers.words import Word as Word  # others know it from here


class State(Word):
    WAITING = "waiting", "待受理"
    ACCEPTED = "accepted", "已受理"
    HANDLING = "handling", "处理中"
    CONSULTING = "consulting", "会商中"
    REPORTED = "reported", "上报中"
    NEEDS_MATERIAL = "needs_material", "待补充"
    ANSWERED = "answered", "已答复"
    CONFIRMED = "confirmed", "已确认"
    ASSUMED = "assumed", "默认办结"
    REOPENED = "reopened", "重开"
    DECLINED = "declined", "不予受理"
    MERGED = "merged", "已合并"


#: Somebody still owes the asker an answer.
OPEN = frozenset(
    {
        State.WAITING,
        State.ACCEPTED,
        State.HANDLING,
        State.CONSULTING,
        State.REPORTED,
        State.NEEDS_MATERIAL,
        State.REOPENED,
    }
)


#: The answer reached its askers, and stands unless somebody reopens the ticket.
REPLIED = frozenset({State.ANSWERED, State.CONFIRMED, State.ASSUMED})


class AskerState(Word):
    """Where one asker stands; a joined ticket has several, each for himself."""

    OPEN = "open", "等待答复"
    ANSWERED = "answered", "已答复"
    CONFIRMED = "confirmed", "已确认"
    ASSUMED = "assumed", "默认办结"
    DECLINED = "declined", "不予受理"


#: The answer reached this one.
HAS_ANSWER = frozenset({AskerState.ANSWERED, AskerState.CONFIRMED, AskerState.ASSUMED})


class Awaited(Word):
    """What an asker was asked for and has not said yet."""

    MATERIAL = "material", "补充材料"
    REASON = "reason", "不满意的原因"


class TicketClass(Word):
    BASIC = "basic", "高频基础"
    COMMON = "common", "共性咨询"
    PRACTICE = "practice", "海关实务"
    INNOVATIVE = "innovative", "创新"


class Mark(StrEnum):
    """One axis of the grade: A is the most important, or the most urgent."""

    A = "A"
    B = "B"
    C = "C"


class Level(Word):
    """Who answers for the ticket; a breach and 提级 raise it by one."""

    FIRST_ASKED = "first_asked", "首问自办"
    UNIT = "unit", "责任单位分办"
    TASK_FORCE = "task_force", "工作专班督办"
    LEADING_GROUP = "leading_group", "领导小组决策"

    @property
    def above(self) -> "Level | None":
        levels = list(Level)
        place = levels.index(self) + 1
        return levels[place] if place < len(levels) else None

    def is_below(self, other: "Level") -> bool:
        levels = list(Level)
        return levels.index(self) < levels.index(other)


class Origin(Word):
    """How the question became a ticket."""

    ASKED = "asked", "提问"
    WATCHED = "watched", "群里没有人答复"
    NOT_SOLVED = "not_solved", "自动答复没解决"
    WANT_PERSON = "want_person", "提问人要求人工"
    REGISTERED = "registered", "志愿者登记"
    TRANSFERRED = "transferred", "上级转入"


class Kind(Word):
    """What somebody brought to us."""

    QUESTION = "question", "咨询"
    COMPLAINT = "complaint", "投诉"
    SUGGESTION = "suggestion", "建议"


class Channel(Word):
    """How it reached us."""

    GROUP = "group", "社群"
    PRIVATE = "private", "私聊"
    WEB = "web", "网页"
    PHONE = "phone", "电话"
    VISIT = "visit", "走访"
    EVENT = "event", "活动"
    ABOVE = "above", "上级转办"


class AskerType(Word):
    ENTERPRISE = "enterprise", "企业"
    BROKER = "broker", "报关企业"
    ASSOCIATION = "association", "行业协会"
    GOVERNMENT = "government", "地方政府"
    PERSON = "person", "个人"


class Tier(Word):
    """Credit of an enterprise with customs, as the rules in force since 2026-04-01 name it."""

    ADVANCED = "advanced", "高级认证"
    CERTIFIED = "certified", "认证"
    REGULAR = "regular", "常规"
    DISTRUSTED = "distrusted", "失信"
    SERIOUSLY_DISTRUSTED = "seriously_distrusted", "严重失信"


class Reach(Word):
    """Whether many enterprises have the problem, or one."""

    COMMON = "common", "共性"
    SINGLE = "single", "个性"


class Disposition(Word):
    """How a problem was cleared."""

    ON_THE_SPOT = "on_the_spot", "当场清"
    EARLY = "early", "提前清"
    MIND = "mind", "思想清"


class Outcome(Word):
    """What became of a suggestion."""

    ADOPTED = "adopted", "采纳"
    NOT_ADOPTED = "not_adopted", "未采纳"


class UnitRole(Word):
    LEAD = "lead", "牵头"
    JOINT = "joint", "会同"


class TaskKind(Word):
    """What is still owed for a ticket besides its answer."""

    TELL = "tell", "告知提问人"
    CALL_BACK = "call_back", "差评回访"
    RECTIFY = "rectify", "差评整改"
    LOOK_BACK = "look_back", "回头看"
    PART = "part", "分工"


class PraiseForm(Word):
    LETTER = "letter", "表扬信"
    BANNER = "banner", "锦旗"
    WORDS = "words", "口头表扬"


class Rating(Word):
    VERY_GOOD = "very_good", "非常满意"
    GOOD = "good", "满意"
    FAIR = "fair", "基本满意"
    BAD = "bad", "不满意"
    VERY_BAD = "very_bad", "非常不满意"

    @property
    def is_bad(self) -> bool:
        return self in (Rating.BAD, Rating.VERY_BAD)


class ClockKind(Word):
    FIRST_RESPONSE = "first_response", "首次响应"
    RESOLUTION = "resolution", "办结"


class What(Word):
    """What happened to a ticket."""

    OPENED = "opened", "登记"
    TAKEN = "taken", "接单"
    ANSWERED = "answered", "答复"
    CORRECTED = "corrected", "更正答复"
    OFFERED = "offered", "转办"
    RAISED = "raised", "提级"
    GRADED = "graded", "定级"
    CLASSIFIED = "classified", "分类"
    MATERIAL_ASKED = "material_asked", "请求补充"
    ADDED = "added", "提问人补充"
    RESUMED = "resumed", "恢复计时"
    DECLINED = "declined", "不予受理"
    MERGED = "merged", "合并"
    JOINED = "joined", "并入"
    LEFT = "left", "转出合并"
    PRESSED = "pressed", "催办"
    WARNED = "warned", "临期提醒"
    BREACHED = "breached", "超时"
    RATING_ASKED = "rating_asked", "邀请评价"
    RATED = "rated", "评价"
    CONFIRMED = "confirmed", "确认解决"
    ASSUMED = "assumed", "默认办结"
    REOPENED = "reopened", "重开"
    UNDELIVERED = "undelivered", "答复未送达"
    SETTLED = "settled", "状态变化"
    TOLD = "told", "告知提问人"
    RETURNED = "returned", "退回"
    ASSIGNED = "assigned", "指定办理"
    UNIT_ADDED = "unit_added", "确定单位"
    CONSULTED = "consulted", "发起会商"
    OPINED = "opined", "会商意见"
    CONCLUDED = "concluded", "会商结论"
    FORCE_FORMED = "force_formed", "成立专班"
    MILESTONE_SET = "milestone_set", "设定节点"
    MILESTONE_DONE = "milestone_done", "完成节点"
    TRACKED = "tracked", "长期跟踪"
    WORD_GIVEN = "word_given", "通报进展"
    EXTENSION_ASKED = "extension_asked", "申请延期"
    EXTENDED = "extended", "同意延期"
    EXTENSION_REFUSED = "extension_refused", "不同意延期"
    DRAFTED = "drafted", "拟稿"
    APPROVED = "approved", "同意发出"
    DISPOSED = "disposed", "清理方式"
    UNMERGED = "unmerged", "撤销合并"
    REACH_SET = "reach_set", "共性个性"
    ATTRIBUTED = "attributed", "问题属性"
    TOPIC_SET = "topic_set", "主题"
    PROFILED = "profiled", "提问人信息"
    LATER_RATED = "later_rated", "追评"
    REMINDED = "reminded", "再请评价"
    TASK_OPENED = "task_opened", "待办事项"
    TASK_DONE = "task_done", "事项办结"
    TASK_LATE = "task_late", "事项超期"
    BENEFITED = "benefited", "效益"
    PRAISED = "praised", "表扬"
    OUTCOME = "outcome", "建议处理"
    SUPERVISED = "supervised", "督办"
    SUPERVISION_ENDED = "supervision_ended", "解除督办"
    RECOUNTED = "recounted", "重算时限"
    SIGNED = "signed", "核签"
    SIGNATURE_REFUSED = "signature_refused", "不予核签"
    SPECIAL = "special", "特事特办"
    ON_SITE = "on_site", "现场记录"
    PART_GIVEN = "part_given", "分工"
    PART_DONE = "part_done", "完成分工"
    PROPOSED = "proposed", "建议书"
    DECIDED = "decided", "批示"
