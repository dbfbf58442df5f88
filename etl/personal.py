"""What in a text points at a person, and how it is hidden: in the warehouse, on the screen, in an example."""

import re

MASKS = (  # identity card, phone, plate, door number
    (r"\d{17}[\dXx]", "〔证件〕"),
    (r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}", "〔电话〕"),
    (r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?[A-Z0-9]{5,6}", "〔车牌〕"),
    (r"\d+\s*(?:号楼|幢|栋|座|单元|室|号)(?:\s*\d+\s*(?:单元|室|号))*", "〔门牌〕"),
)
HIDDEN = "•••"
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
HEADERS = re.compile(
    r"姓名|名字|诉求人|来电人|反映人|申请人|联系人|投诉人|居民|户主|当事人|电话|手机|联系方式|号码|身份证|证件"
    r"|住址|地址|门牌|微信号|邮箱|车牌"
    r"|\b(?:(?:first|last|full|caller|reporter|resident|contact|owner|user|customer) name|name$"
    r"|caller|reporter|applicant|contact$|phone|mobile|tel|address|street|e-?mail|passport|plate)\b",
    re.IGNORECASE,
)
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚"
    "谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
NAME = re.compile(rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}|[{SURNAMES}](?:某|先生|女士|阿姨|大爷|师傅)[\u4e00-\u9fff]?")


def mask(text: str) -> str:
    """A text for the screen: what can be recognised as pointing at a person is replaced."""
    for pattern, said in MASKS:
        text = re.sub(pattern, said, text)
    return MAIL.sub("〔邮箱〕", text)


def is_about_people(header: str, cells: list[str]) -> bool:
    """Whether a column's name says that it is about people, or most of its cells look like names."""
    if HEADERS.search(header.replace("_", " ")):
        return True
    names = sum(1 for cell in cells if NAME.fullmatch(cell))
    return bool(cells) and names > len(cells) / 2
