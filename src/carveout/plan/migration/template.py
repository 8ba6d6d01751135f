"""Templates of the files of a migration: a TOML with every key, its unit and meaning, and a table each with an example row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from carveout.facts.whole_file import whole_file
from carveout.plan.error import PlanError
from carveout.plan.migration.columns import FILES, KEYS

EXAMPLES = {
    "name": '"My network"', "start": "2022-07-18", "deadline": "2025-07-17", "latest": "2026-07-17", "order": '"either"', "core_weeks": "26",
    "core_cost": "2500", "coverage_pct": "94", "emergency_pct": "97", "double_load_weeks": "26", "cash": "4000", "credit": "2000",
    "own_a_week": "40", "reimbursed_pct": "39.5", "claim_weeks": "12", "overhead_a_week": "15", "roaming": "4.0", "exposure": "0.15",
    "weather_pct": "8",
}  # fmt: skip
SUPPORT = """\
# The act that support of the old network is, as cells of a book (`carveout law facts` lists them): the engine is asked until when it
# is lawful. A site may have columns of its own for any of them, such as contract_date. Leave a cell out and it is unknown.
[support]
direction = "export"
item_kind = "technology"
eccn = "5E991"
reasons_for_control = "AT"
origin = "us"
located_in_us = true
published = false
ccl_license_required = false
destination = "CN"
ultimate_consignee = "Huawei Technologies Co., Ltd."
ultimate_consignee_country = "CN"
knowledge_of_violation = false
diversion_knowledge = false
contract_date = 2017-03-01
network_fully_operational = true
network_third_party = true
device_class = "network_equipment"
enhances_function = false
expands_capacity = false
certification_by = "listed_entity"
certification_on = 2019-08-26
"""


def template_toml() -> str:
    """The TOML, every key with its meaning."""
    lines = ["# A migration: the network of a carrier replaced while it stays in service. Weeks are whole; money is in thousand dollars.",
             "# Scenarios of the law under which support is asked too: names of `carveout law scenarios`.", "scenarios = []"]  # fmt: skip
    for table, keys in KEYS.items():
        lines += ["", f"[{table}]"]
        for name, column in keys.items():
            lines.append(f"{name} = {EXAMPLES[name]}  # {column.told}")
        if table == "risk":
            lines.append(
                "vendor_slip_weeks = [0, 4, 16]  # least, likely and most weeks by which first deliveries slip"
            )
            lines.append("claim_slip_weeks = [0, 4, 20]  # and by which reimbursements do")
    lines += ["", "[[extension]]  # a later deadline that may be granted; repeat the table for further ones",
              "months = 6", "probability = 0.8  # once asked for", "", SUPPORT, "[files]"]  # fmt: skip
    lines += [f'{name} = "{name}.csv"' for name in FILES]
    return "\n".join(lines) + "\n"


def template_table(name: str) -> str:
    """A table with its header and an example row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = FILES[name]
    writer.writerow(columns)
    writer.writerow(column.example for column in columns.values())
    if name == "ways":
        writer.writerow(["in place", "North", "2", "1", "1", "0", "yes", "75", "35"])
    if name == "crews":
        writer.writerows([[kind, "1", "", ""] for kind in ("survey", "structural", "integration", "core")])
    return text.getvalue()


def write_template(folder: Path) -> Path:
    """Write all files to a folder; the TOML's path.

    Raises:
        PlanError: a file of that name is there already, or the folder cannot be made.
    """
    texts = {"migration.toml": template_toml(), **{f"{name}.csv": template_table(name) for name in FILES}}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanError(f"{folder} cannot be made: {error.strerror or error}") from None
    there = [name for name in texts if (folder / name).exists()]
    if there:
        raise PlanError(f"{folder / there[0]} is there already; name an empty folder")
    for name, text in texts.items():
        with whole_file(folder / name) as part:
            part.write_text(text, encoding="utf-8")
    return folder / "migration.toml"
