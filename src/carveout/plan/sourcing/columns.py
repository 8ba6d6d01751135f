"""The columns of the tables of a sourcing problem, each with its unit: what the reader reads and the template explains."""

from __future__ import annotations

from carveout.plan.sourcing.table_file import CHOICE, COUNT, NUMBER, SHARE, TEXT, Column

PARTS = (
    Column("part", TEXT, "a short name of the part, used in the other tables"),
    Column("unit", TEXT, "what is counted: piece, reel, kg", "piece", optional=True),
    Column("demand_per_month", NUMBER, "units used per month of 30 days"),
    Column("value", NUMBER, "what a unit in stock is worth, in the currency"),
    Column("volume", NUMBER, "warehouse space of a unit, in the unit of the sites' warehouse", 0.0, optional=True),
    Column("holding_per_month", NUMBER, "cost of keeping a unit for a month", 0.0, optional=True),
    Column("shortage", NUMBER, "cost of each unit that is wanted and not there"),
    Column("service", SHARE, "least share of the demand that must be met in expectation, percent", 0.0, optional=True),
    Column(
        "salvage", SHARE, "what a unit left over at the end is still worth, percent of its value", 0.0, optional=True
    ),
)
OFFERS = (
    Column("offer", TEXT, "a short name of the offer"),
    Column("part", TEXT, "the part it supplies"),
    Column("supplier", TEXT, "who supplies it"),
    Column("store", TEXT, "the store it is shipped to, of the table of stores"),
    Column("act", TEXT, "the act of shipping it there, an id of the table of acts"),
    Column("price", NUMBER, "price of a unit, in the currency"),
    Column("capacity_per_month", NUMBER, "most units per month of 30 days"),
    Column("order_days", COUNT, "days from order to shipment", 0, optional=True),
    Column("transit_days", COUNT, "days from shipment to arrival", 0, optional=True),
    Column("qualification_days", COUNT, "days until the source is qualified; 0 if it is already", 0, optional=True),
    Column("qualification_cost", NUMBER, "cost of qualifying it", 0.0, optional=True),
    Column("contract_fee", NUMBER, "fee of a contract that adds capacity", 0.0, optional=True),
    Column("contract_capacity_per_month", NUMBER, "units per month that the contract adds; 0: none is offered", 0.0, optional=True),
    Column("contract_least", NUMBER, "units to be taken over the plan under the contract, or paid for", 0.0, optional=True),
    Column("cancel", SHARE, "share of the price lost when an order may not be shipped, percent", 0.0, optional=True),
    Column("kind", CHOICE, "regular, or spot: bought within the period, as the need shows", "regular", optional=True,
           choices=("regular", "spot")),
)  # fmt: skip
STORES = (
    Column("store", TEXT, "a short name: what may be drawn under one act, kept apart from what may not"),
    Column("part", TEXT, "the part"),
    Column("site", TEXT, "where it is kept"),
    Column("on_hand", NUMBER, "units there on the first day", 0.0, optional=True),
    Column("act", TEXT, "the act of drawing it from there for use, an id of the table of acts"),
    Column("draw_cost", NUMBER, "cost of moving a unit from there into use", 0.0, optional=True),
)
SITES = (
    Column("site", TEXT, "a short name of the site"),
    Column("warehouse", NUMBER, "most space for the plan's parts; empty: no limit", None, optional=True),
)
DEMAND = (
    Column("part", TEXT, "the part"),
    Column("period", COUNT, "the period, from 1"),
    Column("quantity", NUMBER, "units wanted in that period"),
)
