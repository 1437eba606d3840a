import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.masking import _RULES, _legible, has_private, mask


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("报关单号 2239 2026 1234 5678 90 帮查下", "报关单号 ****7890 帮查下"),
        ("报关单222920261234567890退单", "报关单****7890退单"),
        ("2229-2026-1234-5678-90", "****7890"),
        ("电话13800138000找我", "电话****8000找我"),
        ("+86 138-0013-8000", "****8000"),
        ("联系138\n00138000", "联系****8000"),
        ("138  0013   8000", "****8000"),
        ("1 3 8 0 0 1 3 8 0 0 0", "****8000"),
        ("１３８００１３８０００", "****8000"),
        ("1385 0013 805", "****3805"),
        ("138\u200b0013\u200b8000", "****8000"),
        ("٠١٣٨٠٠١٣٨٠٠٠", "****8000"),
        ("一三八零零一三八零零零", "****零零"),
        ("0532-86123456", "****3456"),
        ("电话 86123456", "电话 ****56"),
        ("身份证37020219900101123X", "身份证****123X"),
        ("信用代码 91370200 MA3C1234 5X", "信用代码 ****345X"),
        ("海关编码3702968888", "海关编码****8888"),
        ("手册C42226450123快到期", "手册****0123快到期"),
        ("账册E4225A000001", "账册****0001"),
        ("卡号6222 0213 0400 1234 567", "卡号****4567"),
        ("鲁B12345进不来", "鲁****45进不来"),
        ("找我zhang.san@example.com", "找我***@***"),
        ("箱号 TCLU 123456-7", "箱号 ****4567"),
        ("提单号COAU7228123450", "提单号****3450"),
        ("单价 USD 12.5", "单价 USD ****"),
        ("金额12万元，货值大概3000美金", "金额****，货值大概****"),
        ("加微信abc12345", "加微信****45"),
    ],
)
def test_what_identifies_someone_is_masked_but_for_its_end(said: str, masked: str) -> None:
    assert mask(said) == masked
    assert has_private(said)


@pytest.mark.parametrize(
    "said",
    [
        "公告2024年第106号",
        "海关总署令第253号，2022-01-01起施行",
        "监管方式0700还是9810",
        "柜子三种尺寸1500 1600 170怎么报",
        "fob栏填1500\n1600\n170行吗",
        "第13 14 15 16 17 18栏怎么填",
        "有效期2024-01-01 2024-12-31",
        "税号3923.10.0090要不要许可证",
        "hs编码8471300000要3C吗",
        "商品编码84713000",
        "打95198或者12360",
        "1、产地证能打印吗2、要不要卡3、彩色行不行",
        "合同金额超过5000元要不要报检",
        "滞报金50元起征，完税价格14日内",
        "UN3171按GB/T 39735-2020",
        "价格12.5%",
    ],
)
def test_what_a_rule_says_is_kept(said: str) -> None:
    assert mask(said) == said
    assert not has_private(said)


chat = st.text(
    st.one_of(
        st.sampled_from(list("老师我们的货单价金额元￥号 -.:：，？*@0123456789ABCXabcx微信电话")), st.characters()
    ),
    max_size=60,
)


@given(chat)
@settings(max_examples=400)
def test_masking_twice_is_masking_once(said: str) -> None:
    once = mask(said)
    assert mask(once) == once
    assert not has_private(once)


@given(before=chat, number=st.from_regex(r"\A1[3-9][1-9]{9}\Z"), after=chat)
def test_no_mobile_phone_survives_whatever_stands_around_it(before: str, number: str, after: str) -> None:
    assert number not in mask(f"{before} 电话{number}，{after}")


@given(groups=st.lists(st.from_regex(r"\A[1-9]{3}\Z"), min_size=6, max_size=6), gap=st.sampled_from(["", " ", "-"]))
def test_no_declaration_number_survives_however_it_is_grouped(groups: list[str], gap: str) -> None:
    masked = mask(f"报关单{gap.join(groups)}查一下")
    assert masked == f"报关单****{''.join(groups)[-4:]}查一下"


@pytest.mark.parametrize("piece", ["1", "12 ", "a1", "价", "@a.", "1-", "微信 ", "价格 ", "A", "￥1,"])
def test_a_hundred_thousand_characters_are_read_to_the_end(piece: str) -> None:
    flood = piece * (100_000 // len(piece))
    assert mask(flood + "，电话13912345678").endswith("****5678")


@settings(max_examples=300)
@given(st.text("手机微信电话价格鲁 qqvxabcKſO_-@.1350九一二三四五六七八¥元＃１", max_size=40))
def test_what_is_passed_over_at_a_glance_holds_nothing(text: str) -> None:
    thorough = _legible(text)
    for rule in _RULES:
        thorough = rule.pattern.sub(rule.replacement, thorough)
    assert mask(text) == thorough
