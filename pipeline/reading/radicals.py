"""Characters that only look like the ones they stand for.

Browsers that print to PDF map some glyphs back to Kangxi radicals (⼊ for 入, ⾦ for 金) and to the CJK radicals
supplement (⻔ for 门): the page looks right and no search ever finds the word.  Every reader's text passes here.
"""

from __future__ import annotations

import re
import unicodedata

#: CJK radicals supplement → the character whose glyph it is; Unicode gives no decomposition for most of them.
_SUPPLEMENT = dict(
    zip(
        "⺁⺄⺆⺇⺈⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乙冂几刀卜㔾小小兀尣尢尣巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爪爫爿牛犭王疋罒示礻⺮糸纟网罒罓网羊羊羊羋老肀聿肉臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶邑钅長镸长门阜阝雨青韦页风飞食食食饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=False,
    )
)
_ODD = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")


def plain(text: str) -> str:
    """``text`` with radicals and compatibility ideographs replaced by the characters they stand for."""
    if not _ODD.search(text):
        return text
    return _ODD.sub(lambda m: _SUPPLEMENT.get(m[0]) or unicodedata.normalize("NFKC", m[0]), text)
