"""The columns of the tables of a migration and the keys of its TOML, with units and meanings: what templates and errors say."""

from __future__ import annotations

from collections.abc import Mapping

from carveout.plan.migration.table import Column

SITES: Mapping[str, Column] = {
    "site": Column("text", "the name of the site", example="Big Horn 3"),
    "latitude": Column("number", "degrees north", -90, 90, example="44.38"),
    "longitude": Column("number", "degrees east", -180, 180, example="-107.21"),
    "market": Column("text", "a market of the markets file", example="north"),
    "season": Column("text", "a season of the seasons file; empty: one may climb all year", default="", needed=False, example="high"),
    "sectors": Column("whole", "sectors of the site", 1, 24, example="3"),
    "population": Column("whole", "persons covered", 0, 10_000_000, example="1200"),
    "sole": Column("whole", "of them, persons whom no other carrier's signal reaches, for emergency calls", 0, 10_000_000, default=0, needed=False, example="300"),
    "roaming_pct": Column("percent", "percent of the others whom a roaming partner serves meanwhile", 0, 100, default=0.0, needed=False, example="40"),
    "units": Column("whole", "units of the old equipment in service", 0, 10_000, example="9"),
    "failures_a_year": Column("number", "failures of one unit a year", 0, 50, example="0.06"),
    "spares": Column("number", "spare units for this site, its share of the depot included", 0, 100_000, example="1"),
    "survey_weeks": Column("whole", "weeks of the structural analysis of the tower", 1, 52, default=1, needed=False, example="1"),
    "permit_weeks": Column("whole", "weeks from the analysis to the permit", 0, 156, example="10"),
    "structural_weeks": Column("whole", "weeks of structural work the tower needs to carry both sets; 0 for none", 0, 52, default=0, needed=False, example="0"),
    "ways": Column("list", "the ways that are possible here, by name, with ; between; empty: all", default=(), needed=False, example="parallel; in place"),
}  # fmt: skip
WAYS: Mapping[str, Column] = {
    "way": Column("text", "a name: in place, parallel, ...", example="parallel"),
    "vendor": Column("text", "a vendor of the vendors file", example="North"),
    "build_weeks": Column("whole", "weeks that a crew builds", 1, 52, example="2"),
    "tower_crews": Column("whole", "tower crews at once", 1, 20, default=1, needed=False, example="1"),
    "cutover_weeks": Column("whole", "weeks of drive test and cut-over", 1, 26, example="1"),
    "removal_weeks": Column("whole", "weeks that a crew removes the old set; 0 where building removes it", 0, 26, example="1"),
    "off_air": Column("yesno", "yes where the site is off the air from the build to the cut-over", example="no"),
    "cost_site": Column("whole", "thousand dollars a site", 0, 1_000_000, example="90"),
    "cost_sector": Column("whole", "thousand dollars a sector", 0, 1_000_000, example="35"),
}  # fmt: skip
CREWS: Mapping[str, Column] = {
    "crew": Column("text", "survey, structural, tower, integration or core", example="tower"),
    "count": Column("whole", "crews", 0, 1000, example="6"),
    "from": Column("text", "first day, YYYY-MM-DD; empty: from the start", default="", needed=False),
    "through": Column("text", "last day, YYYY-MM-DD; empty: to the end", default="", needed=False),
}
VENDORS: Mapping[str, Column] = {
    "vendor": Column("text", "a name", example="North"),
    "lead_weeks": Column("whole", "weeks from the start to the first delivery", 0, 156, example="20"),
    "sites_a_month": Column("whole", "sites that can be begun in any four weeks", 1, 10_000, example="20"),
}
SEASONS: Mapping[str, Column] = {
    "season": Column("text", "a name", example="high"),
    "closed_from": Column("monthday", "first day of the year on which nobody climbs, MM-DD", example="11-01"),
    "closed_through": Column("monthday", "last such day, MM-DD", example="04-15"),
}
MARKETS: Mapping[str, Column] = {
    "market": Column("text", "a name", example="north"),
    "core_weeks": Column("whole", "weeks that its part of the new core takes, market by market", 0, 104, example="6"),
    "core_cost": Column("whole", "thousand dollars", 0, 1_000_000, example="700"),
}
FILES: Mapping[str, Mapping[str, Column]] = {
    "sites": SITES, "ways": WAYS, "crews": CREWS, "vendors": VENDORS, "seasons": SEASONS, "markets": MARKETS,
}  # fmt: skip

KEYS: Mapping[str, Mapping[str, Column]] = {
    "program": {
        "name": Column("text", "the carrier or its program"),
        "start": Column("day", "first day of week 0"),
        "deadline": Column("day", "day by which all must be done"),
        "latest": Column("day", "last day that is planned at all; default: a year after the deadline", needed=False),
        "order": Column("text", "core_first, market_by_market, or either", default="either", needed=False),
        "core_weeks": Column("whole", "weeks that one new core of all takes, core first", 0, 156),
        "core_cost": Column("whole", "thousand dollars", 0, 10_000_000),
    },
    "floors": {
        "coverage_pct": Column("percent", "percent of each market's persons in service at all times", 0, 100),
        "emergency_pct": Column("percent", "percent of the sole persons of the network who can call for help at all times", 0, 100),
    },
    "tower": {"double_load_weeks": Column("whole", "weeks a tower may carry both sets, from the build to the removal", 1, 520)},
    "money": {
        "cash": Column("whole", "thousand dollars at hand", 0, 10_000_000),
        "credit": Column("whole", "thousand dollars of credit", 0, 10_000_000, default=0, needed=False),
        "own_a_week": Column("whole", "thousand dollars of own funds a week", 0, 1_000_000, default=0, needed=False),
        "reimbursed_pct": Column("percent", "percent reimbursed (the pro-rata factor)", 0, 100),
        "claim_weeks": Column("whole", "weeks from payment to reimbursement", 0, 260),
        "overhead_a_week": Column("whole", "thousand dollars a week of the program", 0, 100_000, default=0, needed=False),
        "roaming": Column("number", "dollars a person-week off the air is reckoned at", 0, 10_000, default=1.0, needed=False),
        "exposure": Column("number", "dollars a person-week at risk is reckoned at, once spares are used up", 0, 10_000, default=0.1, needed=False),
    },
    "risk": {
        "weather_pct": Column("percent", "chance that a crew-week of climbing is lost to weather", 0, 90, default=0.0, needed=False),
    },
}  # fmt: skip
