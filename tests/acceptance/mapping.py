"""From the facts of the published answers to ours: a mapping of facts, never of answers.

Each case states facts in words of its publisher. Below, each of their facts is translated by itself, the same for all
cases. What publishers take for granted in a statement about the Entity List is written down once, as PREMISES, and
holds only where the case says nothing else.
"""

from __future__ import annotations

from typing import Any

PREMISES = {
    # A publisher who speaks of the Entity List alone leaves other requirements and misconduct aside.
    "ccl_license_required": "false",
    "knowledge_of_violation": "false",
    "diversion_knowledge": "false",
    "recipient_acts_for_listed": "false",
}

DIRECT_PRODUCT_PREMISES = {
    # A publisher who speaks of the direct product rule leaves de minimis aside, and of two limbs the one it is silent on.
    "us_controlled_content_pct": "0",
    "input_eccns": "none",
    "plant_eccns": "none",
}

# An ECCN of the list, for publishers who say "listed" or "caught" and name none.
LISTED_ECCN = "3E001"

# Names as the entries have them. "HiSilicon" and "affiliate added on ..." stand for a listed company of that wave.
PARTIES = {
    "Huawei Technologies Co., Ltd.": ("Huawei Technologies Co., Ltd.", "CN"),
    "HiSilicon (listed Huawei affiliate)": ("HiSilicon Technologies Co., Ltd", "CN"),
    "Huawei affiliate added 2019-08-19": ("Huawei Italia", "IT"),
    "Huawei Cloud affiliate added 2020-08-17": ("Huawei Cloud Brazil", "BR"),
    # A branch that is not legally distinct is the listed entity itself, in its own country.
    "branch office of a listed entity": ("Huawei Technologies Co., Ltd.", "CN"),
    "Honor Device Co., Ltd.": ("Honor Device Co., Ltd.", "CN"),
    "US manufacturer": ("US manufacturer", "US"),
}

DIRECTIONS = {
    "export": "export", "reexport": "reexport", "release": "release", "return_to_us": "return_to_us",
    "import_into_us": "import", "purchase_from_listed": "procurement", "foreign_sale": "export_from_abroad",
    "reexport_or_foreign_sale": "export_from_abroad", "export_from_abroad": "export_from_abroad",
    "transfer_in_country": "transfer_in_country",
}  # fmt: skip

# What the act is for, by the words of "purpose" and "activity" (first match wins, "purpose" before "activity").
PURPOSES = (
    ("maintain", "maintain_network"),
    ("in-life replacement", "maintain_network"),
    ("replace defective", "maintain_network"),
    ("bug fix and enhancement", "maintain_network"),
    ("new features", "expand_network"),
    ("complete roll-out", "build_network"),
    ("service and support", "support_device"),
    ("security research", "security_disclosure"),
    ("contribute to development", "standards_development"),
    ("commercial", "sale"),
    ("repair", "repair"),
    ("standards", "standards_development"),
    ("plug-fest", "standards_development"),
)

DEVICES = {
    "handset": "handset",
    "personally owned tablet": "tablet",
    "customer premises equipment": "cpe",
}

# Activities in which nothing that is an item changes hands.
NO_ITEM = ("payment", "contracting", "services only", "membership")


def _certification(facts: dict[str, Any], as_of: str) -> dict[str, str]:
    for key, who in (
        ("certification_from_huawei_obtained", "listed_entity"),
        ("exporter_certification_statement", "exporter"),
    ):
        if key in facts:
            return {"certification_by": who, "certification_on": as_of} if facts[key] else {"certification_by": "none"}
    return {}


def _party(facts: dict[str, Any]) -> dict[str, str]:
    mapped: dict[str, str] = {}
    for theirs, role in (
        ("recipient", "ultimate_consignee"), ("purchaser", "purchaser"), ("ultimate_consignee", "ultimate_consignee"),
        ("counterparty", "ultimate_consignee"), ("supplier", "supplier"),
    ):  # fmt: skip
        name = facts.get(theirs)
        if not name:
            continue
        ours, country = PARTIES.get(str(name), (str(name), facts.get(f"{theirs}_country", "CN")))
        mapped[role], mapped[f"{role}_country"] = ours, country
        listed = facts.get(f"{theirs}_entity_listed")
        if listed is False:
            mapped[f"{role}_listing"] = "none"
        elif listed is True and str(name) not in PARTIES and role != "supplier":
            mapped[f"{role}_listing"] = "el/other-listed-company-cn"
    if facts.get("direction") in ("purchase_from_listed", "import_into_us") and "ultimate_consignee" not in mapped:
        # What is bought or brought in goes to whoever buys or imports.
        mapped["ultimate_consignee"] = str(facts["actor"])
    return mapped


def _item(facts: dict[str, Any]) -> dict[str, str]:
    mapped: dict[str, str] = {}
    kind = facts.get("item_kind")
    if kind == "software_and_technology":
        mapped["item_kind"] = "software"
    elif kind in ("none", "none_or_published", "service"):
        mapped["item_kind"] = "service"
    elif kind:
        mapped["item_kind"] = kind
    for theirs, ours in (("eccn", "eccn"), ("eccn_if_not_published", "eccn"), ("item_origin", "origin"),
                         ("us_controlled_content_pct", "us_controlled_content_pct")):  # fmt: skip
        if theirs in facts:
            mapped[ours] = str(facts[theirs])
    if "published" in facts:
        mapped["published"] = str(facts["published"]).lower()
    elif kind in ("software", "technology", "software_and_technology"):
        mapped["published"] = "false"  # an update or a design that goes to one customer is not published
    if facts.get("intended_for_publication"):
        mapped["published"] = "true"  # handed to editors and reviewers for publication (734.7)
    for theirs, ours in (("encryption", "encryption_software"), ("notification_742_15b_sent", "encryption_source_notice"),
                         ("cryptography_standard", "standard_cryptography")):  # fmt: skip
        if theirs in facts:
            mapped[ours] = str(facts[theirs]).lower()
    if facts.get("item_location") == "US":
        mapped["located_in_us"] = "true"
    return mapped


def _act(facts: dict[str, Any]) -> dict[str, str]:
    activity = str(facts.get("activity", ""))
    mapped = {}
    if facts.get("direction"):
        mapped["direction"] = DIRECTIONS[facts["direction"]]
    elif activity.startswith(NO_ITEM):
        mapped |= {"direction": "service", "item_kind": "service", "service_conveys_item": "false"}
    elif "managed service" in activity:
        mapped |= {"direction": "service", "service_conveys_item": "true"}
    elif facts.get("export_completed_time_et"):
        mapped["direction"] = "export"
    else:
        mapped["direction"] = "release"
    if mapped["direction"] in ("export_from_abroad", "transfer_in_country"):
        mapped["located_in_us"] = (
            "false"  # a foreign sale starts abroad, a transfer within a foreign country stays there
        )
    words = " ".join(str(facts.get(key, "")) for key in ("purpose", "activity"))
    if facts.get("fits_tgl_category") is False:
        mapped["activity"] = "sale"
    else:
        found = [ours for theirs, ours in PURPOSES if theirs in words]
        mapped["activity"] = found[0] if found else "sale"  # no purpose is stated: a sale
    return mapped


def _network(facts: dict[str, Any], activity: str) -> dict[str, str]:
    mapped: dict[str, str] = {}
    status = str(facts.get("network_status", ""))
    if status:
        mapped["network_fully_operational"] = str(status.startswith("fully_operational")).lower()
        mapped["device_class"] = "network_equipment"
    if facts.get("contract_date"):
        mapped["contract_date"] = facts["contract_date"]
    if facts.get("contract_parties") == "Huawei and a third-party operator" or "network" in str(
        facts.get("purpose", "")
    ):
        mapped["network_third_party"] = "true"
    if activity in ("maintain_network", "support_device"):
        # Keeping what exists running, like for like, adds neither function nor capacity unless the case says so.
        mapped["enhances_function"] = str(facts.get("enhances_functionality", False)).lower()
        mapped["expands_capacity"] = "false"
    elif "enhances_functionality" in facts:
        mapped["enhances_function"] = str(facts["enhances_functionality"]).lower()
    if activity == "security_disclosure":
        mapped["network_fully_operational"] = str("fully operational network" in str(facts.get("purpose"))).lower()
    return mapped


def _standards(facts: dict[str, Any]) -> dict[str, str]:
    mapped: dict[str, str] = {}
    if "forum_meets_omb_a119" in facts:
        mapped["standards_body_open"] = str(facts["forum_meets_omb_a119"]).lower()
    forum = str(facts.get("forum", ""))
    if forum.startswith("bilateral"):
        mapped["release_setting"] = "bilateral"
    elif forum:
        mapped |= {"release_setting": "in_body", "recipient_is_member": "true"}
    activity = str(facts.get("activity", ""))
    if "post-publication" in activity:
        mapped["standard_already_published"] = "true"
    return mapped


def _savings_and_license(facts: dict[str, Any], as_of: str) -> dict[str, str]:
    mapped: dict[str, str] = {}
    if "en_route_aboard_carrier_on" in facts:
        mapped |= {"en_route_from": facts["en_route_aboard_carrier_on"], "en_route_until": as_of,
                   "order_on": facts.get("order_placed", facts["en_route_aboard_carrier_on"]),
                   "eligible_before": str(facts.get("previous_eligibility") in ("NLR", "licence_exception")).lower()}  # fmt: skip
        if facts.get("previous_eligibility") == "licence_needed":
            mapped |= {"ccl_license_required": "true", "other_authorization": "none"}
    if facts.get("specific_licence_held"):
        # Held on the day: valid from its grant through that day at least, for the item it names.
        mapped |= {"license_no": "as stated", "license_from": facts["licence_granted"], "license_through": as_of,
                   "license_conditions_met": "true"}  # fmt: skip
    if facts.get("other_ear_licence_requirement"):
        mapped["ccl_license_required"] = "true"
        if facts.get("other_licence_or_exception_available") is False:
            mapped["other_authorization"] = "none"
    if facts.get("claimed_licence_exception"):
        mapped |= {
            "ccl_license_required": "true",
            "other_authorization": f"exception:{facts['claimed_licence_exception']}",
        }
    return mapped


def _direct_product(facts: dict[str, Any], as_of: str) -> dict[str, str]:
    """How the item was made, by whose design, when, and what is known of footnote 1 parties."""
    mapped: dict[str, str] = {}
    # "Not itself subject" speaks of the product; what is said of the plant is then said of its components.
    if "not itself subject" not in str(facts.get("item")):
        us = facts.get("plant_equipment_direct_product_of_us_technology")
        if us or facts.get("plant_equipment_direct_product_of_ear_technology"):
            mapped["plant_eccns"] = str(facts.get("us_technology_eccn", LISTED_ECCN))
            mapped["plant_us_origin"] = str(bool(us)).lower()
    if facts.get("direct_product_of_listed_technology"):
        mapped["input_eccns"] = LISTED_ECCN
        mapped["input_subject_to_ear"] = str(facts["technology_subject_to_ear"]).lower()
    if "designed_by_footnote1_entity" in facts:
        own = "HiSilicon Technologies Co., Ltd"
        mapped["design_owner"] = own if facts["designed_by_footnote1_entity"] else str(facts["actor"])
    if any(value is True for key, value in facts.items() if key.startswith("knowledge_")):
        mapped["knowledge"] = "actual"
    # Goods on their way have been begun by then.
    begun = facts.get("production_start", facts.get("en_route_on"))
    if begun:
        mapped["production_started_on"] = begun
    if facts.get("shipped_on"):
        mapped["shipped_on"] = facts["shipped_on"]
    if "component_subject_under_footnote1" in facts:
        held = "licensed" if facts["component_licence_exists"] else "unlicensed"
        mapped["caught_components"] = held if facts["component_subject_under_footnote1"] else "none"
    if facts.get("supplier_licence_held"):
        relied = facts["written_confirmation_of_licence"] and facts["conditions_received"]
        mapped |= {"license_no": "the supplier's", "license_from": as_of, "license_through": as_of,
                   "license_conditions_met": str(relied).lower()}  # fmt: skip
    if facts.get("onward_transfer_covered_by_existing_licence") is False:
        mapped["license_no"] = "none"
    if facts.get("new_items_supplied") is False:
        mapped |= {"direction": "use", "activity": "repair"}  # the equipment stays where it is, and nothing is added
    return mapped


def cells(case: dict[str, Any], *, conclusions: bool = True) -> dict[str, str]:
    """The row of a case. Without ``conclusions``, "subject to the EAR" is not stated but left to be derived."""
    facts, as_of = case["facts"], str(case["as_of"])
    rule = case["regime"] == "footnote1_fdp"
    row: dict[str, str] = {"id": case["id"], "on": as_of, **PREMISES, **(DIRECT_PRODUCT_PREMISES if rule else {})}
    row |= _item(facts)
    row |= _act(facts)
    row |= _party(facts)
    row |= _network(facts, row["activity"])
    if facts.get("device") in DEVICES:
        row["device_class"] = DEVICES[facts["device"]]
    if facts.get("device_first_public_date"):
        row["device_public_on"] = facts["device_first_public_date"]
    row |= _certification(facts, as_of)
    row |= _standards(facts)
    row |= _savings_and_license(facts, as_of)
    row |= _direct_product(facts, as_of) if rule else {}
    home = row["direction"] in ("import", "return_to_us")
    row.setdefault("destination", "US" if home else row.get("ultimate_consignee_country", "CN"))
    for known in ("knowledge_of_prior_unlicensed_export",):
        if known in facts:
            row["knowledge_of_violation"] = str(facts[known]).lower()
    if "diversion_knowledge" in facts:
        row["diversion_knowledge"] = str(facts["diversion_knowledge"]).lower()
    if conclusions and isinstance(facts.get("subject_to_ear"), bool):
        row["subject_to_ear"] = str(facts["subject_to_ear"]).lower()
    return row
