"""From snapshots to entries with a history: a function of the snapshots, whatever the order in which they came.

An entry that a complete edition lacks, though an earlier one had it, left the list between the two. A partial edition
never takes an entry away. An entry that came back after a gap counts as listed throughout: what a list forgot for a day
must not read as freedom.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from carveout.law.entry import Entry
from carveout.law.evidence import Evidence
from carveout.law.instrument import Instrument
from carveout.parties.citation import Citation, citations
from carveout.parties.effective import Effective, HeldDays, effective, first_volumes
from carveout.parties.filing import Filing
from carveout.parties.identity import Lineage, Matcher, face, merged, of_law
from carveout.parties.list_code import slug
from carveout.parties.party import Party, Removal
from carveout.parties.requirement import footnotes, review_policy
from carveout.parties.snapshot import Snapshot

VERSION = "1"
"""Of these rules: the register is compiled again under another version."""

NO_COUNTRY = "zz"
"""Stands in an id where a filing names no country."""


def base_id(filing: Filing) -> str:
    """The id of a filing: list, slug of the name, country of the first address (contract)."""
    country = filing.countries[0].lower() if filing.countries else NO_COUNTRY
    name = slug(filing.name)[:120].strip("-") or "name-" + "-".join(f"{ord(c):x}" for c in filing.name[:12])
    return f"{slug(filing.list)}/{name}-{country}"


class _Edition:
    """All snapshots of one day and list: an entry is in it that is in one of them."""

    def __init__(self, vintage: date, snapshots: Sequence[Snapshot], code: str) -> None:
        self.vintage = vintage
        self.complete = any(one.manifest.is_complete(code) for one in snapshots)
        filings = [filing for one in snapshots for filing in one.filings if filing.list == code]
        self.faces = merged((face(filing, vintage.year) for filing in dict.fromkeys(filings)), vintage.year)


def parties(
    snapshots: Iterable[Snapshot], law: Iterable[Entry] = (), instruments: dict[str, Instrument] | None = None
) -> list[Party]:
    """Every entry of the snapshots and of the bundled law, by id.

    ``law`` are the entries of the corpus, which keep their ids and dates; ``instruments`` those of the corpus.
    """
    held = sorted(snapshots, key=lambda one: (one.vintage, one.manifest.sha256))
    entries, known = list(law), instruments or {}
    days = HeldDays(known, entries)
    found: list[Party] = []
    for code in sorted({filing.list for one in held for filing in one.filings} | {entry.list for entry in entries}):
        by_day: dict[date, list[Snapshot]] = {}
        for one in held:
            if one.manifest.counts.get(code):
                by_day.setdefault(one.vintage, []).append(one)
        editions = [_Edition(day, by_day[day], code) for day in sorted(by_day)]
        seeds = [
            of_law(entry, [known[said.instrument].citation for said in entry.listed if said.instrument in known])
            for entry in entries if entry.list == code
        ]  # fmt: skip
        found += _of_list(editions, seeds, days)
    return sorted(found, key=lambda party: party.id)


def _of_list(editions: Sequence[_Edition], seeds: list[Lineage], days: HeldDays) -> list[Party]:
    matcher = Matcher(seeds)
    for nth, edition in enumerate(editions):
        gone: list[int] = []
        if edition.complete:
            # A spelling may have changed of what was there until now, and of an entry of the law that was never seen.
            before = max((at for at in range(nth) if editions[at].complete), default=0)
            gone = [
                at for at, lineage in enumerate(matcher.lineages)
                if (max(lineage.present) >= before if lineage.seen else lineage.held)
            ]  # fmt: skip
        matcher.match(nth, edition.faces, gone)
    slips = first_volumes(citations(one.filing.chain, e.vintage.year) for e in editions for one in e.faces)
    names = _ids(matcher.lineages)
    return [
        _party(lineage, identifier, former, editions, days, slips)
        for lineage, (identifier, former) in zip(matcher.lineages, names, strict=True)
    ]


def _ids(lineages: Sequence[Lineage]) -> list[tuple[str, tuple[str, ...]]]:
    """The id of each lineage and the ids that its later filings alone would have given."""
    taken = {lineage.held.id for lineage in lineages if lineage.held}
    chosen: dict[int, str] = {at: lineage.held.id for at, lineage in enumerate(lineages) if lineage.held}
    for at, lineage in enumerate(lineages):
        if lineage.held:
            continue
        filing = lineage.seen[0][1]
        cited = citations(filing.chain)
        further = [filing.number, slug(str(min(cited))) if cited else ""]
        base = base_id(filing)
        tries = [base, *(f"{base}-{slug(one)}" for one in further if one)]
        nth = 2
        while not (free := [one for one in tries if one not in taken]):
            tries, nth = [f"{tries[-1]}-{nth}"], nth + 1
        chosen[at] = free[0]
        taken.add(free[0])
    found = []
    for at, lineage in enumerate(lineages):
        others = dict.fromkeys(base_id(filing) for _, filing in lineage.seen)
        found.append((chosen[at], tuple(one for one in others if one not in taken)))
    return found


def _removal(lineage: Lineage, editions: Sequence[_Edition]) -> tuple[Removal | None, tuple[date, ...]]:
    """When the entry left its list, and the complete editions that lacked it in between."""
    seen = sorted(lineage.present)
    later = next((e for e in editions[seen[-1] + 1 :] if e.complete), None)
    between = {nth for nth in range(seen[0], seen[-1]) if editions[nth].complete} - set(seen)
    gaps = tuple(editions[nth].vintage for nth in sorted(between))
    return (Removal(editions[seen[-1]].vintage, later.vintage) if later else None), gaps


def _party(
    lineage: Lineage,
    identifier: str,
    former: tuple[str, ...],
    editions: Sequence[_Edition],
    days: HeldDays,
    slips: dict[tuple[int, int], int],
) -> Party:
    held = lineage.held
    if not lineage.seen:
        assert held is not None
        return Party(
            identifier, held.list, held.name, _of_law(held), held.country, tuple(filter(None, [held.country])), held.aliases,
            citations=_cited(held), policy_code=held.review_policies[-1].value if held.review_policies else "",
            footnotes=_marks(held), in_law=True,
        )  # fmt: skip
    filings = [filing for _, filing in lineage.seen]
    last, first = filings[-1], lineage.seen[0][0]
    removal, gaps = _removal(lineage, editions)
    marks: dict[str, date] = _marks(held) if held else {}
    chain: dict[Citation, None] = {}
    for nth, filing in lineage.seen:
        for mark in sorted(footnotes(filing.requirement)):
            marks.setdefault(mark, editions[nth].vintage)
        chain.update(dict.fromkeys(citations(filing.chain, editions[nth].vintage.year)))
    published = min((filing.published for filing in filings if filing.published), default=None)
    absent = max((e.vintage for e in editions[:first] if e.complete), default=None)
    since = (
        _of_law(held) if held
        else effective(tuple(chain), days, editions[first].vintage, published, absent, slips)
    )  # fmt: skip
    names = dict.fromkeys(name for filing in reversed(filings) for name in filing.names)
    if held:
        names |= dict.fromkeys((held.name, *held.aliases))
    own = held.name if held else last.name
    countries = dict.fromkeys(country for filing in reversed(filings) for country in filing.countries)
    country = held.country if held else filings[0].countries[0] if filings[0].countries else ""
    said = held.review_policies if held else ()
    policy = said[-1].value if said else review_policy(last.policy) if last.policy else ""
    return Party(
        id=identifier, list=last.list, name=own, effective=since, country=country,
        countries=tuple(dict.fromkeys(filter(None, [country, *countries]))), aliases=tuple(name for name in names if name != own),
        addresses=last.addresses, kind=last.kind, number=last.number, identifiers=last.identifiers, programs=last.programs,
        citations=tuple(str(one) for one in citations(last.chain, editions[lineage.seen[-1][0]].vintage.year)),
        requirement=last.requirement, policy=last.policy, policy_code=policy, footnotes=marks,
        first_seen=editions[first].vintage, last_seen=editions[max(lineage.present)].vintage, removal=removal, gaps=gaps,
        former_ids=former, affiliate_of=last.affiliate_of, filed_as=last.filed_as, published=published, expires=last.expires,
        remarks=last.remarks, source_url=last.source_url, in_law=held is not None,
    )  # fmt: skip


def _of_law(entry: Entry) -> Effective:
    """The first day of an entry as the bundled law has it."""
    first = min(entry.listed, key=lambda said: said.period.wide[0])
    latest = min((said.firm_from for said in entry.listed), default=date.max)
    evidence = max((said.evidence for said in entry.listed), default=Evidence.primary)
    return Effective(first.period.wide[0], latest, evidence, "the bundled law", first.citation, first.instrument)


def _cited(entry: Entry) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said.citation for said in entry.listed if said.citation))


def _marks(entry: Entry) -> dict[str, date]:
    """Since when an entry of the law carries its footnotes, under every reading."""
    return {mark: min(one.firm_from for one in said) for mark, said in entry.footnotes.items() if said}
