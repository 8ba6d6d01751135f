"""Law that cannot be loaded: every file of ``tests/bad`` is refused, with exactly the messages it names.

A bad file begins with comments: ``expects:`` a message as the loader writes it, one comment a message, and
``as:`` the place it takes in the small good corpus below (pages take ``ear/<name>.md`` unless they say otherwise).
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import carveout.law
from carveout.law.condition import Refused
from carveout.law.corpus import load
from carveout.law.dates import BadDate
from carveout.law.error import Fault, LawError
from carveout.law.table import Misfit

GOOD = {
    "instruments.toml": """\
["84-FR-1"]
title = "The first rule"
citation = "84 FR 1"
published = 2019-05-21
effective = 2019-05-16

["84-FR-2"]
title = "The second rule"
citation = "84 FR 2"
document = "2019-2"
filed = 2019-08-19
published = 2019-08-21
effective = 2019-08-19
evidence = "primary"
""",
    "corpus.toml": """\
covers_from = 2019-01-01
reviewed_through = 2026-07-31

[regime.ear]
title = "Export Administration Regulations"
addressee = "exporter"
act = "export"
scope = "one requirement"
subject = "subject_to_ear"

[[not_encoded]]
id = "other"
title = "Everything else"
when = "origin = 'foreign'"

[[line]]
title = "the permit"
provisions = ["ear/permit"]
from = 2019-05-16

[[line.gap]]
from = 2019-05-16
through = 2019-05-19
reason = "the permit came later"
""",
    "sets/countries.toml": """\
["E:1"]
title = "Country Group E:1"

[["E:1".held]]
from = 2019-01-01
through = 2021-01-13
members = ["IR", "SD"]
instrument = "84-FR-1"
evidence = "secondary"
""",
    "lists/list.toml": """\
[list]
id = "EL"
title = "Entity List"
vintage = 2026-07-31
complete = false
covers = "one entry"

[[entry]]
id = "el/somebody-cn"
name = "Somebody"
country = "CN"
group = "huawei"
aliases = ["Some"]
listed = [{from = 2019-05-16, instrument = "84-FR-1", citation = "84 FR 1", evidence = "secondary"}]
footnote.1 = [{from = 2019-08-19, instrument = "84-FR-2"}]
review_policy = [{policy = "presumption_of_denial", from = 2019-05-16, instrument = "84-FR-1"}]
""",
    "ear/rule.md": """\
# 744.1: the requirement

```toml
kind = "requirement"
instrument = "84-FR-1"
from = 2019-05-16
evidence = "secondary"
reviewed_through = 2026-07-31
[when]
"subject to the EAR" = "subject_to_ear"
"not published" = {sql = "NOT published", narrow = "NOT published", wide = "direction = 'export'"}
```

Cases
| case | on | facts | outcome | until |
|---|---|---|---|---|
| a sale | 2019-06-01 | direction=export; published=false | license_required | |
| a published one | 2019-06-01 | but published=true | not_subject..no_license_required | |
""",
    "ear/scope.md": """\
# 734.3: subject to the EAR

```toml
kind = "definition"
defines = "subject_to_ear"
instrument = "84-FR-1"
from = 2019-01-01
evidence = "secondary"
[when]
"a controlled act" = "controlled_act"
```
""",
    "ear/act.md": """\
# 734.13: an act that is controlled

```toml
kind = "definition"
defines = "controlled_act"
instrument = "84-FR-1"
from = 2019-01-01
evidence = "secondary"
[when]
"an export" = "direction = 'export'"
```
""",
    "ear/permit.md": """\
# 744.2: the permit

```toml
kind = "authorization"
lifts = ["ear/rule"]
instrument = "84-FR-1"
from = 2019-05-20
through = 2019-08-19
evidence = "secondary"
untranslatable = "Is it needed?"
[when]
"before the day" = "contract_date <= DATE '2019-05-16' - INTERVAL '1' DAY"
```
```toml
instrument = "84-FR-2"
from = {narrow = 2019-08-20, wide = 2019-08-19}
evidence = "primary"
repeals = true
```
""",
    "scenarios/report.md": """\
# A reported extension

```toml
probability = 0.5
```
```toml
scenario = "report"
provision = ["ear/permit"]
from = 2019-08-20
evidence = "unverified"
```
""",
    "scenarios/report.toml": """\
[[entry]]
id = "el/somebody-cn"
listed = [{from = 2019-08-20, change = "removed"}]

[[entry]]
id = "el/somebody-else-de"
name = "Somebody Else"
country = "DE"
group = "other"
listed = [{from = {narrow = 2019-09-01, wide = 2019-08-20}, through = 2019-12-31, evidence = "unverified"}]
footnote.1 = [{from = 2019-08-20}]
review_policy = [{policy = "presumption_of_denial", from = 2019-08-20}]
""",
}

BAD = Path(__file__).parent.parent / "bad"
FILES = sorted(path.name for path in BAD.iterdir())
SAYS = re.compile(r"^(?:<!--|#) (expects|as): (.*?)(?: -->)?$", re.MULTILINE)


def bad(name: str) -> tuple[str, str, list[str]]:
    """The place a bad file takes, its text, and the messages it expects."""
    text = (BAD / name).read_text(encoding="utf-8")
    place, expected = f"ear/{name}", []
    for word, said in SAYS.findall(text):
        if word == "as":
            place = said
        else:
            expected.append(said)
    return place, text, expected


def refusal(sources: dict[str, str]) -> list[str]:
    """The messages with which a corpus is refused; none when it loads."""
    try:
        load(sources)
    except LawError as error:
        return str(error).splitlines()
    return []


def read(sources: dict[str, str]) -> None:
    """Load and fold a corpus, or be told by a LawError why not."""
    try:
        corpus = load(sources)
    except LawError:
        return
    corpus.view(scenarios=corpus.scenarios)
    corpus.view(known=date(2019, 8, 20))


def test_the_good_corpus_loads() -> None:
    assert refusal(GOOD) == []


@pytest.mark.parametrize("name", FILES)
def test_bad_law_is_refused_with_exactly_the_message_it_names(name: str) -> None:
    place, text, expected = bad(name)
    assert expected, f"{name} names no message"
    assert refusal({**GOOD, place: text}) == expected


@pytest.mark.parametrize("name", FILES)
def test_every_message_names_its_file_and_line_what_is_wrong_and_what_would_be_right(name: str) -> None:
    place, text, _ = bad(name)
    with pytest.raises(LawError) as refused:
        load({**GOOD, place: text})
    for fault in refused.value.faults:
        assert fault.file in {**GOOD, place: text}
        assert 1 <= fault.line <= len(text.splitlines())
        assert fault.wrong
        assert fault.right


def _places_that_refuse() -> Iterator[tuple[str, int, int, str]]:
    """Every call in the loader that makes a fault: module, first and last line, and the call as written."""
    for path in sorted(Path(carveout.law.__path__[0]).glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            called = node.func if isinstance(node, ast.Call) else None
            word = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if word in ("Fault", "fault", "Refused", "BadDate", "Misfit"):
                assert isinstance(node, ast.Call)
                written = " ".join((ast.get_source_segment(text, node) or "").split())
                yield path.name, node.lineno, node.end_lineno or node.lineno, written


ELSEWHERE = (
    "not UTF-8",  # test_a_file_that_is_not_utf8_is_named_with_its_line
    "the corpus holds no files",  # test_a_corpus_of_no_files_and_a_folder_that_is_not_there_are_refused
    "there is no such folder",  # the same
    "nested too deep",  # test_an_expression_nested_too_deep_is_refused
    "{name} is {value!r}",  # the shape of a table keeps such dates out before they are read
    "Fault(str(path), 1, wrong, right)",  # tests/law/test_overlay.py
    "Fault(shown.get(f.file, f.file)",  # the same
)


def test_every_place_in_the_loader_that_refuses_law_is_shown_by_a_bad_file(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: set[tuple[str, int]] = set()

    def watched(made: Any) -> None:
        before = made.__init__

        def init(self: Any, *args: Any) -> None:
            frame: FrameType | None = sys._getframe(1)
            while frame and Path(frame.f_code.co_filename).parent.name == "law":
                reached.add((Path(frame.f_code.co_filename).name, frame.f_lineno))
                frame = frame.f_back
            before(self, *args)

        monkeypatch.setattr(made, "__init__", init)

    for made in (Fault, Refused, BadDate, Misfit):
        watched(made)
    for name in FILES:
        place, text, _ = bad(name)
        refusal({**GOOD, place: text})
    never = [
        f"{module}:{first}: {written}"
        for module, first, last, written in _places_that_refuse()
        if not any(file == module and first <= line <= last for file, line in reached)
        and not any(word in written for word in ELSEWHERE)
    ]
    assert never == []


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    for name, text in GOOD.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert load(tmp_path).hash == load(GOOD).hash
    (tmp_path / "ear" / "latin.md").write_bytes(b"# 744.3: r\n\nl\xe9gal\n")
    with pytest.raises(LawError) as refused:
        load(tmp_path)
    assert str(refused.value) == "ear/latin.md:3: not UTF-8; save the file as UTF-8"


def test_a_corpus_of_no_files_and_a_folder_that_is_not_there_are_refused(tmp_path: Path) -> None:
    assert refusal({}) == ["corpus.toml:1: the corpus holds no files; it has at least instruments.toml and corpus.toml"]
    with pytest.raises(LawError, match=r"corpus\.toml:1: the corpus holds no files"):
        load(tmp_path)
    with pytest.raises(LawError, match="nowhere:1: there is no such folder; name the folder of a corpus"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("sql", ["(" * 400 + "published" + ")" * 400, " AND ".join(["published"] * 3000)])
def test_an_expression_nested_too_deep_is_refused(sql: str) -> None:
    page = GOOD["ear/scope.md"].replace('"controlled_act"', json.dumps(sql))
    assert refusal({**GOOD, "ear/scope.md": page}) == [
        "ear/scope.md:10: condition 'a controlled act': the expression is nested too deep; "
        "write several conditions, or a list"
    ]


def test_several_faults_come_together_in_file_order() -> None:
    rule = GOOD["ear/rule.md"].replace("subject_to_ear", "subject_to_err")
    permit = GOOD["ear/permit.md"].replace("ear/rule", "ear/role").replace("contract_date", "contrakt_date")
    assert refusal({**GOOD, "ear/rule.md": rule, "ear/permit.md": permit}) == [
        "ear/permit.md:12: condition 'before the day': unknown fact 'contrakt_date'; did you mean contract_date?",
        "ear/rule.md:10: condition 'subject to the EAR': unknown fact 'subject_to_err'; did you mean subject_to_ear?",
    ]


def test_a_fault_of_a_block_that_names_several_provisions_is_told_once() -> None:
    page = GOOD["scenarios/report.md"].replace('["ear/permit"]', '["ear/permit", "ear/rule"]')
    page = page.replace('evidence = "unverified"', 'evidence = "unverified"\n[when]\n"c" = "publisht"')
    assert refusal({**GOOD, "scenarios/report.md": page}) == [
        "scenarios/report.md:12: condition 'c': unknown fact 'publisht'; did you mean published?"
    ]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("```toml", "```"), ("``` toml", "```"), ("```TOML", "``` "), ("  ```toml", "  ```"), ("~~~toml", "~~~")],
)
def test_a_block_is_read_however_its_fence_is_written(opening: str, closing: str) -> None:
    page = GOOD["ear/permit.md"].replace("```toml\ninstrument", f"{opening}\ninstrument")
    page = page.removesuffix("```\n") + closing + "\n"
    assert len(load({**GOOD, "ear/permit.md": page}).provisions["ear/permit"].assertions) == 2


def test_a_condition_with_both_readings_needs_no_sql_of_its_own() -> None:
    both = '{narrow = "NOT published", wide = "direction = \'export\'"}'
    page = GOOD["ear/rule.md"].replace('{sql = "NOT published", ', "{")
    assert both in page
    [assertion] = load({**GOOD, "ear/rule.md": page}).provisions["ear/rule"].assertions
    assert assertion.text == load(GOOD).provisions["ear/rule"].assertions[0].text


@pytest.mark.parametrize("until", ["", "open", "2019-08-18"])
def test_a_case_says_until_when_by_a_day_or_open_or_not_at_all(until: str) -> None:
    page = GOOD["ear/rule.md"].replace("| license_required | |", f"| license_required | {until} |")
    assert load({**GOOD, "ear/rule.md": page}).provisions["ear/rule"].cases[0].until == until


def test_a_fault_in_the_instruments_is_told_once_and_not_again_by_every_page_that_names_them() -> None:
    text = GOOD["instruments.toml"].replace("published = 2019-05-21\n", "")
    assert refusal({**GOOD, "instruments.toml": text}) == [
        "instruments.toml:1: instrument 84-FR-1: lacks published; every table like it has title, citation, published, effective"
    ]


def _toml(value: Any) -> str:
    """A value on one line, as TOML writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return value.isoformat() if isinstance(value, (date, time)) else json.dumps(value)


def _document(table: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {_toml(value)}\n" for key, value in table.items())


STRANGE: list[Any] = [
    5, -1.5, "x", "", True, [], {}, [5], ["x"], [[]], [{}], {"x": 1}, {"x": []}, {"narrow": 5, "wide": 6},
    date(2018, 1, 1), date.max, date.min, datetime(2019, 1, 1), time(1, 2), [date(2019, 1, 1)],
]  # fmt: skip


def _replaced(value: Any) -> Iterator[Any]:
    """The value with any one part of it, itself included, replaced by something strange, or left out."""
    yield from STRANGE
    if isinstance(value, dict):
        for key, item in value.items():
            yield {k: v for k, v in value.items() if k != key}
            yield from ({**value, key: new} for new in _replaced(item))
        yield from ({**value, "strange": new} for new in STRANGE)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from ([*value[:place], new, *value[place + 1 :]] for new in _replaced(item))


def _blocks(page: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_no_strange_value_anywhere_escapes_as_a_python_error(name: str) -> None:
    """Load, or LawError: whatever a key holds, and whichever key is missing."""
    text = GOOD[name]
    for block in _blocks(text) if name.endswith(".md") else [text]:
        for changed in _replaced(tomllib.loads(block)):
            if isinstance(changed, dict):
                read({**GOOD, name: text.replace(block, _document(changed))})


PIECES = [
    "```toml",
    "```",
    "[when]",
    "[[entry]]",
    "=",
    '"',
    "'",
    "[",
    "]",
    "|",
    "#",
    "\n",
    "{",
    "2019-13-01",
    "\x00",
    "é",
]


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_no_garbled_file_escapes_as_a_python_error(name: str, data: st.DataObject) -> None:
    text = GOOD[name]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + data.draw(st.sampled_from(["", *PIECES])) + text[end:]
    read({**GOOD, name: text})
