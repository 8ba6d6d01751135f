"""From a process to the facts of 734.9(e)(1): paths, questions, and the cells of a row, against every way of filling in."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.decide.plain import Unit
from carveout.facts.row import read_row
from carveout.facts.schema import schema
from carveout.facts.value import FALSE, TRUE, UNKNOWN
from carveout.law.corpus import bundled
from carveout.origin.direct_product import DirectProduct, direct_product
from carveout.origin.error import OriginError
from carveout.origin.process import Component, Equipment, Process, Source, Step, Technology
from carveout.origin.process_file import process_of, read_process

VIEW = bundled().view()
MARCH_2021 = date(2021, 3, 1)
US_TOOL = Equipment("etcher", (Source("3E001", TRUE),))


def chip(
    *tools: Equipment, plant: Equipment | None = None, inputs: tuple[Technology, ...] = (), **step: Any
) -> Process:
    """A chip made in one step, of no components."""
    fab = plant or Equipment("fab", (), is_plant=True)
    made = Step("etch", "chip", (), "fab", tuple(t.id for t in tools), tuple(i.id for i in inputs), ())
    equipment, technology = {t.id: t for t in (*tools, fab)}, {i.id: i for i in inputs}
    return Process((replace(made, **step),), equipment, technology, item="chip", lot="L")


def found(process: Process, on: date = MARCH_2021) -> DirectProduct:
    return direct_product(process, on, VIEW)


def test_a_tool_of_listed_us_technology_makes_the_item_a_direct_product_and_the_path_says_how() -> None:
    told = found(chip(US_TOOL))
    assert told.limb("plant") == TRUE
    assert told.limb("item") == FALSE
    assert told.because == (
        "chip: step etch uses tool etcher (direct product of 3E001 technology of US origin), essential to production -> plant limb",
    )
    assert told.questions == ()
    assert told.cells["plant_eccns"] == "3E001"
    assert told.cells["plant_us_origin"] == "true"


def test_a_tool_of_unknown_origin_leaves_it_open_and_asks_the_one_thing_that_would_settle_it() -> None:
    told = found(chip(Equipment("etcher", (Source("3E001"),))))
    assert told.truth == UNKNOWN
    assert told.questions == ("Is the technology behind tool etcher of US origin?",)


def test_a_tool_nobody_knows_anything_of_is_not_taken_for_harmless() -> None:
    assert found(chip(Equipment("etcher"))).truth == UNKNOWN
    assert found(chip(tools=None)).truth == UNKNOWN
    assert found(chip(technology=None)).truth == UNKNOWN
    assert found(chip(plant=Equipment("fab", None, is_plant=True))).truth == UNKNOWN


def test_a_plant_that_is_itself_a_direct_product_is_enough() -> None:
    assert found(chip(plant=Equipment("fab", (Source("3E002.a", TRUE),), is_plant=True))).limb("plant") == TRUE


def test_equipment_that_production_does_not_need_does_not_count() -> None:
    assert found(chip(replace(US_TOOL, essential=FALSE))).truth == FALSE
    assert found(chip(replace(US_TOOL, essential=UNKNOWN))).truth == UNKNOWN


def test_final_test_is_a_stage_of_production_like_any_other() -> None:
    tester = Step("final test", "chip", ("etch",), "fab", ("tester",), (), ())
    process = chip(Equipment("etcher", (Source("2E991", TRUE),)))
    process = replace(process, steps=(*process.steps, tester),
                      equipment={**process.equipment, "tester": Equipment("tester", (Source("3D991", TRUE),))})  # fmt: skip
    assert found(process).truth == TRUE


def test_foreign_technology_subject_to_the_ear_counts_for_the_item_and_not_for_the_plant() -> None:
    source = Source("3E001", FALSE, TRUE)
    assert found(chip(Equipment("etcher", (source,)))).truth == FALSE
    process = chip(inputs=(Technology("recipe", source),))
    assert found(process).limb("item") == TRUE


def test_a_listed_input_outside_the_ear_is_not_helped_by_another_that_is_subject_to_them() -> None:
    outside, subject = Source("3E001", FALSE, FALSE), Source("2E991", TRUE, TRUE)
    told = found(chip(inputs=(Technology("a", outside), Technology("b", subject))))
    assert told.truth == FALSE
    assert told.cells["input_eccns"] == "2E991"


def test_a_tool_not_of_us_origin_is_open_under_the_misprint_and_out_after_it() -> None:
    process = chip(Equipment("etcher", (Source("3E001", FALSE),)))
    assert [found(process, date(2022, 2, day)).truth for day in (2, 3, 23, 24)] == [FALSE, UNKNOWN, UNKNOWN, FALSE]


def test_an_eccn_of_2024_is_on_the_list_or_not() -> None:
    process = chip(Equipment("etcher", (Source("3E901", TRUE),)))
    assert found(process, date(2024, 6, 3)).truth == FALSE
    assert found(process, date(2025, 6, 2)).truth == UNKNOWN


def test_before_the_rule_nothing_is_a_direct_product() -> None:
    assert found(chip(US_TOOL), date(2020, 5, 14)).truth == FALSE
    assert found(chip(US_TOOL), date(2020, 5, 15)).truth == TRUE


def test_what_a_component_was_made_with_is_told_of_the_component_and_not_of_the_box() -> None:
    die = replace(chip(US_TOOL).steps[0], id="die step", makes="die")
    box = Step("assemble", "box", ("die step",), "fab", (), (), ("die",))
    base = chip(US_TOOL)
    for licensed, cell in ((FALSE, "unlicensed"), (TRUE, "licensed"), (UNKNOWN, "unknown")):
        process = Process((die, box), base.equipment, {}, {"die": Component("die", licensed)}, item="box")
        told = found(process)
        assert told.truth == FALSE
        assert told.cells["caught_components"] == cell


def test_a_bought_component_nobody_said_anything_of_is_open() -> None:
    box = Step("assemble", "box", (), "fab", (), (), ("chip",))
    for stated, cell in ((UNKNOWN, "unknown"), (FALSE, "none"), (TRUE, "unlicensed")):
        process = Process((box,), chip().equipment, {}, {"chip": Component("chip", FALSE, stated)}, item="box")
        assert found(process).cells["caught_components"] == cell


def test_a_step_that_does_not_say_what_goes_in_leaves_the_components_open() -> None:
    steps = (Step("form", "box", (), "fab", (), (), ()), Step("fit", "box", ("form",), "fab", (), (), None))
    assert found(Process(steps, chip().equipment, {}, {}, item="box")).cells["caught_components"] == "unknown"
    told = (steps[0], replace(steps[1], components=()))
    assert found(Process(told, chip().equipment, {}, {}, item="box")).cells["caught_components"] == "none"


def test_production_starts_with_the_first_step_and_is_unknown_while_that_step_has_no_date() -> None:
    first, second = (
        Step("a", "chip", started_on=date(2020, 5, 14)),
        Step("b", "chip", ("a",), started_on=date(2020, 6, 1)),
    )
    assert Process((second, first), item="chip").started_on("chip") == date(2020, 5, 14)
    assert Process((second, replace(first, started_on=None)), item="chip").started_on("chip") is None


def test_a_process_that_cannot_be_is_refused_with_a_reason() -> None:
    with pytest.raises(OriginError, match="no step makes 'box'"):
        Process((Step("a", "chip"),), item="box")
    with pytest.raises(OriginError, match="comes before itself"):
        Process((Step("a", "chip", ("b",)), Step("b", "chip", ("a",))), item="chip")
    with pytest.raises(OriginError, match="'lathe' is not described"):
        Process((Step("a", "chip", tools=("lathe",)),), item="chip")


# Against every way of filling in what is unknown

ECCNS = ("3E001", "3E901", "2E991", None)
TRUTHS = (TRUE, UNKNOWN, FALSE)
DAYS = tuple(
    map(date.fromisoformat, ("2020-05-14", "2020-06-01", "2021-03-01", "2022-02-10", "2022-03-01", "2025-06-02"))
)


@st.composite
def processes(draw: st.DrawFn) -> Process:
    """Up to three steps, three tools, two inputs; anything may be unknown."""
    truths, eccns = st.sampled_from(TRUTHS), st.sampled_from(ECCNS)
    source = st.builds(Source, eccns, truths, truths)
    behind = st.none() | st.lists(source, max_size=2).map(tuple)
    tools = {f"t{n}": Equipment(f"t{n}", draw(behind), draw(truths)) for n in range(3)}
    inputs = {f"i{n}": Technology(f"i{n}", draw(source)) for n in range(2)}
    names = [
        st.none() | st.lists(st.sampled_from(list(held)), max_size=2, unique=True).map(tuple)
        for held in (tools, inputs)
    ]
    steps = tuple(
        Step(f"s{n}", "chip", plant=draw(st.none() | st.sampled_from(list(tools))), tools=draw(names[0]),
             technology=draw(names[1]), components=())
        for n in range(draw(st.integers(1, 3)))
    )  # fmt: skip
    return Process(steps, tools, inputs, item="chip")


def _sources(source: Source) -> list[Source]:
    """Every complete source that this one may be, one that counts in every way last."""
    eccns = [source.eccn] if source.eccn else ["2E991", "3E001"]
    both = [[t] if t != UNKNOWN else [FALSE, TRUE] for t in (source.us_origin, source.subject_to_ear)]
    return list(itertools.starmap(Source, itertools.product(eccns, *both)))


def _equipment(equipment: Equipment) -> list[Equipment]:
    """Every complete piece of equipment that this one may be; of nothing known, the product of nothing or of something."""
    essential = [equipment.essential] if equipment.essential != UNKNOWN else [FALSE, TRUE]
    if equipment.behind is None:
        behinds: list[tuple[Source, ...]] = [(), *((source,) for source in _sources(Source()))]
    else:
        behinds = list(itertools.product(*map(_sources, equipment.behind)))
    return [replace(equipment, behind=behind, essential=e) for behind in behinds for e in essential]


MANY = 4_000


def worlds(process: Process, chance: random.Random) -> Iterator[Process]:
    """Every complete process that this one may be; where there are too many, the outermost two and some between."""
    # What a step uses beside what is told of it is one more thing of which nothing is known.
    equipment = {**process.equipment, "extra": Equipment("extra")}
    technology = {**process.technology, "extra": Technology("extra", Source())}
    steps = tuple(
        replace(s, plant=s.plant or "extra", tools=("extra",) if s.tools is None else s.tools,
                technology=("extra",) if s.technology is None else s.technology)
        for s in process.steps
    )  # fmt: skip
    used = {name for s in steps for name in (s.plant or "", *(s.tools or ()), *(s.technology or ()))}
    tools = {name: _equipment(e) for name, e in equipment.items() if name in used}
    inputs = {
        name: [replace(t, source=s) for s in _sources(t.source)] for name, t in technology.items() if name in used
    }
    options: list[list[Any]] = [*tools.values(), *inputs.values()]
    choices: Iterator[tuple[Any, ...]] = itertools.product(*options)
    if math.prod(map(len, options)) > MANY:
        some = [tuple(chance.choice(o) for o in options) for _ in range(40)]
        choices = iter([tuple(o[0] for o in options), tuple(o[-1] for o in options), *some])
    for chosen in choices:
        own, rest = dict(zip(tools, chosen, strict=False)), dict(zip(inputs, chosen[len(tools) :], strict=True))
        yield Process(steps, {**equipment, **own}, {**technology, **rest}, item="chip")


def caught(process: Process, on: date, listed: set[str], *, origin_counts: bool) -> bool:
    """The two limbs read straight off a complete process."""
    if on < date(2020, 5, 15):
        return False
    for step in process.steps:
        for name in step.technology or ():
            source = process.technology[name].source
            if source.eccn in listed and source.subject_to_ear == TRUE:
                return True
        for name in (step.plant or "", *(step.tools or ())):
            equipment = process.equipment[name]
            for source in equipment.behind or ():
                counts = source.us_origin == TRUE or not origin_counts
                if source.eccn in listed and counts and equipment.essential == TRUE:
                    return True
    return False


@given(processes(), st.sampled_from(DAYS), st.integers(0, 1 << 30))
def test_a_process_is_judged_as_all_ways_of_filling_it_in_together(process: Process, on: date, seed: int) -> None:
    lists = [{"3E001"}, {"3E001", "3E901"}] if on >= date(2024, 9, 6) else [{"3E001"}]
    origins = (True, False) if date(2022, 2, 3) <= on <= date(2022, 2, 23) else (True,)
    answers = {
        caught(world, on, listed, origin_counts=origin)
        for world in worlds(process, random.Random(seed))
        for listed in lists
        for origin in origins
    }
    expected = UNKNOWN if len(answers) == 2 else TRUE if answers == {True} else FALSE
    assert found(process, on).truth == expected


@given(processes(), st.sampled_from(DAYS))
def test_the_engine_finds_in_the_cells_what_the_paths_say(process: Process, on: date) -> None:
    told = found(process, on)
    row, errors = read_row({"id": "r", **told.cells})
    assert not errors
    facts = {name: value for name, value in row.facts.items() if schema()[name].kind == "asked"}
    unit = Unit(VIEW, {**facts, "act_date": on})
    for limb, fact in (("item", "footnote1_inputs"), ("plant", "footnote1_plant")):
        assert unit.facts[fact] == told.limb(limb), limb  # type: ignore[arg-type]


# Files

TOML = """
[lot]
id = "L-4417"
item = "modem chip"
design_owner = "HiSilicon"
[[plant]]
id = "Fab 12"
behind = "none"
[[tool]]
id = "etcher"
behind = [{eccn = "3E001", us_origin = true}]
[[technology]]
id = "layout software"
eccn = "3d991"
subject_to_ear = true
[[step]]
id = "etch"
makes = "modem chip"
plant = "Fab 12"
tools = ["etcher"]
technology = ["layout software"]
components = "none"
started_on = 2020-05-14
"""

CSV = """lot,design_owner,item,step,started_on,uses,name,eccn,us_origin,subject_to_ear
L-4417,HiSilicon,modem chip,etch,2020-05-14,plant,Fab 12,none,,
,,modem chip,etch,,tool,etcher,3E001,true,
,,modem chip,etch,,technology,layout software,3d991,,true
,,modem chip,etch,,component,none,,,
"""


def test_both_kinds_of_file_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "lot.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "lot.csv").write_text(CSV, encoding="utf-8")
    one, other = (read_process(tmp_path / name) for name in ("lot.toml", "lot.csv"))
    assert one == other
    assert found(one).cells == {
        "input_eccns": "3D991", "input_subject_to_ear": "true", "plant_eccns": "3E001", "plant_us_origin": "true",
        "caught_components": "none", "production_started_on": "2020-05-14", "design_owner": "HiSilicon",
    }  # fmt: skip


def test_something_unknown_beside_a_tool_that_is_caught_takes_nothing_back(tmp_path: Path) -> None:
    path = tmp_path / "lot.csv"
    path.write_text(CSV + ",,modem chip,etch,,tool,unknown,,,\n", encoding="utf-8")
    assert found(read_process(path)).limb("plant") == TRUE
    path.write_text(CSV.replace("etcher,3E001,true", "unknown,,"), encoding="utf-8")
    assert found(read_process(path)).limb("plant") == UNKNOWN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item,step,use\n", "no column 'use'"),
        ("item\nchip\n", "needs the columns item and step"),
        ("item,step,uses,name,eccn\nchip,etch,tool,etcher,3EOO1\n", "no ECCN"),
        ("item,step,uses,name,us_origin\nchip,etch,tool,etcher,maybe\n", "write true, false or unknown"),
        ("item,step,uses\nchip,etch,lathe\n", "line 2: uses is 'lathe'"),
        ("item,step\nchip,etch\nbox,etch\n", "line 3: step etch makes 'chip' in an earlier line"),
        ("item,step\nchip,etch,more\n", "line 2 has more cells"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "lot.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OriginError, match=said):
        read_process(path)


def test_an_unknown_table_or_key_is_refused() -> None:
    with pytest.raises(OriginError, match="no table 'tools'"):
        process_of({"tools": []})
    with pytest.raises(OriginError, match="a step has no 'tool'"):
        process_of({"step": [{"id": "a", "makes": "b", "tool": "c"}]})


def test_the_example_names_the_tool_that_catches_the_chip_and_asks_nothing_more() -> None:
    told = found(read_process(Path(str(files("carveout") / "examples" / "foundry" / "process.toml"))))
    assert told.truth == TRUE
    assert [path.uses for path in told.paths if path.truth == TRUE] == ["tool etcher"]
    assert told.questions == ()
    assert told.cells["plant_eccns"] == "3E001,?"
