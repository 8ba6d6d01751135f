"""A case as written by a planner: what is wrong is told by file, line and column; files of apps tell their services."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from carveout.plan.apps.case_file import read_case
from carveout.plan.apps.signals import services_in
from carveout.plan.apps.template import NAMES, write_template
from carveout.plan.error import PlanError

SIGNALS = {
    "maps": ("com.google.android.gms:play-services-maps", "com.google.android.geo.API_KEY"),
    "push": ("com.google.firebase:firebase-messaging", "com.google.firebase.MESSAGING_EVENT"),
    "ads": ("com.google.android.gms:play-services-ads",),
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    write_template(tmp_path / "case")
    return tmp_path / "case" / "apps.toml"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(path: Path) -> str:
    with pytest.raises(PlanError) as error:
        read_case(path)
    return str(error.value)


def test_the_template_is_a_case(case: Path) -> None:
    read = read_case(case)
    assert read.periods == 12
    assert set(read.inputs) == set(NAMES)
    assert [str(day) for day in read.starts[:3]] == ["2019-09-01", "2019-10-01", "2019-11-01"]


def test_a_template_writes_over_nothing(case: Path) -> None:
    with pytest.raises(PlanError, match=r"holds apps\.toml"):
        write_template(case.parent)


FAULTS: list[tuple[str, str, str, str]] = [
    ("apps.toml", "periods = 12", "periods = 1", "periods is a whole number from 2 to 60"),
    ("apps.toml", "periods = 12", "period = 12", "[plan] has no 'period'; did you mean 'periods'?"),
    ("apps.toml", "recruiting = 900000", "recruiting = [1, 2]", "recruiting is a number from 0, or a list of 12, one a period"),
    ("apps.toml", "probability = 0.5", "probability = 0.6", "the probabilities of the scenarios sum to 1.1, not to 1"),
    ("apps.toml", 'direction = "export"', 'directions = "export"', "[law] directions is no column of a book"),
    ("apps.toml", "unprotected_loss = 0.05", "unprotected_loss = 5", "unprotected_loss is a share from 0 to 1"),
    ("devices.csv", "2018-10-16", "16.10.2018", "devices.csv line 2, column device_public_on: '16.10.2018' is not a day as YYYY-MM-DD"),
    ("devices.csv", "14000000", "many", "devices.csv line 2, column users: 'many' is not a number from 0"),
    ("devices.csv", "tablet 2018", "flagship 2018", "column model: 'flagship 2018' is not new; the name was used above"),
    ("services.csv", "maps,map tiles and drawing,yes,location", "maps,map tiles,yes,locations", "service 'maps' needs 'locations'"),
    ("services.csv", "location,fused location,yes,,", "location,fused location,yes,maps,",
     "these services need each other in a circle, so none can be first: location -> maps -> location"),
    ("services.csv", ",security,", ",safety,", "column update_kind: 'safety' is not one of security, fix, feature"),
    ("services.csv", "signals", "signal", "services.csv: unknown column 'signal'; did you mean 'signals'?"),
    ("replacements.csv", "games,own scores,20", "game,own scores,20", "no service 'game' in the catalogue; did you mean 'games'?"),
    ("replacements.csv", "games,own scores,20,1", "games,own scores,20,0", "column months: '0' is not a number from 1"),
    ("replacements.csv", "900000,0.05", "900000,0.5", "less than that of the step above"),
    ("apps.csv", "billing:0.1", "billing:lots", "a list such as maps:0.3; push:0.1"),
    ("apps.csv", "billing:0.1", "billing:0.99", "the quality losses of all it uses sum to 1."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "told"), FAULTS, ids=[told[:60] for *_, told in FAULTS])
def test_what_is_wrong_is_told(case: Path, name: str, old: str, new: str, told: str) -> None:
    change(case.parent / name, old, new)
    assert told in refused(case)


def test_all_faults_are_told_together(case: Path) -> None:
    change(case.parent / "devices.csv", "2018-10-16", "some day")
    change(case.parent / "services.csv", ",security,", ",safety,")
    assert len(refused(case).splitlines()) == 2


def test_users_counted_twice_are_a_contradiction(case: Path) -> None:
    change(case.parent / "devices.csv", "31000000,25000000", "3100000,2500000")
    assert "count each user once" in refused(case)


def test_a_table_between_semicolons_is_read(case: Path) -> None:
    path = case.parent / "devices.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert len(read_case(case).devices) == 6


def bill(folder: Path) -> Path:
    path = folder / "app.cdx.json"
    path.write_text(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "group": "com.google.android.gms", "name": "play-services-maps", "version": "18"},
        {"type": "library", "name": "wrapper", "components": [
            {"type": "library", "name": "fcm", "purl": "pkg:maven/com.google.firebase/firebase-messaging@23.1?type=aar"}]},
        {"type": "library", "group": "com.google.android.gms", "name": "play-services-adsomething"},
    ]}), encoding="utf-8")  # fmt: skip
    return path


MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="org.example.ride">
  <application>
    <meta-data android:name="com.google.android.geo.API_KEY" android:value="x"/>
    <service android:name=".Push"><intent-filter><action android:name="com.google.firebase.MESSAGING_EVENT"/></intent-filter></service>
  </application>
</manifest>
"""


def test_a_bill_tells_the_services_of_an_app(tmp_path: Path) -> None:
    assert services_in(bill(tmp_path), "cyclonedx", SIGNALS) == ["maps", "push"]


def test_a_manifest_tells_the_services_of_an_app(tmp_path: Path) -> None:
    path = tmp_path / "AndroidManifest.xml"
    path.write_text(MANIFEST, encoding="utf-8")
    assert services_in(path, "manifest", SIGNALS) == ["maps", "push"]


def binary(path: Path) -> None:
    path.write_bytes(b"\x03\x00\x08\x00rest")


def entities(path: Path) -> None:
    path.write_text('<!DOCTYPE m [<!ENTITY a "b">]><manifest/>', encoding="utf-8")


def other(path: Path) -> None:
    path.write_text("<project/>", encoding="utf-8")


@pytest.mark.parametrize(
    ("write", "told"), [(binary, "binary"), (entities, "entities"), (other, "no Android manifest")]
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, write: Callable[[Path], None], told: str) -> None:
    write(tmp_path / "AndroidManifest.xml")
    with pytest.raises(PlanError, match=told):
        services_in(tmp_path / "AndroidManifest.xml", "manifest", SIGNALS)


def test_the_files_of_an_app_add_to_what_is_stated(case: Path) -> None:
    bill(case.parent)
    path = case.parent / "apps.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[0] += ",cyclonedx"
    lines = [lines[0], *(line + "," for line in lines[1:])]
    lines.append("walks,walks house,1000,store,,1000,1,0,app.cdx.json")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read_case(case).apps["walks"].services == ("store", "push", "maps")


def test_the_bundled_case_is_the_template(tmp_path: Path) -> None:
    write_template(tmp_path / "one")
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (files("carveout") / "examples" / "apps" / name).read_bytes()
    shutil.rmtree(tmp_path / "one")
