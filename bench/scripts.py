"""Names in other scripts at scale: recall of curated aliases with the aliases off, false alarms, names a second.

``python -m bench.scripts`` needs the folder named by ``CARVEOUT_TEST_DATA``. An alias is recalled when the scorer takes
its text for one of the names that the list has for the party, by reading and translating alone. A false alarm is
the same text taken for one of some hundred other parties of the list in that country, drawn with a fixed seed.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections import defaultdict
from pathlib import Path

from carveout.parties.alias import Alias, aliases
from carveout.parties.name import read_name
from carveout.parties.rendering import renderings
from carveout.parties.score import score

STRANGERS = 100
DRAWN = 150
SEED = 7


def listed(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Every name of a party of the Consolidated Screening List, by list and name."""
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for party in json.loads((folder / "lists" / "csl-2026-07-31.json").read_text(encoding="utf-8"))["results"]:
        code = re.search(r"\(([A-Z -]+?)(?: List)?\)", party["source"])
        held[code[1] if code else "CMIC", party["name"]] += [party["name"], *(party["alt_names"] or ())]
    return held


def matches(text: str, names: list[str]) -> bool:
    """Whether the scorer takes the text for one of the names."""
    query = read_name(text)
    return any(score(query, read_name(name), kind="organization").match for name in names)


def interval(found: int, of: int) -> str:
    """A share with its Wilson 95 percent interval."""
    z, share = 1.96, found / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * ((share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5) / (1 + z * z / of)
    return f"{share:.3f} ({max(0.0, middle - half):.3f} to {middle + half:.3f}, {found} of {of})"


def recall(held: dict[tuple[str, str], list[str]]) -> list[tuple[str, str]]:
    """Per language and for full names only: aliases that need no alias layer."""
    found: dict[str, list[bool]] = defaultdict(list)
    by_text: dict[tuple[str, str], list[Alias]] = defaultdict(list)
    for alias in aliases():
        by_text[alias.language, alias.alias].append(alias)
    for (language, text), same in sorted(by_text.items()):
        if not same[0].weak:
            hit = any(matches(text, held[alias.list, alias.name]) for alias in same)
            found[f"{language}, full names" if len(text) > 6 else f"{language}, short forms"].append(hit)
    return [(group, interval(sum(hits), len(hits))) for group, hits in sorted(found.items())]


def false_alarms(held: dict[tuple[str, str], list[str]]) -> list[tuple[str, str]]:
    """Pairs of a text and a stranger that the scorer joins, and texts that meet at least one such stranger."""
    drawn = random.Random(SEED)
    rows = []
    for language, country in (("zh", "CN"), ("ru", "RU"), ("fa", "IR"), ("ko", "KP")):
        mine = [alias for alias in aliases() if alias.language == language and not alias.weak]
        strangers = sorted({(alias.list, alias.name) for alias in mine if alias.country == country})
        pairs = joined = alarmed = 0
        texts = drawn.sample(sorted({alias.alias for alias in mine}), min(DRAWN, len({alias.alias for alias in mine})))
        for text in texts:
            own = {(alias.list, alias.name) for alias in mine if alias.alias == text}
            others = [party for party in strangers if party not in own]
            hits = sum(matches(text, held[party][:1]) for party in drawn.sample(others, min(STRANGERS, len(others))))
            pairs += min(STRANGERS, len(others))
            joined += hits
            alarmed += hits > 0
        rows.append((f"{language}: pairs joined", interval(joined, pairs)))
        rows.append((f"{language}: texts with an alarm", interval(alarmed, len(texts))))
    return rows


def speed() -> list[tuple[str, str]]:
    """Names rendered a second of processor time, first time seen, tables loaded."""
    texts: dict[str, list[str]] = defaultdict(list)
    for alias in aliases():
        texts[alias.script].append(alias.alias)
    rows = []
    for script, names in sorted(texts.items()):
        unique = sorted(set(names))
        renderings(unique[0])
        started = time.process_time()
        for name in unique:
            renderings.__wrapped__(name)
        rows.append((script, f"{len(unique) / (time.process_time() - started):,.0f} names/s"))
    return rows


def main() -> None:
    """Print the three tables."""
    held = listed(Path(os.environ["CARVEOUT_TEST_DATA"]))
    for title, rows in (
        ("recall of aliases, aliases off", recall(held)),
        ("false alarms among listed parties of the country", false_alarms(held)),
        ("renderings", speed()),
    ):
        print(title)
        for what, value in rows:
            print(f"  {what:32} {value}")


if __name__ == "__main__":
    main()
