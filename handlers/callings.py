"""Whom a line is said to: us, or somebody else: 王科在吗, @老周 …, or a colleague's words quoted."""

import re

from handlers.base import Turn

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常乐于时傅皮卞齐康伍余元顾孟黄穆萧尹姚邵汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董"
    "梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉"
    "龚程邢裴陆荣翁荀羊甄曲封储靳段焦巴牧隗山谷车侯全班仰秋仲伊宫宁仇栾暴甘厉武符刘景詹束龙叶幸司黎薄印白蒲鄂索籍赖卓蔺屠蒙池"
    "乔阴能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰雍桑桂牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎慕连习艾鱼容向古易慎戈廖终居衡步都耿满弘匡"
    "国文寇广禄东欧沃利蔚越隆师巩聂晁勾敖融冷辛那简饶空曾沙养关蒯相查后红游权逯盖益桓公"
)
_TITLE = r"(?:科长?|处长?|关长|主任|老师|工|总|经理|姐|哥|队长?|组长|警官|关员|主管|会计|师傅)"
# Words that begin with a surname and name nobody: 谢谢老师, 公司会计, 那老师.
_NOBODY = r"(?:谢谢|辛苦|诸位|全体|公司|单位|单证|通关|国检|那(?:么)?老师|向老师(?=请教|咨询|请|问))"
_NAMED = re.compile(
    rf"^\s*+(?:请问|麻烦|喂|hi|你好)?+[,，\s]*+(?!{_NOBODY})[{_SURNAMES}][\u4e00-\u9fff]?{_TITLE}(?:[,，。:：!！\s在您你请帮]|$)"
)
_CALLED = re.compile(r"^\s*@(?!所有人|全体|all\b)\S")
_OUR_NAME = re.compile(r"^\s*@\S+\s+")


def without_our_name(turn: Turn) -> str:
    """What is said, without the name in front that calls us: so a command is read as if it stood alone."""
    text = turn.message.text
    return _OUR_NAME.sub("", text) if turn.message.mentions_bot else text


def said_to_somebody_else(turn: Turn) -> bool:
    """Whether a line that is not addressed to us is addressed to one person: by name, by @, or by quoting him."""
    if turn.addressed:
        return False
    text = turn.message.text
    return turn.message.quotes is not None or bool(_CALLED.match(text) or _NAMED.match(text))
