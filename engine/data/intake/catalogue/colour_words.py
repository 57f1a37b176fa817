"""Words for colours in titles, by language; the first of each is the name that a column of colours gets."""

LANGUAGES = ("en", "de", "fr", "es", "zh")


def _german(stem: str) -> str:
    return " ".join([stem, *(stem + end for end in ("e", "er", "es", "en", "em"))])


# One row a colour: English, German, French, Spanish, Chinese. Words that mean a thing more often (rose, lime, 米, 金)
# are left out; "orange", "gold" and the like are in, since the share of titles and a yes come before their use.
_ROWS = (
    ("red", _german("rot"), "rouge rouges", "rojo roja rojos rojas", "红色 大红 酒红色"),
    ("blue", _german("blau"), "bleu bleue bleus bleues", "azul azules", "蓝色 天蓝色 深蓝色 浅蓝色"),
    ("green", _german("grün"), "vert verte verts vertes", "verde verdes", "绿色 墨绿色 浅绿色"),
    ("black", _german("schwarz"), "noir noire noirs noires", "negro negra negros negras", "黑色"),
    ("white", f"{_german('weiß')} {_german('weiss')}", "blanc blanche blancs blanches",
     "blanco blanca blancos blancas", "白色 纯白"),
    ("grey gray", _german("grau"), "gris grise grises", "gris grises", "灰色 深灰色 浅灰色"),
    ("yellow", _german("gelb"), "jaune jaunes", "amarillo amarilla amarillos amarillas", "黄色"),
    ("orange", "orange orangefarben orangefarbene", "orange", "naranja naranjas", "橙色 橘色"),
    ("pink", "rosa pink", "rose", "rosa", "粉色 粉红色"),
    ("purple violet", "lila violett violette violetter violettes", "violet violette violets violettes",
     "morado morada violeta", "紫色"),
    ("brown", _german("braun"), "marron marrons brun brune", "marrón marrones", "棕色 褐色 咖啡色"),
    ("beige", "beige beiger beiges", "beige beiges", "beige beis", "米色 杏色"),
    ("navy", "marineblau dunkelblau", "marine", "marino", "藏青色 海军蓝"),
    ("gold golden", "gold goldene goldener goldenes", "doré dorée", "dorado dorada", "金色"),
    ("silver", "silber silberne silberner silbernes", "argenté argentée", "plateado plateada", "银色"),
    ("cream ivory", "creme cremefarben elfenbein", "crème écru ivoire", "crema marfil", "奶油色 象牙白"),
    ("turquoise teal", "türkis petrol", "turquoise", "turquesa", "青色 湖蓝色"),
    ("burgundy maroon", "bordeaux weinrot", "bordeaux", "burdeos granate", "酒红"),
    ("khaki olive", "khaki oliv olivgrün", "kaki olive", "caqui oliva", "卡其色 军绿色 橄榄绿"),
)  # fmt: skip

# {language: {word: name}}
COLOUR_WORDS: dict[str, dict[str, str]] = {
    language: {word: row[number].split()[0] for row in _ROWS for word in row[number].split()}
    for number, language in enumerate(LANGUAGES)
}
