"""Figures as people read them in a chat. Every rate shows its denominator; what nobody confirmed is never counted as solved."""

from collections.abc import Sequence

from handlers.ledger.breakdown import Dimension
from handlers.ledger.density import Table
from handlers.ledger.recurring import Again
from handlers.ledger.terms import Cohort, Figures
from handlers.ledger.volunteers import Load
from nlu.masking import masked_line

TOPICS = 10  # rows of a density table in a chat
PEOPLE = 15
PARTS = 12
LINE = 30  # characters of a question

MEANINGS = {
    "受理": "期间登记的问题，一人一问为一件；并入别人工单的也算",
    "在办": "还没有答复，或答复没有送达、没解决重新办理",
    "志愿者办结": "志愿者已答复，提问人还没有表态",
    "提问人确认": "提问人自己说解决了，或评价基本满意以上",
    "默认办结": "答复后到期没有任何表态，不算满意",
    "超时": "承诺的办结时限，已经错过的次数（重开的另算一次）",
    "不予受理": "不属于受理范围，已告知原因",
    "办结率": "已答复或已告知不予受理的 / 受理",
    "提问人确认率": "提问人确认 / 已答复",
    "满意率": "评价基本满意以上的 / 已评价的；没有评价的不算",
    "按时办结率": "按承诺时限办结的 / 时限已有结果的；暂停计时的不算超时",
    "首次响应按时率": "按时有人接的 / 时限已有结果的",
    "一次办结率": "答复后没有重开的 / 已答复的",
    "自动答复": "机器人直接用知识库答复的次数",
    "自动办结率": "自动答复后没说没解决的 / 自动答复与转人工的总数",
    "期初存量": "期间开始时等答复的工单",
    "重开": "期间重新办理的：提问人说没解决，或答复没有送达",
    "并入": "期间并到别的工单里继续办的",
    "期末存量": "期初存量＋新增＋重开－办结－并入",
}


def figure_lines(found: Figures) -> list[tuple[str, str]]:
    """Every figure with its name, in the order leaders read them."""
    cohort, stock = found.cohort, found.stock
    return [
        ("受理", str(cohort.accepted)),
        ("在办", str(cohort.waiting)),
        ("志愿者办结", str(cohort.by_volunteer)),
        ("提问人确认", str(cohort.confirmed)),
        ("默认办结", str(cohort.assumed)),
        ("超时", str(found.resolution.late)),
        ("不予受理", str(cohort.declined)),
        ("在办超时", str(cohort.overdue)),
        ("答复未送达", str(cohort.undelivered)),
        ("办结率", str(cohort.solved_rate)),
        ("提问人确认率", str(cohort.confirmed_rate)),
        ("满意率", f"{cohort.satisfied_rate}，未评价 {cohort.unrated} 件"),
        ("按时办结率", str(found.resolution.rate)),
        ("首次响应按时率", str(found.first_response.rate)),
        ("一次办结率", str(cohort.first_contact_rate)),
        ("自动答复", str(found.by_bot)),
        ("自动办结率", str(found.bot_rate)),
        ("期初存量", str(stock.before)),
        ("新增", str(stock.opened)),
        ("重开", str(stock.returned)),
        ("办结", str(stock.answered)),
        ("并入", str(stock.joined)),
        ("期末存量", str(stock.after)),
    ]


def statistics(found: Figures) -> str:
    """统计: the figures of a period, shortly."""
    cohort = found.cohort
    return "\n".join(
        [
            f"【统计 {found.period.label}】",
            f"受理 {cohort.accepted} 件，在办 {cohort.waiting} 件（超时 {cohort.overdue}）",
            four(found),
            f"不予受理 {cohort.declined}｜答复未送达 {cohort.undelivered}",
            f"办结率 {cohort.solved_rate}",
            f"提问人确认率 {cohort.confirmed_rate}",
            f"满意率 {cohort.satisfied_rate}，未评价 {cohort.unrated} 件",
            f"按时办结率 {found.resolution.rate}",
            f"首次响应按时率 {found.first_response.rate}",
            f"一次办结率 {cohort.first_contact_rate}",
            f"机器人自动答复 {found.by_bot} 次，自动办结率 {found.bot_rate}",
            flow(found),
        ]
    )


def four(found: Figures) -> str:
    """The four ways a question ends, never added together."""
    cohort = found.cohort
    return (
        f"志愿者办结 {cohort.by_volunteer}｜提问人确认 {cohort.confirmed}｜默认办结 {cohort.assumed}"
        f"｜超时 {found.resolution.late}"
    )


def flow(found: Figures) -> str:
    """Stock and increment."""
    stock = found.stock
    return (
        f"存量：期初 {stock.before}＋新增 {stock.opened}＋重开 {stock.returned}－办结 {stock.answered}"
        f"－并入 {stock.joined}＝期末 {stock.after}"
    )


def parts(period: str, by: Dimension, found: Sequence[tuple[str, Cohort]]) -> str:
    """统计 按…: one line a part."""
    lines = [f"【统计 {period} 按{by.label}】受理／在办（超时）／志愿者办结／确认／默认／不予受理"]
    lines += [
        f"{label}：{one.accepted}／{one.waiting}（{one.overdue}）／{one.by_volunteer}／{one.confirmed}／{one.assumed}"
        f"／{one.declined}"
        for label, one in found[:PARTS]
    ]
    return "\n".join([*lines, *_more(len(found) - PARTS)])


def dense(table: Table) -> str:
    """密度: the topics asked about most."""
    lines = [f"【密度 {table.period.label}】共 {table.total} 件，主题 {len(table.rows)} 个，按{table.across.label}"]
    for topic, counts in table.rows[:TOPICS]:
        most = sorted(zip(table.columns, counts, strict=True), key=lambda pair: -pair[1])[:3]
        where = "、".join(f"{column} {count}" for column, count in most if count)
        lines.append(f"{topic} {sum(counts)}（{where}）")
    return "\n".join([*lines, *_more(len(table.rows) - TOPICS)])


def people(period: str, found: Sequence[Load]) -> str:
    """工作量: what each volunteer holds and did."""
    lines = [f"【工作量 {period}】在办（超时）／接单／答复／按时率／星级"]
    for load in found[:PEOPLE]:
        stars = f"★{load.mean_stars:.1f}（{load.rated} 评）" if load.mean_stars is not None else "未评"
        praise = f"，表扬 {load.praised}" if load.praised else ""
        lines.append(
            f"{load.name}：{load.held}（{load.overdue}）／{load.taken}／{load.answered}／{load.on_time}／{stars}{praise}"
        )
    return "\n".join([*lines, *_more(len(found) - PEOPLE)])


def again(period: str, total: int, found: Sequence[Again]) -> str:
    """反复: what was answered and came again, and what to do about it."""
    if not found:
        return f"【反复 {period}】答复过的问题没有人再问。"
    lines = [f"【反复 {period}】答复过又有人问的：{total} 件"]
    for one in found:
        numbers = "、".join(f"#{number}" for number in one.last)
        more = "等" if one.times > len(one.last) else ""
        lines.append(
            f"#{one.number} {masked_line(one.question, LINE)}：又问 {one.times} 次（{numbers}{more}），{one.communities} 个社群"
            f"{_wanting(one)}；{advice(one)}"
        )
    return "\n".join(lines)


def advice(one: Again) -> str:
    """What would keep the question from coming once more."""
    if one.was_found_wanting:
        return "没有真正办结，请整改后更正答复"
    return f"条目 {one.entry} 没答上，请补问法" if one.entry else f"请入库：入库 {one.number}"


def _wanting(one: Again) -> str:
    told = (f"重开 {one.reopened} 次" if one.reopened else "", f"差评 {one.bad} 次" if one.bad else "")
    return "".join(f"，{part}" for part in told if part)


def aged(ages: Sequence[tuple[str, int]], overdue: int) -> str:
    """How old the stock is."""
    told = "、".join(f"{label} {count}" for label, count in ages if count)
    return f"在办 {sum(count for _, count in ages)} 件{f'（{told}）' if told else ''}，其中超时 {overdue} 件"


def _more(count: int) -> list[str]:
    return [f"……还有 {count} 项，见表格"] if count > 0 else []
