"""What groups and enterprises can be labelled with."""

from handlers.words import Word


class LabelKind(Word):
    TRADE_MODE = "trade_mode", "贸易方式"
    INDUSTRY = "industry", "行业"
    PRODUCT = "product", "产品"
    PORT = "port", "口岸"
    REGION = "region", "地区"
    CREDIT = "credit", "信用等级"
    TOPIC = "topic", "关注"


#: Other words people use for a kind.
OTHER_NAMES = {
    "监管方式": LabelKind.TRADE_MODE,
    "信用": LabelKind.CREDIT,
    "港口": LabelKind.PORT,
    "地域": LabelKind.REGION,
    "区域": LabelKind.REGION,
    "商品": LabelKind.PRODUCT,
    "主题": LabelKind.TOPIC,
}


def kind_called(name: str) -> LabelKind | None:
    return LabelKind.labelled(name) or OTHER_NAMES.get(name)
