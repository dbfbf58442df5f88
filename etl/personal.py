"""What in a text points at a person, and how it is hidden: in the warehouse, on the screen, in an example."""

import re

# Of a text whose digits are of one width (see WIDE).
_D, _L, _X = "[0-9]", "[A-Za-zＡ-Ｚａ-ｚ]", "[0-9XxＸｘ]"
_N = "[一二三四五六七八九十百零〇]"
# what numbers are broken up with
_S = (
    "[-\u2010-\u2015\u2212\ufe63－._/·~～*|、,，()（）【】\\s"
    + "\u00a0\u00ad\u2002-\u200f\u202f\u2060\u3000\ufe0f\ufeff]{0,4}"
)
_P = "[-－—·•._/\\s\u3000]{0,2}"
_HAN = "[\u4e00-\u9fff]"
_NUMBERED = f"(?:{_D}+|{_N}+|{_L})"
_MOBILE, _FIXED = rf"1{_S}[3-9](?:{_S}{_D}){{9}}", rf"0{_D}{{2,3}}{_S}(?:{_D}{_S}){{6,7}}{_D}"
_CARD = rf"{_D}{{6}}{_S}(?:{_D}{{8}}|{_D}{{4}}{_S}{_D}{{4}}){_S}{_D}{{3}}{_X}|(?:{_D}{{4}}{_S}){{4}}{_D}{_X}"
_OLD_CARD = rf"{_D}{{6}}{_S}{_D}{{6}}{_S}{_D}{{3}}"
CARD, PHONE = "〔证件〕", "〔电话〕"  # what stands in their place
MASKS = (
    # whole numbers first, so that none begins within another; then those that something is glued to
    (rf"\b(?:{_CARD})\b", CARD),
    (rf"\b(?:(?:00)?86{_S})?{_MOBILE}\b", PHONE),
    (rf"\b{_FIXED}\b", PHONE),
    (rf"\b{_OLD_CARD}\b", CARD),
    (rf"{_CARD}|{_OLD_CARD}", CARD),
    (rf"{_MOBILE}|\b{_L}*{_FIXED}|[一二三四五六七八九零〇幺](?:[-\s]?[一二三四五六七八九零〇幺]){{6,}}", PHONE),
    # number plates, door numbers
    (rf"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]{_P}{_L}{_P}(?:(?:{_D}|{_L}){_P}){{4}}"
     rf"(?:(?:{_D}|{_L}){{1,2}}|[学警挂港澳领试超使])|WJ\s?{_HAN}?{_D}{{4,5}}",
     "〔车牌〕"),
    (rf"(?:{_D}+\s*[-－—]\s*)*(?:{_NUMBERED}\s*(?:号楼|#楼|幢|栋|座|单元)|{_D}+\s*(?:室|号|房)|{_N}{{3,}}\s*(?:室|房)"
     rf"|{_D}+\s*[#＃]\s*{_D}+)(?:[\s,，、-]*(?:{_D}+|{_N}{{3,}})\s*(?:单元|室|号|门|房|楼|层)?)*"
     rf"|\b(?:[0-9]{{1,3}}[-－—–])?[0-9]{{1,2}}[-－—–][0-9]{{3,4}}\b",
     "〔门牌〕"),
    # without the area code; what begins with 20 is a day
    (r"\b(?:[3-8][0-9]{2,3}[- ]?[0-9]{4}|2[1-9][0-9]{1,2}[- ]?[0-9]{4})\b", PHONE),
    (r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "〔邮箱〕"),
)  # fmt: skip
WIDE = "０１２３４５６７８９", "0123456789"
# what a text has in it that any of these may be found in
IS_MASKED = "[0-9０-９楼幢栋座元室房@]|[一二三四五六七八九零〇幺]{3}|[一二三四五六七八九零〇幺][-\\s]"
# A telephone or an identity-card number among other words; what goes on with letters may be a code. Without a word
# before it a telephone with its area code looks as the numbers of many an office do.
_AREA = rf"0(?:10|2{_D}|[3-9]{_D}{{2}}){_S}[2-8](?:{_S}{_D}){{6,7}}"
OF_SOMEBODY = (
    rf"(?:^|[^0-9A-Za-z_-])(?:(?:(?:00)?86{_S})?{_MOBILE}|{_CARD})(?:[^0-9A-Za-z_-]|$)|{_HAN}{_S}{_AREA}(?:[^0-9]|$)"
)
TELEPHONE = f"^{_AREA}$"
HIDDEN = "•••"
HEADERS = re.compile(
    r"姓名|名字|诉求人|来电人|反映人|申请人|联系人|投诉人|居民|户主|当事人|电话|手机|联系方式|号码|身份证|证件"
    r"|住址|地址|门牌|微信|邮箱|车牌|人$|openid|unionid"
    r"|\b(?:(?:first|last|full|caller|reporter|resident|contact|owner|user|customer) name|name$"
    r"|caller|reporter|applicant|operator|assignee|contact$|phone|mobile|tel|address|street|e-?mail|passport|plate)\b",
    re.IGNORECASE,
)
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


def mask(text: str) -> str:
    """A text for the screen: what can be recognised as pointing at a person is replaced."""
    text = text.translate(str.maketrans(*WIDE))
    for pattern, said in MASKS:
        text = re.sub(pattern, said, text, flags=re.ASCII)  # as the engine reads them
    return text


def is_about_people(header: str) -> bool:
    """Whether a column's name says that it is about people."""
    return bool(HEADERS.search(header.replace("_", " ")))


def is_prose(cells: list[str]) -> bool:
    """Whether cells that are no codes hold Chinese words: names look like any others and are found by nobody."""
    return sum(1 for cell in cells if HAN.search(cell)) * 4 > len(cells)
