"""Every verb once, in a story that holds together, on SQLite and PostgreSQL alike."""

from dataclasses import replace
from datetime import timedelta

from handlers.base import Person
from handlers.store import Store
from handlers.tickets.commands import read_command
from handlers.tickets.routing import Routing, Unit
from handlers.tickets.verbs import USAGES, Chapter, Verb
from tests.office import CHIEF, LI, RULES, WANG, Office

UNITS = (
    Unit(
        name="商检组", people=(Person(channel="qq", id="101", name="老李"), Person(channel="qq", id="102", name="老王"))
    ),
    Unit(name="食品组"),
    Unit(name="法制组", people=(Person(channel="qq", id="102", name="老王"),), legal=True),
)
STORY = (
    (LI, "登记 电话 某公司 张经理 13800000000 问题：手册到期怎么办 主题：加工贸易"),
    (LI, "转入 文号：转字1号 来源：总署 企业：某公司 问题：手册丢了怎么办 主题：加工贸易"),
    (LI, "接单 1"),
    (LI, "分类 1 海关实务"),
    (LI, "定级 1 AB"),
    (LI, "主题 1 手册"),
    (LI, "属性 1 难度A 复杂B 跨部门"),
    (LI, "共性 1"),
    (LI, "个性 1"),
    (LI, "建档 1 某公司 类型：企业 等级：高级认证 地区：黄岛"),
    (LI, "提级 1 拿不准"),
    (LI, "牵头 1 商检组"),
    (LI, "会同 1 食品组、法制组"),
    (LI, "分工 1 商检组 3月9日 核对手册"),
    (WANG, "完成分工 1 商检组 已核对"),
    (LI, "会商 1 要不要展期"),
    (WANG, "意见 1 要"),
    (LI, "结论 1 到期前展期"),
    (WANG, "核签 1"),
    (LI, "撤稿 1"),
    (LI, "现场记录 1 到现场看了设备铭牌"),
    (LI, "建议书 1 到期前展期，凭担保"),
    (LI, "应急名单"),
    (CHIEF, "批示 1 同意展期"),
    (CHIEF, "特办 1 评估：救灾物资，风险可控"),
    (LI, "节点 1 3月20日 提交方案"),
    (LI, "完成节点 1 1"),
    (LI, "延期 1 3天 等批复"),
    (CHIEF, "同意延期 1"),
    (CHIEF, "专班 1 组长：老李 成员：老王"),
    (CHIEF, "跟踪 1 每7天 政策空白"),
    (LI, "进展 1 已上报"),
    (LI, "补充 1 手册号"),
    (LI, "补齐 1 手册号已核对"),
    (LI, "联系 1"),
    (LI, "合并 2 到 1"),
    (LI, "撤销合并 2"),
    (LI, "主题 2 手册"),
    (LI, "同类 1"),
    (LI, "转办 1 给 食品组 涉及食品"),
    (WANG, "退回 1 不涉及"),
    (CHIEF, "指定 1 给 老王 他熟"),
    (CHIEF, "接手 1 老王请假"),
    (CHIEF, "交班 给 老李"),
    (LI, "接班"),
    (LI, "回复 1 到期前申请展期"),
    (LI, "已告知 1 已电话告知"),
    (LI, "更正 1 到期前三十日申请展期"),
    (LI, "已告知 1 再次告知"),
    (LI, "代评 1 不满意 还是不会"),
    (LI, "回访 1 已沟通"),
    (LI, "整改 1 已写进指南"),
    (LI, "提前清 1 文号：1号 跟踪：已协调 答复：带他办好了"),
    (LI, "已告知 1 当面"),
    (LI, "代评 1 满意"),
    (LI, "回头看 1 顺利"),
    (LI, "表扬 1 锦旗"),
    (LI, "效益 1 节约：2万元 来源：企业来电"),
    (LI, "思想清 2 依据：某条 说明：不能补 替代：登报作废后重设"),
    (LI, "已告知 2 电话"),
    (LI, "当场清 2"),
    (LI, "确认回复 2 登报作废后重设"),
    (LI, "延期 3 3天 等批复"),
    (CHIEF, "不同意延期 3 能按时办"),
    (LI, "不予受理 3 属于税务"),
    (LI, "回复 5 要报备"),
    (WANG, "同意答复 5"),
    *((LI, f"{word}") for word in ("待办", "我的", "今日到期", "超期", "优先", "事项", "值班", "帮助", "查看 1")),
)
ELSEWHERE = {Verb.ADOPT, Verb.NOT_ADOPT, Verb.SUPERVISE, Verb.LIFT, Verb.LIFE}  # of other scenes


def test_every_verb_does_what_it_says(store: Store) -> None:
    rules = replace(RULES, routing=Routing(units=UNITS), look_back_share=1.0, second_from=2)
    office = Office(store, rules=rules)
    done = set()
    for who, said in STORY:
        if said == "延期 3 3天 等批复":
            assert office.asks("首单怎么报备") == 3
            assert [
                office.asks("首单怎么报", by=Person(channel="qq", id=f"30{n}", name=f"企业{n}")) for n in (4, 5)
            ] == [4, 5]
            assert "已并入" in office.volunteer(LI, "合并 4 到 5")
        told = office.volunteer(who, said)
        assert told, said
        assert not office.refused, f"{said}: {told}"
        command = read_command(said)
        assert command is not None
        done.add(command.verb)
        office.now += timedelta(seconds=1)
    figures = {verb for verb, usage in USAGES.items() if usage.chapter == Chapter.FIGURES}
    assert done == set(Verb) - ELSEWHERE - figures


def test_every_job_runs_over_what_the_story_left(store: Store) -> None:
    rules = replace(RULES, routing=Routing(units=UNITS), look_back_share=1.0, second_from=2)
    office = Office(store, rules=rules)
    for who, said in STORY[:46]:
        office.volunteer(who, said)
    office.deliver()
    for days in (1, 3, 20, 40):
        office.later(timedelta(days=days))
        assert office.later(timedelta()) == 0, "a job did something twice"
