"""The product's words for notices."""

from handlers.words import Word


class Kind(Word):
    POLICY = "policy", "最新政策解读"
    CASE = "case", "以案说法"
    RISK = "risk", "风险提示"
    BULLETIN = "bulletin", "通报"
    EVENT = "event", "活动"
    SYSTEM = "system", "系统提示"


#: Shorter words people use for a kind.
SHORT = {
    "政策解读": Kind.POLICY, "政策": Kind.POLICY, "新政": Kind.POLICY, "案例": Kind.CASE, "风险": Kind.RISK,
    "不合格通报": Kind.BULLETIN, "宣讲": Kind.EVENT, "系统": Kind.SYSTEM, "提示": Kind.SYSTEM,
}  # fmt: skip


class Stage(Word):
    """How far a notice is."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审批"
    APPROVED = "approved", "已批准"
    SENDING = "sending", "发送中"
    PAUSED = "paused", "已暂停"
    DONE = "done", "已发完"
    CANCELLED = "cancelled", "已取消"
    RECALLED = "recalled", "已撤回"


ENDED = (Stage.DONE, Stage.CANCELLED, Stage.RECALLED)


class Target(Word):
    """What became of one conversation of a notice: once out, exactly one of delivered, refused, uncertain; and when the
    notice is recalled, exactly one of recalled, kept, doubtful in place of delivered."""

    WAITING = "waiting", "等待"
    QUEUED = "queued", "在发"
    PASSING = "passing", "等群里有人说话时带出"
    BY_HAND = "by_hand", "等志愿者代发"
    DELIVERED = "delivered", "已送达"
    REFUSED = "refused", "被拒"
    UNCERTAIN = "uncertain", "不明"
    WITHDRAWN = "withdrawn", "未发撤回"
    TO_RECALL = "to_recall", "等撤回"
    RECALLING = "recalling", "在撤回"
    RECALLED = "recalled", "已撤回"
    KEPT = "kept", "撤不回"
    DOUBTFUL = "doubtful", "撤回不明"


#: It was delivered, and the notice was recalled since.
TAKEN_BACK = frozenset({Target.TO_RECALL, Target.RECALLING, Target.RECALLED, Target.KEPT, Target.DOUBTFUL})
#: Nothing more will happen to it by itself.
SETTLED = frozenset({Target.DELIVERED, Target.REFUSED, Target.UNCERTAIN, Target.WITHDRAWN})
#: Nothing of the notice has been said there.
UNSAID = frozenset({Target.WAITING, Target.PASSING, Target.BY_HAND, Target.WITHDRAWN})
#: Something of the notice has been said there, or may have been.
TOUCHED = frozenset({Target.QUEUED, Target.DELIVERED, Target.UNCERTAIN}) | TAKEN_BACK


class Way(Word):
    """How a channel takes a notice."""

    PUSH = "push", "主动发送"
    PASSING = "passing", "随下一条消息带出"
    BY_HAND = "by_hand", "志愿者代发"


class What(Word):
    """What happened to a notice."""

    DRAFTED = "drafted", "起草"
    CHANGED = "changed", "修改"
    TESTED = "tested", "试发"
    SUBMITTED = "submitted", "提交审批"
    APPROVED = "approved", "批准"
    SENT_BACK = "sent_back", "退回"
    SCHEDULED = "scheduled", "定时"
    STARTED = "started", "开始发送"
    PAUSED = "paused", "暂停"
    RESUMED = "resumed", "继续"
    CANCELLED = "cancelled", "取消"
    RECALLED = "recalled", "撤回"
    DECIDED = "decided", "处置不明"
    FINISHED = "finished", "发完"
    TAMPERED = "tampered", "内容与批准时不一致，已停发"
