"""From the facts of the published answers on supply chains, covered equipment and section 889 to ours.

As in ``mapping``: each of their facts is translated by itself, the same for all cases, and what publishers take for granted is
written down once. A conclusion is left out where the program is to derive it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Facts = dict[str, Any]

NAMED = {
    "Huawei (China)": ("Huawei Technologies Co., Ltd.", "CN"), "Huawei": ("Huawei Technologies Co., Ltd.", "CN"),
    "Hikvision": ("Hangzhou Hikvision Digital Technology Co., Ltd.", "CN"),
}  # fmt: skip
"""Names as the entries have them; others stand as the publisher writes them."""

KINDS = {
    "base station": "telecom_equipment", "handset": "telecom_equipment", "router": "telecom_equipment",
    "host device": "telecom_equipment", "video camera": "video_surveillance",
}  # fmt: skip

# A provider called eligible meets what the program asks of providers, and applies in the window.
ELIGIBLE = {"communications_provider": "true", "customers": "50000", "gear_obtained_on": "2018-03-01",
            "application_on": "2021-11-15", "reimbursement_sought": "true"}  # fmt: skip


def _yes(value: object) -> str:
    return str(bool(value)).lower()


def _party(role: str, name: object) -> dict[str, str]:
    ours, country = NAMED.get(str(name), (str(name), ""))
    return {role: ours, **({f"{role}_country": country} if country else {})}


def icts(facts: Facts, *, conclusions: bool) -> dict[str, str]:
    """A case about the order and its rule."""
    del conclusions
    activity, item = str(facts.get("activity", "")), str(facts.get("item", ""))
    mapped = {"direction": "service" if "service" in activity else "procurement"}
    for role in ("supplier", "software_supplier", "service_provider"):
        if role in facts:
            mapped |= _party("supplier", facts[role])
    if "equipment_designer" in facts:
        mapped["producer"] = str(facts["equipment_designer"])
    if "PRC" in str(facts.get("software_supplier")) or facts.get("service_provider_adversary_nexus"):
        mapped["adversary_nexus"] = "china"
    if "mobile network" in activity:
        mapped |= {"icts_category": "network", "is_icts": "true"}
    if "vehicle" in item:
        # A publisher who speaks of the connected vehicles rule leaves review case by case aside.
        mapped |= {"icts_category": "none", "vehicle_model_year": str(facts["model_year"])}
        hardware = "hardware" in item
        mapped["vehicle_component"] = "vcs_hardware" if hardware else "covered_software"
        mapped["direction"] = "import" if hardware else "domestic_sale"
        mapped["part_for_repair"] = _yes("repair" in str(facts.get("purpose")))
    return mapped


def fcc(facts: Facts, *, conclusions: bool) -> dict[str, str]:
    """A case about covered equipment, subsidies or reimbursement."""
    del conclusions
    activity, item = str(facts.get("activity", "")), str(facts.get("item", ""))
    mapped = {"direction": "domestic_sale" if "applicant" in facts else "procurement"}
    for word, direction in (("import", "import"), ("use", "use"), ("maintain", "service"), ("replace", "use")):
        if activity.startswith(word):
            mapped["direction"] = direction
    for role in ("applicant", "supplier"):
        if role in facts:
            mapped |= {"producer": _party("supplier", facts[role])["supplier"]}
    found = [ours for theirs, ours in KINDS.items() if item.startswith(theirs)]
    mapped["equipment_kind"] = found[0] if found else "telecom_equipment"
    for theirs, ours in (("previously_authorized", "equipment_authorized"), ("individual_revocation", "authorization_limited"),
                         ("authorization_limited_by_fcc", "authorization_limited"), ("approved_plan", "compliance_plan_approved")):  # fmt: skip
        if theirs in facts:
            mapped[ours] = _yes(facts[theirs])
    if "authorization_route" in facts:
        mapped["authorization_sought"] = str(facts["authorization_route"])
    if facts.get("intended_use") == "residential":
        mapped["security_end_use"] = "false"
    for theirs in ("component_maker", "module_maker"):
        if theirs in facts:
            mapped["component_producer"] = _party("supplier", facts[theirs])["supplier"]
    if "component_type" in facts:
        mapped["component_type"] = (
            "modular_transmitter" if facts["component_type"] == "modular_transmitter" else "other"
        )
    if "with covered module" in item:
        mapped |= {
            "component_type": "modular_transmitter",
            "component_producer": NAMED["Huawei"][0],
            "producer": "none",
        }
    if facts.get("funds") == "own":
        mapped["funds"] = "own"
    if "replaced" in facts:
        upgrade = "microwave" in facts["replaced"] and "fibre" in facts["replacement"]
        mapped |= {"producer": NAMED["Huawei"][0], "comparable_replacement": _yes(not upgrade)}
    if facts.get("actor") == "eligible provider":
        mapped |= ELIGIBLE
    if "affiliates" in activity:
        # Somebody who may be one, and no list to look it up in.
        mapped["producer"] = "an affiliate of Huawei"
    return mapped


def s889(facts: Facts, *, conclusions: bool) -> dict[str, str]:
    """A case about federal contracts and awards."""
    actor = str(facts.get("actor", ""))
    grantee = "grant" in actor or "grant" in str(facts.get("funds"))
    mapped = {"direction": "procurement", "component_role": "substantial_or_essential"}
    mapped["federal_role"] = "grantee" if grantee else "contractor" if "contractor" in facts else "agency"
    if facts.get("counterparty_uses_covered"):
        mapped["covered_link"] = "partner_use"
    elif facts.get("covered_use") or facts.get("vendor_uses_covered"):
        mapped["covered_link"] = "used"
    elif facts.get("parent_uses_covered"):
        mapped["covered_link"] = "affiliate_use"
    elif facts.get("covered_use_found") is False:
        mapped["covered_link"] = "none"
    elif "item" in facts:
        mapped["covered_link"] = "delivered"
    if facts.get("component_role") == "not_substantial_or_essential":
        mapped["component_role"] = "critical_technology" if facts.get("critical_technology") else "incidental"
    named = facts.get("producer") or ("Huawei" if "Huawei" in f"{facts.get('item')} {facts.get('covered_use')}" else "")
    if named:
        mapped |= {"producer": NAMED[named][0], "equipment_kind": "telecom_equipment"}
    elif conclusions and mapped.get("covered_link") != "none":
        # "Covered equipment", says the publisher, and not whose.
        mapped |= {"producer": "unknown", "covered_by_889": "true"}
    if facts.get("exception_claimed") == "interconnection":
        mapped["connection_service"] = "true"
    if "Defense" in actor or "civilian" in actor:
        mapped["contracting_agency"] = "defense" if "Defense" in actor else "civilian"
    if str(facts.get("item_risk", "")).startswith("low_risk"):
        mapped["low_risk_item"] = "true"
    return mapped


MAPPINGS: dict[str, tuple[str, Callable[..., dict[str, str]]]] = {
    "icts": ("icts", icts), "fcc_covered_list": ("fcc", fcc), "section_889": ("s889", s889),
}  # fmt: skip
"""Their regime -> ours, and how its facts are translated."""


def supply_cells(case: dict[str, Any], *, conclusions: bool = True) -> dict[str, str]:
    """The row of a case of one of these regimes."""
    _, mapping = MAPPINGS[case["regime"]]
    return {"id": case["id"], "on": str(case["as_of"]), "ultimate_consignee": "the buyer", "ultimate_consignee_country": "US",
            **mapping(case["facts"], conclusions=conclusions)}  # fmt: skip
