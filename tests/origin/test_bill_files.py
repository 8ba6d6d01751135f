"""Bills from CSV and CycloneDX files: what is read, and an error that teaches for each bad cell."""

import json
from datetime import date
from pathlib import Path

import pytest

from carveout.law.corpus import bundled
from carveout.origin.bill_csv import read_csv
from carveout.origin.calculation import calculate
from carveout.origin.error import OriginError
from carveout.origin.line import TEMPLATE
from carveout.origin.reader import read_bill

VIEW = bundled().view()
DAY = date(2021, 3, 1)


def written(tmp_path: Path, text: str, name: str = "bill.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def shares(bill) -> list[tuple[float, float]]:
    return [tuple(map(float, one.share)) for one in calculate(bill, VIEW, "CN", DAY)]


def test_the_template_is_a_bill(tmp_path: Path) -> None:
    bill = read_csv(written(tmp_path, TEMPLATE))
    assert not bill.errors
    assert shares(bill) == [(12.0, 17.5)]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_separate_too(tmp_path: Path, mark: str) -> None:
    text = TEMPLATE.replace(",the item itself", ",item").replace(",", mark)
    assert shares(read_csv(written(tmp_path, "\ufeff" + text))) == [(12.0, 17.5)]


def test_a_bad_cell_is_told_and_only_widens_the_result(tmp_path: Path) -> None:
    text = (
        "part,parent,quantity,unit_value,currency,origin,eccn,controlled\n"
        "BOX,,,100,USD,foreign,5A991,\nA,BOX,1,ten,USD,us,3A001,true\nB,BOX,0,5,USD,us,EAR99,\nC,BOX,1,-5,USD,us,EAR99,\n"
        "D,BOX,1,5,USD,Germany,3A1,maybe\n,BOX,1,1,USD,us,EAR99,\nE,BOX,1,9..3,USD,us,EAR99,\n"
    )
    bill = read_csv(written(tmp_path, text))
    assert [str(error) for error in bill.errors] == [
        "line 3, column unit_value: 'ten' is not a number with a decimal point",
        "line 4, column quantity: '0' is not a quantity of more than zero",
        "line 5, column unit_value: '-5' is not a value of zero or more",
        "line 6, column origin: 'Germany' is not us, foreign, or a country as ISO 3166-1 alpha-2",
        "line 6, column eccn: '3A1' is not EAR99 or an ECCN such as 3A001.a.2",
        "line 6, column controlled: 'maybe' is not true or false",
        "line 7, column part: '' is not the id of a part",
        "line 8, column unit_value: '9..3' is not bounds in order, the lower first; did you mean '3..9'?",
    ]
    # What stood in the bad cells may be anything: the chip without a value alone may be all of the box.
    assert shares(bill) == [(0.0, 100.0)]


def test_two_descriptions_of_one_part_must_agree(tmp_path: Path) -> None:
    text = (
        "part,parent,quantity,unit_value,origin,eccn,controlled\nBOX,,,100,foreign,5A991,\nTRAY,BOX,1,40,foreign,EAR99,\n"
        "CHIP,BOX,1,5,us,3A001,true\nCHIP,TRAY,2,,,,\nLED,BOX,1,1,us,EAR99,\nLED,TRAY,1,1,us,5A991,\n"
    )
    bill = read_csv(written(tmp_path, text))
    assert [str(error) for error in bill.errors] == [
        "line 7, column eccn: '5A991' is not what line 6 says of the same part, 'EAR99'; both are taken as not known"
    ]
    assert shares(bill) == [(15.0, 17.0)]


def test_another_currency_needs_a_rate(tmp_path: Path) -> None:
    text = "part,parent,quantity,unit_value,currency,origin,eccn,controlled\nBOX,,,100,USD,foreign,EAR99,\nA,BOX,1,10,EUR,us,3A001,true\n"
    assert shares(read_csv(written(tmp_path, text), rates={"EUR": 1.5})) == [(15.0, 15.0)]
    bill = read_csv(written(tmp_path, text))
    assert bill.errors[0].column == "currency"
    assert shares(bill) == [(0.0, 100.0)]


def test_columns_of_other_names_are_read_and_said_so(tmp_path: Path) -> None:
    text = "Part ID,Parent ID,Qty,Price,Country of origin,Classification,License required,unit_valeu\nBOX,,,100,DE,EAR99,,\nA,BOX,2,10,US,3A001,yes,\n"
    bill = read_csv(written(tmp_path, text))
    assert shares(bill) == [(20.0, 20.0)]
    assert "column 'qty' is read as quantity" in bill.notes


def test_a_column_that_looks_misspelled_is_warned_about(tmp_path: Path) -> None:
    bill = read_csv(written(tmp_path, "part,parent,quantity,unit_valeu\nA,,,\nB,A,1,5\n"))
    assert bill.notes == ("column 'unit_valeu' is not read; did you mean 'unit_value'?",)


def test_what_is_no_bill_is_refused_in_words(tmp_path: Path) -> None:
    for text, said in (("", "empty"), ("a,b\n1,2\n", "no column part"), ("part,parent\n", "no lines")):
        with pytest.raises(OriginError, match=said):
            read_csv(written(tmp_path, text))
    with pytest.raises(OriginError, match="CycloneDX, not"):
        read_bill(tmp_path / "bill.xls")
    with pytest.raises(OriginError, match="cannot be read"):
        read_bill(tmp_path / "none.csv")
    with pytest.raises(OriginError, match="no CycloneDX"):
        read_bill(written(tmp_path, "{}", "a.json"))


def component(ref: str, *parts: dict, kind: str = "device", **said: str) -> dict:
    properties = [{"name": f"carveout:{name}", "value": value} for name, value in said.items()]
    return {"type": kind, "bom-ref": ref, "name": ref, "properties": properties, "components": list(parts)}


def test_a_hardware_bill_in_cyclonedx_nested_and_by_dependencies(tmp_path: Path) -> None:
    chip = component("chip", origin="us", eccn="3A001", controlled="true", unit_value="5", quantity="2")
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6",
        "metadata": {"component": component("box", origin="foreign", eccn="5A991", unit_value="100")},
        "components": [
            component("board", chip, origin="DE", unit_value="40"), component("tray", origin="TW", unit_value="9"),
            component("bolt", origin="us", eccn="EAR99", value="1"),
            component("firmware", kind="firmware", origin="us", eccn="5D991", reasons="AT", how="bundled", unit_value="3"),
        ],
        "dependencies": [{"ref": "tray", "dependsOn": ["bolt"]}, {"ref": "box", "dependsOn": ["board", "tray"]}],
    }  # fmt: skip
    bill = read_bill(written(tmp_path, json.dumps(document), "bom.json"))
    assert not bill.errors
    uses = {
        (bill.parts[p], bill.parts[c]): q for p, c, q in zip(bill.parent, bill.child, bill.quantity_low, strict=True)
    }
    assert uses == {
        ("board", "chip"): 2, ("box", "board"): 1, ("box", "tray"): 1, ("tray", "bolt"): 1, ("box", "firmware"): 1,
    }  # fmt: skip
    assert shares(bill) == [(10.0, 10.0)]


def test_a_cyclonedx_bill_that_goes_round_is_refused(tmp_path: Path) -> None:
    document = {
        "bomFormat": "CycloneDX", "components": [component("a"), component("b")],
        "dependencies": [{"ref": "a", "dependsOn": ["b"]}, {"ref": "b", "dependsOn": ["a"]}],
    }  # fmt: skip
    bill = read_bill(written(tmp_path, json.dumps(document), "bom.json"))
    with pytest.raises(OriginError, match="b contains a contains b"):
        calculate(bill, VIEW, "CN", DAY)
