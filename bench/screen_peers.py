"""nomenklatura at work on the same names, in an environment of its own: its index finds candidates, logic-v2 scores them.

Called as ``python screen_peers.py NAMES QUERIES`` with two JSON files: names as [entry, name, kind], queries as texts. Prints
the best entry and score of each query, and the seconds. Needs nomenklatura, whose pyicu comes as a source and wants ICU
and a compiler; where it cannot be imported, it says so and ends with code 3. Ids are unique: it remembers by id.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SCHEMAS = {"organization": "Organization", "person": "Person", "vessel": "Vessel", "any": "LegalEntity"}


def main() -> None:
    """Answer, and print the answers."""
    try:
        from followthemoney import Dataset, StatementEntity
        from nomenklatura.blocker.index import Index
        from nomenklatura.matching import get_algorithm
        from nomenklatura.resolver import Linker
        from nomenklatura.store.memory import MemoryStore
    except ImportError as error:
        print(f"nomenklatura cannot be imported: {error}", file=sys.stderr)
        sys.exit(3)
    held, queries = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    dataset = Dataset.make({"name": "listed", "title": "listed"})

    def entity(number: str, names: list[str], kind: str) -> Any:
        held = {"id": number, "schema": SCHEMAS[kind], "properties": {"name": names}}
        return StatementEntity.from_data(dataset, held)

    parties: dict[str, tuple[list[str], str]] = {}
    for entry, name, kind in held:
        parties.setdefault(entry, ([], kind))[0].append(name)
    listed = {f"listed-{entry}": entity(f"listed-{entry}", *told) for entry, told in parties.items()}
    store: Any = MemoryStore(dataset, Linker({}))
    with store.writer() as writer:
        for one in listed.values():
            writer.add_entity(one)
    algorithm: Any = get_algorithm("logic-v2")
    config = algorithm.default_config()
    asked = {f"asked-{n}": entity(f"asked-{n}", [text], "any") for n, text in enumerate(queries)}
    best = dict.fromkeys(asked, ("", 0.0))
    with tempfile.TemporaryDirectory() as folder:
        index: Any = Index(store.view(dataset), Path(folder))
        index.build()
        start = time.perf_counter()
        for number, found in index.match_entities(asked.values()):
            for candidate, _ in found[:20]:
                score = algorithm.compare(asked[str(number)], listed[str(candidate)], config).score
                if score > best[str(number)][1]:
                    best[str(number)] = (str(candidate).removeprefix("listed-"), score)
        seconds = time.perf_counter() - start
    print(json.dumps({"best": list(best.values()), "seconds": seconds}))


if __name__ == "__main__":
    main()
