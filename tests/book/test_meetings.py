"""Meetings: a calendar of the delegation comes back colored, as the law of each day says, and never greener than it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest
from ical.calendar_stream import IcsCalendarStream

from carveout.book.decide_book import Asked
from carveout.book.error import BookError
from carveout.book.meetings import (
    Meeting,
    MeetingAnswer,
    decide_meetings,
    meetings,
    read_acts,
    read_calendar,
)
from carveout.law.corpus import bundled
from carveout.papers.meeting_calendar import COLORS, colored
from tests.calendars import refusals

FOLDER = Path(__file__).parents[2] / "src" / "carveout" / "examples" / "standards-delegation"
ACTS = read_acts(str(FOLDER / "acts.csv"))
NAMES = [one["act"] for one in ACTS]
WRITTEN = datetime(2026, 11, 28, tzinfo=UTC)
FREE, BARRED = "go_with_conditions", "license_required"

# What a release to the members is in each state of the law (85 FR 36719, 87 FR 55241, 89 FR 58265; TGL (c)(4)).
RELEASE = {
    "2019-05-18": "license_required", "2019-06-05": "authorized", "2019-08-15": "license_required", "2019-09-17": "license_required",
    "2020-07-14": "no_license_required", "2020-07-21": "license_required", "2022-10-11": "no_license_required",
    "2024-08-20": "not_subject",
}  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> list[MeetingAnswer]:
    held = meetings(read_calendar(FOLDER / "meetings.ics"), NAMES)
    return list(decide_meetings(held, ACTS, Asked(bundled().view())))


def of(answer: MeetingAnswer, act: str) -> str:
    return next(one.decision for one in answer.acts if one.act == act)


def test_six_acts_in_every_state_of_the_law(answers: list[MeetingAnswer]) -> None:
    assert [str(one.meeting.first) for one in answers] == list(RELEASE)
    for one in answers:
        ear = {a.act: a.decided.determination.regimes["ear"].interval for a in one.acts if a.decided.determination}
        for act in ("release", "edit"):
            assert str(ear[act]) == RELEASE[str(one.meeting.first)], (one.meeting.name, act)
        for act in ("attend", "receive", "publish"):
            assert ear[act].at_most.name == "not_subject", (one.meeting.name, act)
        assert str(ear["bilateral"]) == "license_required"


def test_a_meeting_is_as_free_as_its_worst_planned_act(answers: list[MeetingAnswer]) -> None:
    by_day = {str(one.meeting.first): one.decision for one in answers}
    assert by_day["2019-06-05"] == FREE, "the bilateral talk is not planned"
    assert by_day["2019-09-17"] == BARRED


def test_a_meeting_over_a_change_of_the_law_is_judged_on_its_worst_day(answers: list[MeetingAnswer]) -> None:
    one = next(one for one in answers if one.meeting.first == date(2019, 8, 15))
    release = next(a for a in one.acts if a.act == "release")
    assert (release.decision, release.day) == (BARRED, date(2019, 8, 19))


def test_the_calendar_comes_back_colored_and_otherwise_as_it_was(answers: list[MeetingAnswer]) -> None:
    text = colored(read_calendar(FOLDER / "meetings.ics"), answers, written=WRITTEN)
    assert len(IcsCalendarStream.calendar_from_ics(text.decode()).events) == len(answers)
    before = icalendar.Calendar.from_ical((FOLDER / "meetings.ics").read_bytes()).walk("VEVENT")
    after = icalendar.Calendar.from_ical(text).walk("VEVENT")
    for old, new, answer in zip(before, after, answers, strict=True):
        assert str(new["COLOR"]) == COLORS[answer.decision]
        assert str(new["SUMMARY"]).endswith(str(old["SUMMARY"]))
        assert str(new["DESCRIPTION"]).startswith(str(old["DESCRIPTION"]))
        assert "liability is strict" in str(new["DESCRIPTION"])
        for kept in ("UID", "DTSTART", "DTEND", "LOCATION", "DTSTAMP"):
            assert new[kept].to_ical() == old[kept].to_ical()
    again = icalendar.Calendar.from_ical(text)
    assert colored(again, answers, written=WRITTEN) == text, "coloring twice changes nothing"


def calendar(*lines: str) -> icalendar.Calendar:
    body = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:x",
        "BEGIN:VEVENT",
        "UID:1",
        "SUMMARY:M",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return icalendar.Calendar.from_ical("\r\n".join(body) + "\r\n")


def one(*lines: str) -> Meeting:
    (found,) = meetings(calendar(*lines), NAMES)
    return found


def test_two_other_readers_find_nothing_wrong_with_the_colored_calendar(answers: list[MeetingAnswer]) -> None:
    assert refusals(colored(read_calendar(FOLDER / "meetings.ics"), answers, written=WRITTEN)) == []


def test_days_are_those_of_us_eastern_and_an_end_is_not_a_day_more() -> None:
    held = one("DTSTART;VALUE=DATE:20190815", "DTEND;VALUE=DATE:20190821")
    assert (held.first, held.last) == (date(2019, 8, 15), date(2019, 8, 20))
    held = one("DTSTART:20190819T033000Z", "DTEND:20190819T060000Z")
    assert (held.first, held.last) == (date(2019, 8, 18), date(2019, 8, 19))
    held = one("DTSTART:20190819T090000", "DURATION:PT15H")
    assert (held.first, held.last) == (date(2019, 8, 19), date(2019, 8, 19))


def test_what_repeats_is_held_because_only_its_first_day_was_judged() -> None:
    held = one("DTSTART;VALUE=DATE:20200714", "RRULE:FREQ=WEEKLY", "DESCRIPTION:acts = publish")
    (answer,) = decide_meetings([held], ACTS, Asked(bundled().view()))
    assert of(answer, "publish") == FREE
    assert answer.decision == "hold"


def test_an_act_that_cannot_be_read_holds_the_meeting() -> None:
    held = one("DTSTART;VALUE=DATE:20200714", "DESCRIPTION:standards_body_open = perhaps")
    (answer,) = decide_meetings([held], ACTS, Asked(bundled().view()))
    assert {a.decision for a in answer.acts} == {"hold"}
    assert "standards_body_open" in answer.acts[0].errors[0]


@pytest.mark.parametrize(("line", "told"), [
    ("DESCRIPTION:standards_body_opne = true", "did you mean standards_body_open"),
    ("DESCRIPTION:acts = attend\\, sing", "no act 'sing'"),
    ("DTEND;VALUE=DATE:20290101", "lasts at most"),
])  # fmt: skip
def test_what_is_wrong_with_a_meeting_is_said(line: str, told: str) -> None:
    with pytest.raises(BookError, match=told):
        one("DTSTART;VALUE=DATE:20200714", line)


def test_no_calendar_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.ics").write_text("hello")
    with pytest.raises(BookError, match="no calendar"):
        read_calendar(tmp_path / "x.ics")
    with pytest.raises(BookError, match="name a calendar"):
        read_calendar(tmp_path / "none.ics")
