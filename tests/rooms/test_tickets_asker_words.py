"""What askers type about their own questions."""

import pytest

from handlers.tickets.asker_words import Saying, Wish, paraphrased, read_bare_rating, read_rating_and_why, read_saying
from handlers.tickets.words import Rating
from nlu.understanding import Intent, Understanding


def understood(text: str, intent: Intent, probability: float) -> Understanding:
    return Understanding(
        text=text, query="", questions=(), intent=intent, confidence=probability,
        ranking=((intent, probability),), entities=(), in_domain=0.5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "saying"),
    [
        ("进度", Saying(wish=Wish.PROGRESS)),
        ("查一下进度？", Saying(wish=Wish.PROGRESS)),
        ("十二号进度", Saying(wish=Wish.PROGRESS, number=12)),
        ("查一下 #12", Saying(wish=Wish.PROGRESS, number=12, exact=False)),
        ("#１２ 怎么样了？", Saying(wish=Wish.PROGRESS, number=12, exact=False)),
        ("催办十二号", Saying(wish=Wish.PRESS, number=12)),
        ("查 12360", None),
        ("今天一号", None),
        ("@直通车 进度 １２", Saying(wish=Wish.PROGRESS, number=12)),
        ("12号进度", Saying(wish=Wish.PROGRESS, number=12)),
        ("催办", Saying(wish=Wish.PRESS)),
        ("催一下 #12", Saying(wish=Wish.PRESS, number=12)),
        ("没解决", Saying(wish=Wish.NOT_SOLVED)),
        ("还是没有解决，系统还报错", Saying(wish=Wish.NOT_SOLVED, rest="系统还报错")),
        ("没解决 12 系统还报错", Saying(wish=Wish.NOT_SOLVED, number=12, rest="系统还报错")),
        ("未解决。", Saying(wish=Wish.NOT_SOLVED)),
        ("转人工", Saying(wish=Wish.WANT_PERSON)),
        ("转人工 手册怎么展期", Saying(wish=Wish.WANT_PERSON, rest="手册怎么展期")),
        ("人工客服", Saying(wish=Wish.WANT_PERSON)),
        ("评价 满意", Saying(wish=Wish.RATE, rating=Rating.GOOD)),
        ("评价：非常不满意，没说清楚", Saying(wish=Wish.RATE, rating=Rating.VERY_BAD, rest="没说清楚")),
        ("评价 12 不满意 太慢", Saying(wish=Wish.RATE, number=12, rating=Rating.BAD, rest="太慢")),
        ("评价 1 还行吧", Saying(wish=Wish.RATE, number=1, rating=Rating.FAIR)),
        ("评价 1 老师很满意 耐心", Saying(wish=Wish.RATE, number=1, rating=Rating.GOOD, rest="耐心")),
        ("评价 1 没说要什么材料", Saying(wish=Wish.RATE, rating=Rating.VERY_BAD, rest="没说要什么材料")),
        ("评价 五星", Saying(wish=Wish.RATE, rating=Rating.VERY_GOOD)),
        ("评价5", Saying(wish=Wish.RATE, rating=Rating.VERY_GOOD)),
        ("打3分", None),
        ("打分 3分", Saying(wish=Wish.RATE, rating=Rating.FAIR)),
        ("评价", Saying(wish=Wish.RATE)),
        ("补充 12 合同号改了", Saying(wish=Wish.ADD, number=12, rest="合同号改了")),
        ("补充：是进口", Saying(wish=Wish.ADD, rest="是进口")),
        ("建议：哪些要查验请公布", Saying(wish=Wish.SUGGEST, rest="哪些要查验请公布")),
        ("建议 能多讲几次新政策", Saying(wish=Wish.SUGGEST, rest="能多讲几次新政策", exact=False)),
        ("建议 用哪个监管方式", None),
        ("建议 走一般贸易还是跨境电商", None),
        ("建议，这样行不行", None),
        ("建议用哪个监管方式", None),
        ("已解决", Saying(wish=Wish.SOLVED)),
        ("我们自己搞定了", Saying(wish=Wish.SOLVED)),
        ("单号忘了", Saying(wish=Wish.NUMBER)),
        ("我那个问题的单号是多少", Saying(wish=Wish.NUMBER)),
        ("提单号忘了", None),
        ("单号找不到了怎么办", None),
        ("不用了 我们自己搞定了", Saying(wish=Wish.DROP)),
        ("算了，不问了", Saying(wish=Wish.DROP, exact=False)),
        ("3号不用了", Saying(wish=Wish.DROP, number=3, exact=False)),
        ("取消工单 12", Saying(wish=Wish.DROP, number=12)),
        ("不用交了", None),
        ("取消订单怎么办", None),
        ("没解决的单子怎么办", None),
        ("解决了吗", None),
        ("解决了？", None),
        ("人工成本怎么算", None),
        ("评价体系是什么", None),
        ("补充申报怎么做", None),
        ("手册能展期吗", None),
        ("进度款怎么付汇", None),
        ("满意", None),
    ],
)
def test_the_words_we_taught_are_read(text: str, saying: Saying | None) -> None:
    assert read_saying(text) == saying


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("满意", Rating.GOOD),
        ("非常满意！", Rating.VERY_GOOD),
        ("5", Rating.VERY_GOOD),
        ("１", Rating.VERY_BAD),
        ("4分", Rating.GOOD),
        ("五", None),
        ("三星", Rating.FAIR),
        ("给个差评", Rating.BAD),
        ("差评怎么处理", None),
        ("6", None),
        ("满意度调查", None),
        ("12", None),
    ],
)
def test_a_bare_word_may_rate(text: str, rating: Rating | None) -> None:
    assert read_bare_rating(text) == rating


def test_a_rating_may_come_with_its_reason() -> None:
    assert read_rating_and_why("不太满意，说了等于没说") == (Rating.BAD, "说了等于没说")
    assert read_rating_and_why("非常满意！老师很耐心") == (Rating.VERY_GOOD, "老师很耐心")
    assert read_rating_and_why("一般，贸易方式怎么填") is None
    assert read_rating_and_why("满意") is None


def test_a_suggestion_is_made_in_the_words_we_taught() -> None:
    for text in ("建议用哪个监管方式", "希望能延期三个月"):
        assert paraphrased(text, understood(text, Intent.SUGGESTION, 0.99), sure_at=0.5) is None


def test_other_words_need_to_be_sure_enough() -> None:
    text = "我那个事办到哪了"
    assert paraphrased(text, understood(text, Intent.STATUS, 0.8), sure_at=0.75) == Saying(
        wish=Wish.PROGRESS, exact=False
    )
    assert paraphrased(text, understood(text, Intent.STATUS, 0.7), sure_at=0.75) is None
    assert paraphrased(text, understood(text, Intent.QUESTION, 0.99), sure_at=0.75) is None


@pytest.mark.parametrize("text", ["谢谢，我先试试", "谢谢，但是还报错", "多谢，没看懂", "谢谢，要交多少？"])
def test_thanks_that_settle_nothing_confirm_nothing(text: str) -> None:
    assert paraphrased(text, understood(text, Intent.THANKS, 0.99), sure_at=0.5) is None


def test_plain_thanks_confirm() -> None:
    text = "好了，放行了，谢谢老师"
    assert paraphrased(text, understood(text, Intent.THANKS, 0.9), sure_at=0.5) == Saying(wish=Wish.SOLVED, exact=False)
