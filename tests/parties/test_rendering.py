"""Names in other scripts as Latin text: what each script must give, and what no input may do."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.parties.arabic import arabic_skeleton
from carveout.parties.chinese import simplified, syllables, wade_giles
from carveout.parties.japanese import hepburn
from carveout.parties.korean import romanized
from carveout.parties.lexicon import KINDS, lexicon, rows
from carveout.parties.rendering import LONGEST, MOST, renderings, script_of


def texts(name: str) -> list[str]:
    return [rendering.text for rendering in renderings(name)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Дмитрий Щербаков", {"dmitriy shcherbakov", "dmitry shcherbakov", "dmitrii shcherbakov", "dmitrij serbakov"}),
        ("Евгений Пригожин", {"yevgeniy prigozhin", "evgeny prigozhin"}),
        ("Александр Лукашенко", {"aleksandr lukashenko", "alexander lukashenko"}),
        ("Сергій Їжак", {"serhii yizhak"}),
        ("Аляксандр Лукашэнка", {"aliaksandr lukashenka"}),
        ("Ђорђе Љубичић", {"djordje ljubicic"}),
        ("Щърбанов Христо", {"shtarbanov hristo"}),
        ("Хачатур", {"khachatur", "hachatur"}),
    ],
)
def test_cyrillic_by_standard_passport_press_and_language(name: str, expected: set[str]) -> None:
    assert expected <= set(texts(name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("АО «Концерн ВКО «Алмаз-Антей»", "jsc concern aerospace defense almaz antey"),
        ("Объединённая судостроительная корпорация", "united shipbuilding corporation"),
        ("Министерство обороны Российской Федерации", "ministry of defense of the russian federation"),
        ("ООО «НПП «Ромашка»", "llc scientific production enterprise romashka"),
    ],
)
def test_russian_organizations_have_their_ordinary_words_in_english(name: str, expected: str) -> None:
    assert texts(name)[0] == expected


def test_cyrillic_that_lost_its_marks_to_a_fold_reads_the_same() -> None:
    assert "moscow aviation institute" in texts("московскии авиационныи институт")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Γεώργιος Παπανδρέου", {"georgios papandreou", "george papandreou"}),
        ("Ευάγγελος Βενιζέλος", {"evangelos venizelos"}),
        ("Χρυσοχοΐδης", {"chrysochoidis", "hrisohoidis"}),
        ("Μπουτάρης", {"boutaris"}),
    ],
)
def test_greek_by_elot_and_as_spoken(name: str, expected: set[str]) -> None:
    assert expected <= set(texts(name))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("محمد علي", "mohammed ali"),
        ("عبد الرحمن الهاشمي", "abdul rahman al hashemi"),
        ("عبدالله", "abdullah"),
        ("فاطمة الزهراء", "fatima al zahra"),
        ("شركة الفجر للتجارة العامة", "company al fajar general trading"),
        ("قاسم سلیمانی", "qassem soleimani"),
        ("دانشگاه صنعتی مالک اشتر", "university of technology malek ashatar"),
        ("عمران خان", "imran khan"),
    ],
)
def test_arabic_persian_and_urdu_names_have_their_vowels_guessed(name: str, expected: str) -> None:
    assert expected in texts(name)


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("محمد", "Mohamed"),
        ("محمد", "Muhammad"),
        ("عثمان", "Othman"),
        ("عبد الرحمن", "Abdul Rahman"),
        ("عبد الرحمن", "Abdurrahman"),
        ("عبد الله", "Abdullah"),
        ("عبدالله", "Abdallah"),
        ("جمال عبد الناصر", "Gamal Abdel Nasser"),
        ("وليد", "Oualid"),
        ("الحسن", "al-Hassan"),
        ("الحسن", "Alhassan"),
        ("أيمن الظواهري", "Ayman al-Zawahiri"),
        ("شمخانی", "Shamkhani"),
        ("یوسف", "Yusuf"),
        ("إبراهيم", "Ebrahim"),
    ],
)
def test_an_arabic_name_and_its_romanizations_share_a_skeleton(arabic: str, latin: str) -> None:
    assert arabic_skeleton(arabic) == arabic_skeleton(latin) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("محمد", "Mahmoud"[:2]), ("خالد", "Walid"), ("حسن", "Hussam"), ("سعد", "Faisal")]
)
def test_other_names_have_other_skeletons(one: str, other: str) -> None:
    assert arabic_skeleton(one) != arabic_skeleton(other)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("משה כהן", "moshe cohen"),
        ("בנימין נתניהו", "benjamin netanyahu"),
        ("בנק לאומי", "bank leumi"),
        ("יצחק", "isaac"),
    ],
)
def test_hebrew_names_are_known_or_guessed(name: str, expected: str) -> None:
    assert expected in texts(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("深圳市海思半导体有限公司", "shenzhen haisi semiconductor co ltd"),
        ("哈尔滨工业大学", "harbin gongye university"),
        ("哈尔滨工业大学", "harbin industry university"),
        ("北京航空航天大学", "beijing university of aeronautics and astronautics"),
        ("華為技術有限公司", "huawei technology co ltd"),
        ("海光信息技术股份有限公司", "haiguang xinxi jishu gufen youxian gongsi"),
        ("中国电子科技集团公司第三十八研究所", "china electronic technology group corporation 38th research institute"),
        (
            "中国船舶重工集团公司第七〇九研究所",
            "china shipbuilding industry group corporation no 709 research institute",
        ),
        ("云从科技集团股份有限公司", "yuncong technology group co ltd"),
        ("重庆长安汽车股份有限公司", "chongqing changan automobile co ltd"),
    ],
)
def test_chinese_organizations_keep_their_name_and_translate_the_rest(name: str, expected: str) -> None:
    assert expected in texts(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("任正非", {"ren zhengfei", "zhengfei ren", "ren zheng fei", "renzhengfei"}),
        ("单伟建", {"shan weijian"}),
        ("曾毓群", {"zeng yuqun"}),
        ("解振华", {"xie zhenhua"}),
        ("歐陽鋒", {"ouyang feng"}),
        ("蔣經國", {"jiang jingguo", "chiang ching kuo"}),
        ("陳志明", {"chen zhiming", "chan chi ming"}),
        ("金正恩", {"kim jong un"}),
        ("吕建国", {"lu jianguo", "lyu jian guo"}),
    ],
)
def test_chinese_persons_in_both_orders_and_in_older_spellings(name: str, expected: set[str]) -> None:
    assert expected <= set(texts(name))


def test_wade_giles_of_syllables() -> None:
    assert [wade_giles(s) for s in ["xi", "jin", "ping", "zhou", "qian", "guo", "shi", "zhong", "xue", "bei"]] == [
        "hsi", "chin", "ping", "chou", "chien", "kuo", "shih", "chung", "hsueh", "pei",
    ]  # fmt: skip


@pytest.mark.parametrize("digits", ["38", "３８", "٣٨", "꧓꧘", "3꧘"])
def test_the_number_of_an_institute_is_read_in_the_digits_of_any_script(digits: str) -> None:
    assert texts(f"第{digits}研究所") == texts("第38研究所")


def test_traditional_characters_are_the_same_words() -> None:
    assert simplified("華為技術有限公司") == "华为技术有限公司"
    for row in rows("traditional"):
        for pair in row[0].split():
            assert len(pair) == 2
            assert pair[0] != pair[1]
    assert syllables("臺灣") == ("tai", "wan")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("株式会社東芝", "co ltd toshiba"),
        ("三菱重工業株式会社", "mitsubishi heavy industries co ltd"),
        ("山田太郎", "yamada taro"),
        ("すずき いちろう", "suzuki ichiro"),
        ("東京エレクトロン株式会社", "tokyo electron co ltd"),
        ("小泉純一郎", "koizumi junichiro"),
    ],
)
def test_japanese_names(name: str, expected: str) -> None:
    assert expected in texts(name)


def test_hepburn_of_hard_kana() -> None:
    assert [hepburn(kana) for kana in ("シャチョウ", "ヒャッポ", "マッチャ", "ジュン", "ファン", "ウィリアム", "トーキョー")] == [
        "shachou", "hyappo", "matcha", "jun", "fan", "wiriamu", "tookyoo",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("김정은", {"kim jong un", "kim jeong eun"}),
        ("이재명", {"lee jae myung", "ri jae myong"}),
        ("박근혜", {"park keun hye", "pak kun hye"}),
        ("최룡해", {"choe ryong hae"}),
        ("조선광업개발무역회사", {"korea mining development trading corporation"}),
        ("삼성전자 주식회사", {"samsung electronics co ltd"}),
    ],
)
def test_korean_names_south_and_north(name: str, expected: set[str]) -> None:
    assert expected <= set(texts(name))


def test_revised_romanization_changes_sounds_between_syllables() -> None:
    cases = {"신라": "silla", "독립": "dongnip", "백마": "baengma", "한국어": "hangugeo", "설날": "seollal"}
    assert {name: "".join(romanized(name, assimilated=True)) for name in cases} == cases


def test_a_latin_name_is_its_own_rendering() -> None:
    assert texts("Acme GmbH") == ["Acme GmbH"]
    assert texts("Société Générale") == ["Société Générale"]


def test_look_alike_letters_inside_a_latin_word_are_latin() -> None:
    assert texts("Нuаwеi") == ["Huawei"]
    assert renderings("Нuаwеi")[0].script == "latin"


def test_a_second_script_in_a_name_is_read_too() -> None:
    assert all(text.isascii() for text in texts("华为 Россия Ltd"))
    assert "huawei rossiya ltd" in texts("华为 Россия Ltd")


def test_scripts_without_a_reader_are_read_letter_by_letter() -> None:
    assert texts("საქართველო") == ["sakartvelo"]


@given(st.text(max_size=600))
def test_any_text_has_few_short_readings_and_always_the_same(text: str) -> None:
    found = renderings(text)
    assert 1 <= len(found) <= MOST
    assert found == renderings.__wrapped__(text)
    assert all(len(rendering.text) <= 20 * LONGEST for rendering in found)
    assert len({rendering.text for rendering in found}) == len(found)


_ALPHABETS = st.sampled_from(
    ["абвгёжийщъыьэюяіїєљњ", "αβγδεζηυϊωςμπντ", "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآءپچژگ", "אבגדהוזחטיךל", "王李大学有限公司电子第三研究所所与和省市", "アイウカッャュョーガぱ株式会社", "김이박정전자주식회사은행"]
)  # fmt: skip


@given(st.data())
def test_every_script_becomes_latin(data: st.DataObject) -> None:
    name = data.draw(st.text(alphabet=data.draw(_ALPHABETS) + " -.()", min_size=1, max_size=40))
    for rendering in renderings(name):
        assert script_of(rendering.text) == "latin", (name, rendering)


@given(st.text(max_size=200))
def test_a_skeleton_is_short_and_never_fails(text: str) -> None:
    assert len(arabic_skeleton(text)) <= 2 * 400 + 200


@pytest.mark.parametrize("hostile", ["研" * 10**6, "ا" * 10**6, "ж" * 10**6, "第" + "三" * 10**6, "\u202e" * 10**6 + "华", "가" * 10**6, "ッ" * 10**6])  # fmt: skip
def test_a_name_of_a_million_characters_is_cut_and_costs_little(hostile: str) -> None:
    renderings("研究所")  # the tables are read once
    started = time.process_time()
    found = renderings.__wrapped__(hostile)
    assert 1 <= len(found) <= MOST
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2066", "\u00ad", "\ufeff", "\x00"])
def test_what_nobody_sees_changes_nothing_but_a_control_character_parts_words(hidden: str) -> None:
    plain = texts("深圳海思半导体")
    if hidden == "\x00":
        assert texts(f"{hidden}深圳海思半导体{hidden}") == plain
    else:
        assert texts(f"深圳{hidden}海思{hidden}半导体") == plain


@pytest.mark.parametrize("language", ["chinese", "japanese", "korean", "russian", "arabic"])
def test_the_tables_of_words_are_sound(language: str) -> None:
    held: set[str] = set()
    for row in rows(language):
        assert len(row) in {3, 4}, row
        assert row[1] in KINDS, row
        assert row[2].replace("|", " ").isascii(), row
        for spelling in row[0].split("|"):
            assert spelling not in held, spelling
            held.add(spelling)
    assert len(held) >= 200
    assert lexicon(language).longest < 80


def test_a_letter_that_no_reader_knows_is_read_letter_by_letter() -> None:
    assert renderings("\u31ff\u08d7\uff74")
