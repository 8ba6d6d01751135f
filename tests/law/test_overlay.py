"""Scenarios of a user: read from where they stand, linted like the law, refused with the user's own file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from carveout.law.corpus import bundled, bundled_with
from carveout.law.error import LawError, UnknownName
from carveout.law.overlay import bundled_over

PAGE = """# The license is prolonged

```toml
probability = 0.4
```
```toml
scenario = "{name}"
provision = ["ear/744.supp7/c1"]
from = 2019-11-19
through = 2019-12-31
evidence = "inferred"
```
"""


def page(folder: Path, name: str = "mine", *, old: str = "", new: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.md"
    path.write_text(PAGE.format(name=name).replace(old, new), encoding="utf-8")
    return path


def refusal(*scenarios: Path | str) -> str:
    with pytest.raises(LawError) as refused:
        bundled_over(map(str, scenarios))
    return str(refused.value)


def test_names_alone_are_the_bundled_law() -> None:
    corpus, names = bundled_over(["six-months-2019-11", "repealed-devices"])
    assert corpus is bundled()
    assert names == ("six-months-2019-11", "repealed-devices")


def test_a_page_is_laid_over_the_law_under_the_name_of_its_file(tmp_path: Path) -> None:
    corpus, names = bundled_over(["two-weeks-2019-11", str(page(tmp_path))])
    assert names == ("two-weeks-2019-11", "mine")
    assert corpus.scenarios["mine"].probability == 0.4
    assert corpus.hash != bundled().hash
    known = date(2019, 11, 17)
    stretches = corpus.view(known=known, scenarios=names).provisions["ear/744.supp7/c1"].stretches
    assert stretches[-1].end == date(2020, 1, 1)
    assert corpus.view(known=known).provisions == bundled().view(known=known).provisions


def test_the_same_files_are_the_same_law_however_they_are_named(tmp_path: Path) -> None:
    one, two = page(tmp_path, "one"), page(tmp_path, "two")
    first, _ = bundled_over([str(one), str(two)])
    again, _ = bundled_over([str(two), str(one), str(tmp_path / "." / "one.md")])
    assert again is first
    assert bundled_with(first.added) is first


def test_list_entries_stand_beside_the_page(tmp_path: Path) -> None:
    path = tmp_path / "freed.md"
    path.write_text("# One company is removed\n", encoding="utf-8")
    entry = '[[entry]]\nid = "el/huawei-italia-it"\nlisted = [{change = "removed", from = 2027-01-01}]\n'
    path.with_suffix(".toml").write_text(entry, encoding="utf-8")
    corpus, names = bundled_over([str(path)])
    assert corpus.view(scenarios=names).entries["el/huawei-italia-it"].through == date(2026, 12, 31)
    path.with_suffix(".toml").write_text(entry.replace("italia", "itelia"), encoding="utf-8")
    assert refusal(path) == (
        f"{tmp_path}/freed.toml:2: entry el/huawei-itelia-it: is not held, and lacks name, country; "
        "did you mean el/huawei-italia-it?"
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("744.supp7/c1", "744.supp7/c9", 8, "no provision 'ear/744.supp7/c9'; did you mean ear/744.supp7/c"),
        ("from = 2019-11-19", "from = '2019-11-19'", 9, "from is '2019-11-19'; write a day"),
        ('evidence = "inferred"', 'evidence = "press"', 11, "evidence 'press' is no grade; one of primary"),
        ('scenario = "mine"', 'scenario = "other"', 7, "the block belongs to scenario 'other'"),
        ("through = 2019-12-31", "repeal = true", 10, "unknown key repeal; known are"),
        ("probability = 0.4", "probability = 40", 4, "probability is 40; write a number from 0 to 1"),
        ("probability = 0.4", "probability =", 4, "not TOML"),
    ],
)
def test_a_fault_names_the_file_of_the_user_and_its_line(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    path = page(tmp_path, old=old, new=new)
    assert refusal(path).startswith(f"{path}:{line}: {told}")


def test_a_page_that_says_nothing_is_told_where_to_say_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_text("# Nothing\n", encoding="utf-8")
    assert refusal(path) == (
        f"{path}:1: the scenario says nothing of the law; add a ```toml block per provision, or list entries in "
        f"{path.with_suffix('.toml')}"
    )


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.md") == (
        f"{tmp_path}/none.md:1: no such file or directory; name a page that is there, or a scenario of the law"
    )
    (tmp_path / "latin.md").write_bytes(b"# Pr\xe9vision\n")
    assert refusal(tmp_path / "latin.md") == f"{tmp_path}/latin.md:1: not UTF-8; save the file as UTF-8"
    assert "a scenario is a page; name" in refusal(tmp_path / "mine.toml")
    assert "no name of a scenario" in refusal(page(tmp_path, "two words"))


def test_a_name_stands_for_one_scenario(tmp_path: Path) -> None:
    path = page(tmp_path, "two-weeks-2019-11")
    assert refusal(path) == (f"{path}:1: the law comes with a scenario 'two-weeks-2019-11'; give the file another name")
    one, other = page(tmp_path), page(tmp_path / "other")
    assert refusal(one, other) == f"{other}:1: {one} has the same name; give one of the two files another name"


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no scenario 'two-weeks'; did you mean two-weeks-2019-11\? \(a page of"):
        bundled_over(["two-weeks"])


def test_the_page_that_the_readme_shows_is_a_scenario(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    path = tmp_path / "until-new-year.md"
    path.write_text(readme.split("````\n")[1], encoding="utf-8")
    corpus, names = bundled_over([str(path)])
    assert names == ("until-new-year",)
    assert corpus.scenarios["until-new-year"].probability == 0.4
    assert corpus.scenarios["until-new-year"].first_day == date(2019, 11, 19)
