"""The calendar of lapses: what it says, that it is well formed, and that a calendar program takes it."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from carveout.book.error import BookError
from carveout.law.corpus import bundled
from carveout.papers.calendar import Lapse, calendar_text, write_calendar
from tests.calendars import refusals
from tests.conftest import absent

WRITTEN = datetime(2019, 11, 10, 14, 30, tzinfo=UTC)
HEADINGS = {
    "ear/744.supp7/c1": "744 Supp. 7 (c)(1): continued operation of existing networks and equipment",
    "ear/744.supp7/c2": "744 Supp. 7 (c)(2): support of existing consumer devices",
    "ear/744.16/b": "15 CFR 744.16(b): no license exceptions toward a listed party",
    "ear/744.11/entity-list": "15 CFR 744.11: license requirement for parties on the Entity List",
    "ear/744.11/affiliates": "15 CFR 744.11: companies, owned; by listed parties",
}
TGL = Lapse(
    date(2019, 11, 19), ("ear/744.supp7/c1", "ear/744.supp7/c2"), 0, 12, 0, {"USD": 1234567.5, "": 7}, ("T-1", "华为;技术,有限\\公司")
)  # fmt: skip

NAMES = st.text(st.characters(codec=None), max_size=120)
LAPSES = st.lists(
    st.builds(
        lambda day, causes, counts, values, ids: Lapse(day, tuple(causes), *counts, values, tuple(ids[: sum(counts)])),
        st.dates(),
        st.lists(st.sampled_from(sorted(HEADINGS)) | NAMES, max_size=5, unique=True),
        st.tuples(*[st.integers(0, 2000)] * 3).filter(any),
        st.dictionaries(st.sampled_from(["", "USD", "EUR", "CNY"]), st.floats(-1e12, 1e12), max_size=3),
        st.lists(NAMES, max_size=25),
    ),
    min_size=1, max_size=4, unique_by=lambda lapse: lapse.day,
)  # fmt: skip


def read(text: bytes) -> list[icalendar.Component]:
    return icalendar.Calendar.from_ical(text).walk("VEVENT")


def said(lapse: Lapse) -> icalendar.Component:
    return read(calendar_text("book.csv", [lapse], HEADINGS, written=WRITTEN))[0]


def test_an_event_says_what_changes_why_and_for_which_rows() -> None:
    event = said(TGL)
    assert event["SUMMARY"] == "12 rows need a license or are prohibited from today: 744 Supp. 7 (c)(1), (c)(2)"
    assert event["DESCRIPTION"] == (
        "book.csv, from 2019-11-19, with all that the corpus holds:\n"
        "12 rows: a license is needed or the act is prohibited\n"
        "\n"
        "Causes:\n"
        "744 Supp. 7 (c)(1): continued operation of existing networks and equipment\n"
        "744 Supp. 7 (c)(2): support of existing consumer devices\n"
        "\n"
        "Value of these rows:\n"
        "no currency named 7.00\n"
        "USD 1,234,567.50\n"
        "\n"
        "Rows:\n"
        "T-1, 华为;技术,有限\\公司 and 10 more\n"
        "\n"
        "Determine these rows again before you act: the law may have changed since.\n"
        "Not legal advice; liability is strict; regimes of other countries are out of scope."
    )
    assert event["DTSTART"].dt == date(2019, 11, 19)
    assert event["DTEND"].dt == date(2019, 11, 20)
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["CATEGORIES"].cats == ["Trade controls"]
    assert event["DTSTAMP"].dt == WRITTEN


@pytest.mark.parametrize(
    ("barred", "freed", "other", "summary"),
    [
        (1, 0, 0, "1 row needs a license or is prohibited from today"),
        (0, 1, 0, "1 row becomes free from today"),
        (0, 0, 1, "1 row changes otherwise from today"),
        (1200, 3, 1, "1,200 rows need a license or are prohibited, 3 become free, 1 changes otherwise from today"),
        (0, 11, 11, "11 rows become free, 11 change otherwise from today"),
    ],
)
def test_a_summary_counts_what_is_barred_first(barred: int, freed: int, other: int, summary: str) -> None:
    assert said(replace(TGL, causes=(), barred=barred, freed=freed, other=other, ids=()))["SUMMARY"] == summary


@pytest.mark.parametrize(
    ("causes", "cited"),
    [
        (("ear/744.11/entity-list", "ear/744.11/affiliates"), ": 15 CFR 744.11"),
        (("ear/744.supp7/c1", "ear/744.16/b", "ear/744.supp7/c2"), ": 744 Supp. 7 (c)(1), 15 CFR 744.16(b), 744 Supp. 7 (c)(2)"),
        (("ear/new", "ear/744.16/b", "ear/744.11/affiliates", "ear/744.supp7/c2"), ": ear/new, 15 CFR 744.16(b), 15 CFR 744.11 and 1 more"),
    ],
)  # fmt: skip
def test_a_summary_cites_briefly(causes: tuple[str, ...], cited: str) -> None:
    assert said(replace(TGL, causes=causes))["SUMMARY"].endswith(f"from today{cited}")


def test_a_change_that_no_provision_explains_says_so() -> None:
    assert "The change was not traced to a provision." in said(replace(TGL, causes=()))["DESCRIPTION"]


def test_the_headings_of_the_corpus_fit() -> None:
    headings = {p.id: f"{p.citation}: {p.title}" for p in bundled().provisions.values()}
    event = read(calendar_text("book.csv", [TGL], headings, written=WRITTEN))[0]
    assert event["SUMMARY"].endswith("from today: 744 Supp. 7 (c)(1), (c)(2)")


def test_known_and_scenarios_are_said_and_a_scenario_is_never_shown_as_law() -> None:
    text = calendar_text("b", [TGL], HEADINGS, known=date(2019, 11, 10), scenarios=["six-more"], written=WRITTEN)
    event = read(text)[0]
    assert "as known on 2019-11-10" in event["DESCRIPTION"]
    assert "Under the scenario six-more, which is not law." in event["DESCRIPTION"]
    assert event["SUMMARY"].endswith("(scenario six-more: not law)")
    assert all("not law" in alarm["DESCRIPTION"] for alarm in event.walk("VALARM"))
    assert icalendar.Calendar.from_ical(text)["X-WR-CALNAME"] == "Lapses of b (scenario six-more: not law)"
    assert event["UID"] != read(calendar_text("b", [TGL], HEADINGS, written=WRITTEN))[0]["UID"]


def test_alarms_ring_at_nine_in_the_morning_a_month_a_week_and_a_day_before() -> None:
    event = said(TGL)
    start = datetime(2019, 11, 19)
    rung = [start + alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
    assert rung == [datetime(2019, 10, 20, 9), datetime(2019, 11, 12, 9), datetime(2019, 11, 18, 9)]
    assert [str(alarm["DESCRIPTION"]) for alarm in event.walk("VALARM")] == [
        f"12 rows need a license or are prohibited {when}: 744 Supp. 7 (c)(1), (c)(2)"
        for when in ("in 30 days", "in 7 days", "from tomorrow")
    ]
    assert {str(a["ACTION"]) for a in event.walk("VALARM")} == {"DISPLAY"}


def test_a_later_calendar_renews_the_events_of_an_earlier_one() -> None:
    early = said(TGL)
    later = read(
        calendar_text(
            "book.csv", [replace(TGL, causes=TGL.causes[::-1], barred=11)], {}, known=date(2019, 11, 11),
            written=WRITTEN + timedelta(hours=1),
        )
    )[0]  # fmt: skip
    assert later["UID"] == early["UID"]
    assert later["SEQUENCE"] > early["SEQUENCE"]
    assert later["DTSTAMP"].dt > early["DTSTAMP"].dt


def test_another_book_day_or_cause_is_another_event() -> None:
    others = [replace(TGL, day=date(2019, 11, 20)), replace(TGL, causes=("ear/744.16/b",)), TGL]
    uids = {said(lapse)["UID"] for lapse in others} | {read(calendar_text("other.csv", [TGL], {}))[0]["UID"]}
    assert len(uids) == 4


@given(LAPSES, NAMES)
def test_whatever_is_said_folds_at_75_octets_and_reads_back(lapses: list[Lapse], book: str) -> None:
    text = calendar_text(book, lapses, HEADINGS, written=WRITTEN)
    assert text.endswith(b"END:VCALENDAR\r\n")
    for line in text.split(b"\r\n"):
        assert len(line) <= 75
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line)
        line.decode()  # no character is cut in two
    assert text.count(b"BEGIN:VEVENT\r\n") == len(lapses)
    events = IcsCalendarStream.calendar_from_ics(text.decode()).events
    assert [event.dtstart for event in events] == sorted(lapse.day for lapse in lapses)
    for event, lapse in zip(events, sorted(lapses, key=lambda lapse: lapse.day), strict=True):
        for name in lapse.ids[:20]:
            if name.isprintable() and len(name) <= 80:
                assert name in (event.description or "")


@pytest.mark.parametrize("name", ["a\\Nb", "a\\nb", "\\", "\\\\", ";,\\;\\,", "北京,华为;\\N", "\tx"])
def test_escapes_read_back(name: str) -> None:
    text = calendar_text(name, [replace(TGL, ids=(name,))], {}, written=WRITTEN).decode()
    assert f"Rows:\n{name} and 11 more" in (IcsCalendarStream.calendar_from_ics(text).events[0].description or "")
    assert f"Rows:\n{name} and 11 more" in next(vobject.readComponents(text)).vevent.description.value


@given(LAPSES, NAMES)
def test_two_other_readers_find_nothing_wrong(lapses: list[Lapse], book: str) -> None:
    assert refusals(calendar_text(book, lapses, HEADINGS, written=WRITTEN)) == []


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        (rb"UID:.*\r\n", b""),
        (rb"DTSTAMP:.*\r\n", b""),
        (rb"PRODID:.*\r\n", b""),
        (rb"ACTION:DISPLAY\r\n", b""),
        (rb"TRIGGER:-PT15H\r\n", b""),
        (rb"TRIGGER:-PT15H", b"TRIGGER:nine"),
        (rb"DTSTART;VALUE=DATE:20191119", b"DTSTART;VALUE=DATE:2019-11-19"),
        (rb"DTEND;VALUE=DATE:20191120", b"DTEND:20191120T090000Z"),
        (rb"SEQUENCE:\d+", b"SEQUENCE:later"),
        (rb"SUMMARY:", b"SUMMARY:one\r\nSUMMARY:"),
        (rb"END:VEVENT\r\n", b""),
        (rb"\r\n ", b"\r\n"),
    ],
)
def test_the_readers_refuse_what_is_broken(sound: bytes, broken: bytes) -> None:
    text = calendar_text("book.csv", [TGL], HEADINGS, written=WRITTEN)
    assert refusals(text) == []
    changed = re.sub(sound, broken, text, count=1)
    assert changed != text
    assert refusals(changed)


def test_the_calendar_names_its_version_and_book() -> None:
    text = calendar_text("华为, 2019; \\n.csv", [TGL], {}, written=WRITTEN)
    calendar = icalendar.Calendar.from_ical(text)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"].startswith("-//Carveout//")
    # A library that does not know the property hands it back as it was written, escapes and all.
    assert b"\r\nX-WR-CALNAME:Lapses of " + "华为\\, 2019\\; \\\\n.csv".encode() + b"\r\n" in text


def test_a_name_cannot_add_lines_of_its_own() -> None:
    hostile = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:other\rATTACH:y\u2028z\x00"
    text = calendar_text(hostile, [replace(TGL, ids=(hostile,), causes=(hostile,))], {}, written=WRITTEN)
    assert len(read(text)) == 1
    assert b"\nATTACH" not in text
    assert b"\nUID:other" not in text
    assert refusals(text) == []


def test_the_last_day_of_all_has_no_day_after() -> None:
    assert "DTEND" not in said(replace(TGL, day=date.max))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"barred": 0, "ids": ()}, "has no row; leave out days"),
        ({"other": -1}, "fewer than no rows"),
        ({"barred": 1}, "names 2 rows and counts 1"),
    ],
)
def test_a_lapse_that_cannot_be_is_refused(change: dict[str, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(TGL, **change)


def test_one_event_a_day() -> None:
    with pytest.raises(ValueError, match="Two lapses on 2019-11-19; give one for each day"):
        calendar_text("book.csv", [TGL, replace(TGL, causes=())], {})


def test_no_lapse_no_file(tmp_path: Path) -> None:
    assert write_calendar(tmp_path / "none.ics", "book.csv", [], HEADINGS) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_file_comes_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lapses.ics"
    assert write_calendar(path, "book.csv", [TGL], HEADINGS, written=WRITTEN) == 1
    before = path.read_bytes()
    assert before == calendar_text("book.csv", [TGL], HEADINGS, written=WRITTEN)

    def full(self: Path, data: bytes) -> int:
        self.open("wb").write(data[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_calendar(path, "book.csv", [replace(TGL, barred=11)], HEADINGS)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["lapses.ics"]
    with pytest.raises(BookError, match="is a directory"):
        write_calendar(tmp_path, "book.csv", [TGL], HEADINGS)


def a_year(days: int) -> list[Lapse]:
    chance = random.Random(11)
    return [
        Lapse(
            date(2026, 1, 1) + timedelta(days=3 * n), tuple(chance.sample(sorted(HEADINGS), chance.randint(0, 4))),
            chance.randint(0, 9), chance.randint(1, 900), chance.randint(0, 9), {"USD": chance.uniform(0, 1e7), "CNY": 3.5},
            ("T-1",),
        )
        for n in range(days)
    ]  # fmt: skip


@pytest.fixture
def calcurse(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The calendar program calcurse, with a calendar of its own."""
    program = shutil.which("calcurse")
    if program is None:
        absent("the calendar program calcurse is not installed (`make test` installs it where it may)")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, "-D", str(tmp_path / "calcurse"), *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
            env={"LC_ALL": "C.UTF-8", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        )  # fmt: skip

    return run


def test_a_calendar_program_takes_every_event(
    calcurse: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    lapses = [TGL, *a_year(100)]
    write_calendar(tmp_path / "lapses.ics", "华为, 2019.csv", lapses, HEADINGS)
    taken = calcurse("-i", str(tmp_path / "lapses.ics"))
    assert (taken.returncode, taken.stderr) == (0, "")
    assert "0 apps / 101 events / 0 todos / 0 skipped" in taken.stdout
    for lapse in lapses:
        event = read(calendar_text("华为, 2019.csv", [lapse], HEADINGS))[0]
        day = lapse.day.strftime("%m/%d/%Y")
        shown = calcurse("-Q", "--from", day, "--days", "1", "--format-event", "%m|%N\n").stdout
        lines = [line.strip() for line in shown.splitlines()]
        assert f"{event['SUMMARY']}|{str(event['DESCRIPTION']).splitlines()[0]}" in [
            line.replace("|\t", "|") for line in lines
        ]
        assert set(map(str.strip, str(event["DESCRIPTION"]).splitlines()[1:])) <= set(lines)


def test_a_calendar_program_says_what_it_cannot_take(
    calcurse: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    broken = calendar_text("book.csv", [TGL], HEADINGS).replace(b"DATE:20191119", b"DATE:the 19th")
    (tmp_path / "broken.ics").write_bytes(broken)
    taken = calcurse("-i", str(tmp_path / "broken.ics"))
    assert taken.returncode == 1
    assert "0 events / 0 todos / 1 skipped" in taken.stdout
