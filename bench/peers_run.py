"""One peer at work, in its own environment: reads its program and its rows, prints seconds a run as JSON.

Called as ``python peers_run.py ENGINE PROGRAM ROWS ANSWERS RUNS THREADS``; imports nothing of ours. What is timed starts with the
rows in memory in the form that the engine likes best, and ends with the outcome of every row.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

DAY = "2020-01-01"
"""The one period of a simulation; the day of an act is a variable, since every row has its own."""

Outcomes = tuple[list[int], list[int]]
Prepared = tuple[Callable[[], Any], Callable[[Any], Outcomes]]


def duckdb(program: Any, rows: pa.Table, threads: int) -> Prepared:
    """A native table, its rows so many times over, and a prepared query; the answers are fetched as Arrow."""
    import duckdb as engine

    connection = engine.connect(config={"threads": threads})
    for name, members in program["choices"].items():
        listed = ", ".join("'" + member.replace("'", "''") + "'" for member in members)
        connection.execute(f"CREATE TYPE {name}_choice AS ENUM ({listed})")
    shown = ", ".join(
        f"{n}::{n}_choice AS {n}" if n in program["choices"] else n for n in [*rows.column_names, "place"]
    )
    rows = pa.concat_tables([rows] * program["times"])
    given = rows.append_column("place", pa.array(range(rows.num_rows), pa.int32()))
    connection.register("given", given)
    connection.execute(f"CREATE TABLE book AS SELECT {shown} FROM given")
    connection.execute(f"PREPARE law AS {program['query']}")

    def run() -> pa.Table:
        return connection.execute("EXECUTE law").to_arrow_table()

    def told(found: pa.Table) -> Outcomes:
        found = found.sort_by("place")
        return found["at_least"].to_pylist(), found["at_most"].to_pylist()

    return run, told


def zen(program: Any, rows: pa.Table, threads: int) -> Prepared:
    """A decision compiled when it is loaded, asked for all rows as one batch."""
    import zen as engine

    decisions = engine.ZenEngine({"loader": {"type": "static", "content": {"law": program}}})
    requests = [{"key": "law", "context": context} for context in rows.to_pylist()]

    def run() -> Any:
        return decisions.evaluate_batch(requests)

    def told(answers: Any) -> Outcomes:
        outcomes = [answer["data"]["result"]["outcome"] for answer in answers]
        return outcomes, outcomes

    return run, told


def openfisca(program: Any, rows: pa.Table, threads: int) -> Prepared:
    """A simulation per run, its inputs ready as arrays; one period for all rows."""
    import numpy
    from openfisca_core.entities import Entity
    from openfisca_core.indexed_enums import Enum, EnumArray
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulation_builder import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    unit = Entity("unit", "units", "One act toward one party", "")
    unit.is_person = True
    enums = {n: Enum(n, [(f"m{p}", v) for p, v in enumerate(values)]) for n, values in program["members"].items()}
    scope: dict[str, Any] = {
        "numpy": numpy, "members": {name: list(enum) for name, enum in enums.items()},
        "patterns": {key: numpy.asarray(truths) for key, truths in program["patterns"].items()},
    }  # fmt: skip
    system = TaxBenefitSystem([unit])

    def add(name: str, kind: type, **further: Any) -> None:
        entry = {"value_type": kind, "entity": unit, "definition_period": DateUnit.DAY, "label": name, **further}
        system.add_variable(type(name, (Variable,), entry))

    kinds = {"day": int, "number": float, "bool": bool}
    for name, kind in program["inputs"].items():
        if kind == "text":
            add(name, Enum, possible_values=enums[name], default_value=next(iter(enums[name])))
        else:
            add(name, kinds[kind])
    ends = {end: program[end] for end in ("at_least", "at_most")}
    for name, source in {**program["steps"], **ends}.items():
        formula: dict[str, Any] = {}
        exec(f"def formula(unit, period):\n    return {source}", scope, formula)
        add(name, int if name in ends else bool, formula=formula["formula"])
    asked = list(ends) if ends["at_least"] != ends["at_most"] else ["at_least"]
    inputs = {}
    for name, kind in program["inputs"].items():
        if kind == "text":
            order = {value: place for place, value in enumerate(program["members"][name])}
            places = numpy.asarray([order[value] for value in rows[name].to_pylist()])
            inputs[name] = EnumArray(places.astype(numpy.uint8 if len(order) < 256 else numpy.int16), enums[name])
        else:
            inputs[name] = rows[name].to_numpy()

    def run() -> Any:
        simulation = SimulationBuilder().build_default_simulation(system, rows.num_rows)
        for name, values in inputs.items():
            simulation.set_input(name, DAY, values)
        return [simulation.calculate(end, DAY) for end in asked]

    return run, lambda found: (found[0].tolist(), found[-1].tolist())


ENGINES = {"duckdb": duckdb, "zen": zen, "openfisca": openfisca}


def main() -> None:
    """Prepare, answer once and write the answers, then time."""
    engine, program, book, answers, runs, threads = sys.argv[1:]
    rows = pq.read_table(book)
    run, told = ENGINES[engine](json.loads(Path(program).read_text(encoding="utf-8")), rows, int(threads))
    least, most = told(run())
    pq.write_table(pa.table({"at_least": least, "at_most": most}), answers)
    seconds = []
    for _ in range(int(runs)):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "rows": rows.num_rows}))


if __name__ == "__main__":
    main()
