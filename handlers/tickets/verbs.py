"""The verbs of the desk: the words for each, an example, what it does, and who may."""

from dataclasses import dataclass
from enum import StrEnum

from handlers.members.directory import RUN_SERVICE, Right, Volunteer


class Verb(StrEnum):
    TAKE = "接单"
    HAND_OVER = "转办"
    RETURN = "退回"
    ANSWER = "回复"
    ANSWER_PUBLIC = "确认回复"
    WITHDRAW = "撤稿"
    APPROVE = "同意答复"
    CORRECT = "更正"
    ON_THE_SPOT = "当场清"
    EARLY = "提前清"
    MIND = "思想清"
    ASK = "补充"
    ADDED = "补齐"
    DECLINE = "不予受理"
    TOLD = "已告知"
    CONTACT = "联系"
    CLASSIFY = "分类"
    GRADE = "定级"
    TOPIC = "主题"
    ATTRIBUTE = "属性"
    COMMON = "共性"
    SINGLE = "个性"
    PROFILE = "建档"
    RAISE = "提级"
    LEAD = "牵头"
    JOINT = "会同"
    CONSULT = "会商"
    OPINE = "意见"
    CONCLUDE = "结论"
    SIGN = "核签"
    ON_SITE = "现场记录"
    PROPOSE = "建议书"
    PART = "分工"
    PART_DONE = "完成分工"
    MILESTONE = "节点"
    REACHED = "完成节点"
    WORD = "进展"
    EXTEND = "延期"
    MERGE = "合并"
    UNMERGE = "撤销合并"
    ALIKE = "同类"
    RATED = "代评"
    CALL_BACK = "回访"
    RECTIFY = "整改"
    LOOK_BACK = "回头看"
    PRAISE = "表扬"
    BENEFIT = "效益"
    REGISTER = "登记"
    TRANSFER = "转入"
    BACKLOG = "待办"
    MINE = "我的"
    TODAY = "今日到期"
    LATE = "超期"
    PRIORITY = "优先"
    TASKS = "事项"
    SHOW = "查看"
    LIFE = "全程"
    STATISTICS = "统计"
    LEDGER = "台账"
    DENSITY = "密度"
    AGAIN = "反复"
    LOADS = "工作量"
    DAILY = "日报"
    WEEKLY = "周报"
    MONTHLY = "月报"
    DUTY = "值班"
    EMERGENCY = "应急名单"
    SHIFT = "交班"
    RELIEVE = "接班"
    HELP = "帮助"
    TAKE_OVER = "接手"
    ASSIGN = "指定"
    FORCE = "专班"
    TRACK = "跟踪"
    SPECIAL = "特办"
    GRANT = "同意延期"
    REFUSE = "不同意延期"
    ADOPT = "采纳"
    NOT_ADOPT = "不采纳"
    SUPERVISE = "督办"
    LIFT = "解除督办"
    DECIDE = "批示"


class Chapter(StrEnum):
    """Where help and the manual show a verb."""

    TAKING = "接单转办"
    ANSWERING = "答复"
    JUDGING = "定性"
    TOGETHER = "会商督办"
    LONG = "时限与跟踪"
    SAME = "同类合并"
    AFTER = "办结之后"
    INTAKE = "登记转入"
    LISTS = "查看"
    CHIEF = "值班长"
    FIGURES = "台账统计"


class Takes(StrEnum):
    """What follows the verb."""

    TICKET = "ticket"  #: the number of a ticket, then the rest
    NOTHING = "nothing"
    WORDS = "words"  #: words, no number
    PERIOD = "period"  #: days, and by what; anything else is talk


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How a verb is typed, and what comes of it. `rest`: what follows the number in an example."""

    chapter: Chapter
    does: str
    rest: str = ""
    takes: Takes = Takes.TICKET
    rights: frozenset[Right] = frozenset()  #: any of these; none: every volunteer

    def example(self, verb: Verb, number: int | str = 12) -> str:
        parts = [str(verb), str(number) if self.takes == Takes.TICKET else "", self.rest]
        return " ".join(part for part in parts if part)

    def allows(self, volunteer: Volunteer) -> bool:
        return not self.rights or bool(self.rights & volunteer.rights)


CHIEFS = frozenset({Right.DUTY_CHIEF, Right.LEADER})


def _of(chapter: Chapter, does: str, rest: str = "", takes: Takes = Takes.TICKET) -> Usage:
    return Usage(chapter=chapter, does=does, rest=rest, takes=takes)


def _chief(does: str, rest: str = "") -> Usage:
    return Usage(chapter=Chapter.CHIEF, does=does, rest=rest, rights=CHIEFS)


def _figures(does: str, rest: str) -> Usage:
    return Usage(chapter=Chapter.FIGURES, does=does, rest=rest, takes=Takes.PERIOD, rights=RUN_SERVICE)


USAGES: dict[Verb, Usage] = {
    Verb.TAKE: _of(Chapter.TAKING, "由我办；别人转办、指定来的，接单才算接手"),
    Verb.HAND_OVER: _of(Chapter.TAKING, "请同事或专业组接手，接手前仍由我负责", "给 李老师 属于商检业务"),
    Verb.RETURN: _of(Chapter.TAKING, "不归本组，退回并写明原因；最多退两次，再由值班长指定", "属于税收业务"),
    Verb.ANSWER: _of(Chapter.ANSWERING, "答复提问人（引用工单直接说也一样）", "答案"),
    Verb.ANSWER_PUBLIC: _of(Chapter.ANSWERING, "核对过了，照发；不写内容就是发出刚才的稿子", "答案"),
    Verb.WITHDRAW: _of(Chapter.ANSWERING, "刚才的稿子不发了"),
    Verb.APPROVE: _of(Chapter.ANSWERING, "同意同事的稿子发给多位提问人"),
    Verb.CORRECT: _of(Chapter.ANSWERING, "更正答复，发给收到过旧答复的每个人", "正确的答案"),
    Verb.ON_THE_SPOT: _of(Chapter.ANSWERING, "当场清：答复并记为当场解决", "答案"),
    Verb.EARLY: _of(
        Chapter.ANSWERING, "提前清：上报解决，必须写文号和跟踪情况", "文号：青关函1号 跟踪：已协调船公司 答复：答案"
    ),
    Verb.MIND: _of(Chapter.ANSWERING, "思想清：于法不能办，必须写依据、说明、替代办法", "依据：… 说明：… 替代：…"),
    Verb.ASK: _of(Chapter.ANSWERING, "一次性告知还缺什么，停表等他", "请补充合同和发票"),
    Verb.ADDED: _of(Chapter.ANSWERING, "提问人在别处补充了（如电话里），记下来，恢复计时", "合同号已核对"),
    Verb.DECLINE: _of(Chapter.ANSWERING, "不予受理，原因告诉提问人", "原因"),
    Verb.TOLD: _of(Chapter.ANSWERING, "电话、走访的提问人已经告知", "已电话告知张经理"),
    Verb.CONTACT: _of(Chapter.ANSWERING, "把提问人的联系方式私聊发给我"),
    Verb.CLASSIFY: _of(Chapter.JUDGING, "改类别：高频基础、共性咨询、海关实务、创新", "海关实务"),
    Verb.GRADE: _of(Chapter.JUDGING, "定级：先重要后紧急，各分 A、B、C；BB 及以上优先", "AB"),
    Verb.TOPIC: _of(Chapter.JUDGING, "改主题", "加工贸易"),
    Verb.ATTRIBUTE: _of(Chapter.JUDGING, "难度、复杂度（A、B、C），是否跨部门", "难度A 复杂B 跨部门"),
    Verb.COMMON: _of(Chapter.JUDGING, "记为共性问题"),
    Verb.SINGLE: _of(Chapter.JUDGING, "记为个性问题"),
    Verb.PROFILE: _of(
        Chapter.JUDGING, "记下提问人的企业、类型、信用等级、地区", "青岛某公司 类型：企业 等级：高级认证 地区：黄岛"
    ),
    Verb.RAISE: _of(Chapter.TOGETHER, "提一级：首问自办、责任单位分办、工作专班督办、领导小组决策", "原因"),
    Verb.LEAD: _of(Chapter.TOGETHER, "确定牵头单位", "商检组"),
    Verb.JOINT: _of(Chapter.TOGETHER, "请别的单位会同办理", "卫检组、食品组"),
    Verb.CONSULT: _of(Chapter.TOGETHER, "发起会商，写清要议什么", "议题"),
    Verb.OPINE: _of(Chapter.TOGETHER, "会商里说我的意见", "意见"),
    Verb.CONCLUDE: _of(Chapter.TOGETHER, "会商结束，只有一个结论；结论成为答复的稿子", "结论"),
    Verb.SIGN: _of(Chapter.TOGETHER, "法制部门核签会商结论；不同意就写“不同意”和原因"),
    Verb.ON_SITE: _of(Chapter.TOGETHER, "记下现场走访、查看的情况", "3月5日到现场看了旧机电，铭牌齐全"),
    Verb.PROPOSE: _of(
        Chapter.TOGETHER,
        "处置建议成文：问题、会商意见、现场记录、分工都在内，发到本群和提级的接收人；不写内容就再发一次",
        "凭担保先放行，由商检组牵头核验",
    ),
    Verb.PART: _of(Chapter.TOGETHER, "给牵头、会同的单位各派一份活，写清哪天前做什么", "卫检组 3月9日 核对检疫要求"),
    Verb.PART_DONE: _of(Chapter.TOGETHER, "本单位的那份办完了，写明结果", "不用检疫，已核对清单"),
    Verb.MILESTONE: _of(Chapter.LONG, "设一个节点，到期提醒", "3月20日 提交方案"),
    Verb.REACHED: _of(Chapter.LONG, "第几个节点完成了", "1"),
    Verb.WORD: _of(Chapter.LONG, "向提问人通报办到哪一步", "方案已上报"),
    Verb.EXTEND: _of(Chapter.LONG, "申请延期一次，写清延到几时和原因，值班长同意才算", "3天 等总署批复"),
    Verb.MERGE: _of(Chapter.SAME, "并到另一单，一个答复发给所有提问人；可以写好几个号", "13 到 5"),
    Verb.UNMERGE: _of(Chapter.SAME, "并错了，分出来（答复之前）"),
    Verb.ALIKE: _of(Chapter.SAME, "看同一主题还没办完的工单"),
    Verb.RATED: _of(Chapter.AFTER, "电话、走访的提问人口头评价，替他记下原话", "满意 电话里说办成了"),
    Verb.CALL_BACK: _of(Chapter.AFTER, "差评回访的结果（差评后 1 个工作日内）", "已电话沟通，重新答复"),
    Verb.RECTIFY: _of(Chapter.AFTER, "差评整改的措施（15 个工作日内）", "已更新条目"),
    Verb.LOOK_BACK: _of(Chapter.AFTER, "难题办结后回头看的结果", "企业已顺利通关"),
    Verb.PRAISE: _of(Chapter.AFTER, "记一次表扬信、锦旗或口头表扬", "锦旗 送给李老师"),
    Verb.BENEFIT: _of(Chapter.AFTER, "记下节约的钱、时间和来源", "节约：2万元 时间：3小时 来源：企业来电"),
    Verb.REGISTER: _of(
        Chapter.INTAKE,
        "登记电话、走访、活动上的问题",
        "电话 青岛某公司 张经理 13800000000 问题：手册到期怎么办",
        Takes.WORDS,
    ),
    Verb.TRANSFER: _of(
        Chapter.INTAKE,
        "登记上级转来的问题",
        "文号：转字12号 来源：总署 期限：3月10日 企业：某公司 问题：…",
        Takes.WORDS,
    ),
    Verb.BACKLOG: _of(Chapter.LISTS, "本群没办完的，BB+ 在前，卡住的写出原因", takes=Takes.NOTHING),
    Verb.MINE: _of(Chapter.LISTS, "我名下的", takes=Takes.NOTHING),
    Verb.TODAY: _of(Chapter.LISTS, "今天到期的", takes=Takes.NOTHING),
    Verb.LATE: _of(Chapter.LISTS, "已经超期的", takes=Takes.NOTHING),
    Verb.PRIORITY: _of(Chapter.LISTS, "BB 级以上的", takes=Takes.NOTHING),
    Verb.TASKS: _of(Chapter.LISTS, "还没做的告知、回访、整改、回头看、分工", takes=Takes.NOTHING),
    Verb.SHOW: _of(Chapter.LISTS, "一张工单的来龙去脉"),
    Verb.LIFE: _of(Chapter.LISTS, "一张工单从头到尾的每一件事：谁、何时、从什么改成什么、为什么"),
    Verb.DUTY: _of(Chapter.LISTS, "今天和明天谁值班", takes=Takes.NOTHING),
    Verb.EMERGENCY: _of(Chapter.LISTS, "下班时间的急件找谁，外单位的值班电话", takes=Takes.NOTHING),
    Verb.SHIFT: _of(Chapter.LISTS, "下班交接：名下没办完的都请他接手", "给 李老师", Takes.WORDS),
    Verb.RELIEVE: _of(Chapter.LISTS, "接下同事交给我的全部工单", takes=Takes.NOTHING),
    Verb.HELP: _of(Chapter.LISTS, "看能发什么；加上词就看这个词的用法", "转办", Takes.WORDS),
    Verb.TAKE_OVER: _chief("把别人手里的工单接过来", "原因"),
    Verb.ASSIGN: _chief("指定某人或某组办理，不能再退", "给 李老师 原因"),
    Verb.FORCE: _chief("成立专班：组长和成员", "组长：李老师 成员：王老师、赵老师"),
    Verb.TRACK: _chief("一时解决不了的，转长期跟踪，定期向提问人通报", "每7天 原因"),
    Verb.GRANT: _chief("同意延期，新时限告诉提问人"),
    Verb.REFUSE: _chief("不同意延期", "原因"),
    Verb.ADOPT: _chief("采纳建议，告诉提建议的人", "怎么办"),
    Verb.NOT_ADOPT: _chief("不采纳建议，说明原因", "原因"),
    Verb.SUPERVISE: _chief("督办：每个工作日提醒一次，直到答复；承办人不能取消", "明天必须答复"),
    Verb.LIFT: _chief("解除督办（自己承办的不行）", "原因"),
    Verb.DECIDE: _chief("领导的决定：怎么办、由谁办，上报的工单据此接着办", "同意凭担保先放行，由商检组牵头"),
    Verb.SPECIAL: _chief("特事特办：先写评估，再按特例办", "评估：救灾物资，已核担保，风险可控"),
    Verb.STATISTICS: _figures(
        "受理、办结、确认、满意等各项数；可以按渠道、平台、社群、单位、主题、类别、级别、层级分", "本月 按类别"
    ),
    Verb.LEDGER: _figures("期间的件数和最要紧的在办工单", "本月"),
    Verb.DENSITY: _figures("哪些主题问得多；可以按时间、地区、社群、类别看", "本月 按社群"),
    Verb.AGAIN: _figures("答复过又有人问的问题：该入库、补问法，还是整改", "本月"),
    Verb.LOADS: _figures("每位志愿者在办、接单、答复、按时率和星级", "本周"),
    Verb.DAILY: _figures("一天的情况", "昨天"),
    Verb.WEEKLY: _figures("一周的情况，与前一周相比", "上周"),
    Verb.MONTHLY: _figures("一月的情况，与前一月相比", "上月"),
}

#: By these an asker is told something, which cannot be taken back.
TELLING = (Verb.ANSWER, Verb.ANSWER_PUBLIC, Verb.APPROVE, Verb.CORRECT, Verb.ON_THE_SPOT, Verb.EARLY, Verb.MIND)

#: These only look, and change nothing.
LOOKING = frozenset({
    Verb.BACKLOG, Verb.MINE, Verb.TODAY, Verb.LATE, Verb.PRIORITY, Verb.SHOW, Verb.LIFE, Verb.DUTY,
    *(verb for verb, usage in USAGES.items() if usage.takes == Takes.PERIOD),
})  # fmt: skip

#: Other words for a verb. Those of one letter count only with a number that is plainly a ticket's.
WORDS = {
    "受理": Verb.TAKE, "认领": Verb.TAKE, "领取": Verb.TAKE, "领单": Verb.TAKE, "我来": Verb.TAKE, "接": Verb.TAKE,
    "领": Verb.TAKE, "接管": Verb.TAKE_OVER, "答复": Verb.ANSWER, "回答": Verb.ANSWER, "回": Verb.ANSWER,
    "确认答复": Verb.ANSWER_PUBLIC, "更正答复": Verb.CORRECT, "改正": Verb.CORRECT, "转交": Verb.HAND_OVER, "转给": Verb.HAND_OVER,
    "移交": Verb.HAND_OVER, "升级": Verb.RAISE, "定等": Verb.GRADE, "请补充": Verb.ASK, "不受理": Verb.DECLINE,
    "并入": Verb.MERGE, "合并到": Verb.MERGE, "待办列表": Verb.BACKLOG, "我的待办": Verb.MINE, "我的工单": Verb.MINE,
    "查询": Verb.SHOW, "查": Verb.SHOW, "看": Verb.SHOW, "命令": Verb.HELP, "help": Verb.HELP,
    "退单": Verb.RETURN, "派单": Verb.ASSIGN, "指派": Verb.ASSIGN, "分配": Verb.ASSIGN, "分派": Verb.ASSIGN,
    "改期": Verb.EXTEND, "拆分": Verb.UNMERGE, "取消合并": Verb.UNMERGE,
    "今天到期": Verb.TODAY, "超时": Verb.LATE, "逾期": Verb.LATE, "同意发出": Verb.APPROVE, "申请延期": Verb.EXTEND,
    "批准延期": Verb.GRANT, "不批准延期": Verb.REFUSE, "尽早清": Verb.EARLY, "未采纳": Verb.NOT_ADOPT,
    "长期跟踪": Verb.TRACK, "通报": Verb.WORD, "回看": Verb.LOOK_BACK, "值班表": Verb.DUTY, "取消督办": Verb.LIFT, "撤销督办": Verb.LIFT, "节点完成": Verb.REACHED, "转办件": Verb.TRANSFER,
    "成立专班": Verb.FORCE, "会商结论": Verb.CONCLUDE, "会商意见": Verb.OPINE, "联系方式": Verb.CONTACT,
    "特事特办": Verb.SPECIAL, "分工完成": Verb.PART_DONE, "应急电话": Verb.EMERGENCY, "法制核签": Verb.SIGN, "现场走访": Verb.ON_SITE,
    "处置建议书": Verb.PROPOSE,
} | {str(verb): verb for verb in Verb}  # fmt: skip


def manual() -> list[str]:
    """The table of verbs as the volunteers' manual shows it, a chapter after the other."""
    lines: list[str] = []
    for chapter in Chapter:
        lines += [f"### {chapter}", "", "| 发 | 做什么 |", "|---|---|"]
        lines += [
            f"| `{usage.example(verb)}` | {usage.does} |" for verb, usage in USAGES.items() if usage.chapter == chapter
        ]
        lines.append("")
    return lines
