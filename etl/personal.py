"""What in a text points at a person, and how it is hidden: in the warehouse, on the screen, in an example."""

import re

_D, _L, _X = "[0-9０-９]", "[A-Za-zＡ-Ｚａ-ｚ]", "[0-9０-９XxＸｘ]"
_N = "[一二三四五六七八九十百零〇]"
# what numbers are broken up with
_S = "[-\u2010-\u2015－._/·~～,，()（）\\s\u00a0\u00ad\u2009\u200b-\u200d\u3000\ufeff]{0,3}"
_P = "[-－·•.\\s]{0,2}"
_NUMBERED = f"(?:{_D}+|{_N}+|{_L})"
_MOBILE, _FIXED = rf"[1１]{_S}[3-9３-９](?:{_S}{_D}){{9}}", rf"[0０]{_D}{{2,3}}{_S}(?:{_D}{_S}){{6,7}}{_D}"
MASKS = (  # identity card in fours, phone, identity card, phone that something is glued to, plate, door number
    (rf"\b(?:{_D}{{4}}{_S}){{4}}{_D}{_X}\b", "〔证件〕"),
    (rf"\b(?:(?:00)?86{_S})?{_MOBILE}\b|\b{_FIXED}\b", "〔电话〕"),
    (
        rf"{_D}{{6}}{_S}(?:{_D}{{8}}|{_D}{{4}}{_S}{_D}{{4}}){_S}{_D}{{3}}{_X}|(?:{_D}{{4}}{_S}){{4}}{_D}{_X}"
        rf"|{_D}{{6}}{_S}{_D}{{6}}{_S}{_D}{{3}}",
        "〔证件〕",
    ),
    (rf"{_MOBILE}|\b{_L}*{_FIXED}|[一二三四五六七八九零〇幺]{{7,}}", "〔电话〕"),
    (
        rf"(?:WJ\s?)?[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]{_P}"
        rf"(?:{_L}{_P}(?:(?:{_D}|{_L}){_P}){{4}}(?:(?:{_D}|{_L}){{1,2}}|[学警挂港澳领试超])|{_D}{{4,6}})|使{_D}{{6}}",
        "〔车牌〕",
    ),
    (
        rf"(?:{_D}+\s*[-－—]\s*)*(?:{_NUMBERED}\s*(?:号楼|#楼|幢|栋|座|单元)|(?:{_D}+|{_N}+)\s*(?:室|号|房|门)|{_D}+\s*#\s*{_D}+)"
        rf"(?:[\s-]*(?:{_D}+|{_N}+)\s*(?:单元|室|号|门|房)?)*|\b(?:[0-9]{{1,3}}[-－—])?[0-9]{{1,2}}[-－—][0-9]{{3,4}}\b",
        "〔门牌〕",
    ),
    # without the area code; what begins with 20 is a day
    (r"\b(?:[3-8][0-9]{2,3}-?[0-9]{4}|2[1-9][0-9]{1,2}-?[0-9]{4})\b|[３-８][０-９]{6,7}", "〔电话〕"),
    (r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "〔邮箱〕"),
)
# what a text has in it that any of these may be found in
IS_MASKED = "[0-9０-９楼幢栋座元室房号门@]|[一二三四五六七八九零〇幺]{7}"
HIDDEN = "•••"
HEADERS = re.compile(
    r"姓名|名字|诉求人|来电人|反映人|申请人|联系人|投诉人|居民|户主|当事人|电话|手机|联系方式|号码|身份证|证件"
    r"|住址|地址|门牌|微信|邮箱|车牌|人$|openid|unionid"
    r"|\b(?:(?:first|last|full|caller|reporter|resident|contact|owner|user|customer) name|name$"
    r"|caller|reporter|applicant|contact$|phone|mobile|tel|address|street|e-?mail|passport|plate)\b",
    re.IGNORECASE,
)
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


def mask(text: str) -> str:
    """A text for the screen: what can be recognised as pointing at a person is replaced."""
    for pattern, said in MASKS:
        text = re.sub(pattern, said, text, flags=re.ASCII)  # as the engine reads them
    return text


def is_about_people(header: str) -> bool:
    """Whether a column's name says that it is about people."""
    return bool(HEADERS.search(header.replace("_", " ")))


def is_prose(cells: list[str]) -> bool:
    """Whether cells that are no codes hold Chinese words: names look like any others and are found by nobody."""
    return sum(1 for cell in cells if HAN.search(cell)) * 4 > len(cells)
