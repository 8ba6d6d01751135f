"""The check of the law: cases, coverage of conditions, proofs, gaps in time. What ``law check`` shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from carveout.book.decide_book import Asked, decide_cells
from carveout.decide.determination import Determination
from carveout.decide.network import Node, TextNode
from carveout.facts.value import FALSE, TRUE, UNKNOWN
from carveout.law.corpus import Corpus
from carveout.law.provision import Case
from carveout.law.view import View


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing checked: which check, whether it holds, about which provision, in words."""

    check: str
    ok: bool
    provision: str
    what: str


SHOWN = {
    "a case in which it holds": "texts held",
    "a case in which only": "conditions failed alone",
    "a case in which it is unknown": "texts unknown",
}
"""What the cases of every text have to show, as findings name it -> as the figure names it."""


@dataclass
class Report:
    """Everything checked."""

    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is refused."""
        return all(finding.ok for finding in self.findings)

    @property
    def coverage(self) -> str:
        """How far the cases cover the conditions: held, failed alone, unknown, as counts and as one figure."""
        told = []
        for what, word in SHOWN.items():
            asked = [f for f in self.findings if f.check == "coverage" and what in f.what]
            told.append(f"{sum(f.ok for f in asked)} of {len(asked)} {word}")
        asked = [f for f in self.findings if f.check == "coverage"]
        share = 100 * sum(f.ok for f in asked) / len(asked) if asked else 100.0
        # Rounded down: a hundred is said only of all.
        return f"coverage of conditions {int(share * 10) / 10:g} percent: " + ", ".join(told)

    @property
    def summary(self) -> str:
        """One sentence."""
        refused = sum(not finding.ok for finding in self.findings)
        counts = {
            name: sum(f.check == name for f in self.findings)
            for name in ("case", "coverage", "proof", "gap", "scenario")
        }
        told = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in counts.items())
        return f"checked {told}: " + ("all hold." if not refused else f"{refused} refused.")


@dataclass
class _Seen:
    """What the cases have shown of one text: it held, it was unknown, which clauses failed alone."""

    held: bool = False
    unknown: bool = False
    failed: set[int] = field(default_factory=set)


def run_case(case: Case, view: View) -> tuple[Determination | None, str]:
    """A case run: the determination, and what is wrong with it (nothing when it comes out as written).

    A case says what the regime of its provision answers; the other regimes are judged beside it and not looked at.
    """
    cells = {"id": case.name, **{name: value for name, value in case.facts if value}}
    _, found, errors = decide_cells(cells, Asked(view, case.on))
    if found is None:
        return None, "; ".join(str(error) for error in errors)
    own = found.regimes[case.provision.partition("/")[0]]
    if str(own.interval) != case.outcome:
        return found, f"{own.interval}, not {case.outcome}"
    if case.until:
        change = own.changes_on
        last = (change - timedelta(days=1)).isoformat() if change else "open"
        if last != case.until:
            return found, f"until {last}, not {case.until}"
    return found, ""


def _note(seen: dict[tuple[str, int], _Seen], found: Determination, provision: str) -> None:
    """Record what one determination shows of the texts of a provision."""
    for answer in found.units:
        unit = answer.unit
        node = unit.network.nodes[unit.network.position[provision]]
        step = node.at(found.transaction.on)
        for text in step.readings if step else ():
            if text is None:
                continue
            noted = seen.setdefault((provision, id(text.clauses)), _Seen())
            truths = [unit.clause(clause.index) for clause in text.clauses]
            whole = unit.reading(text)
            noted.held |= whole == TRUE
            noted.unknown |= whole == UNKNOWN
            failing = [n for n, t in enumerate(truths) if t != TRUE]
            if len(failing) == 1:
                clause = text.clauses[failing[0]]
                # A condition in doubt may never be false, whatever the facts: unknown alone is all it can show.
                if truths[failing[0]] == FALSE or clause.condition.doubted or len(clause.condition.readings) > 1:
                    noted.failed.add(failing[0])


def _texts(node: Node) -> Iterator[tuple[date, TextNode]]:
    """Each text of a provision once, with the day from which it applies."""
    told: list[tuple[object, ...]] = []
    for step in node.steps:
        for text in step.readings:
            if text is not None and text.clauses not in told:
                told.append(text.clauses)
                yield step.start, text


def _cases(corpus: Corpus, view: View) -> Iterator[Finding]:
    seen: dict[tuple[str, int], _Seen] = {}
    network = None
    for provision in corpus.provisions.values():
        for case in provision.cases:
            found, wrong = run_case(case, view)
            yield Finding(
                "case",
                not wrong,
                provision.id,
                f"{case.file}:{case.line} {case.name}" + (f": {wrong}" if wrong else ""),
            )
            if found is not None:
                network = found.units[0].unit.network
                _note(seen, found, provision.id)
    if network is None:
        return
    for node in network.nodes:
        yield from _coverage(node, seen)


def _coverage(node: Node, seen: dict[tuple[str, int], _Seen]) -> Iterator[Finding]:
    """Per text: a case where it holds, one per condition that fails alone, one unknown."""
    for start, text in _texts(node):
        same = [t for step in node.steps for t in step.readings if t is not None and t.clauses == text.clauses]
        shown = [seen[key] for t in same if (key := (node.provision.id, id(t.clauses))) in seen]
        noted = _Seen(any(s.held for s in shown), any(s.unknown for s in shown), {c for s in shown for c in s.failed})
        name = f"{node.provision.id}, text from {start} ({text.source})"
        if not text.untranslatable:
            yield Finding("coverage", noted.held, node.provision.id, f"{name}: a case in which it holds")
            for index, clause in enumerate(text.clauses):
                yield Finding("coverage", index in noted.failed, node.provision.id,
                              f"{name}: a case in which only {clause.condition.name!r} fails")  # fmt: skip
        yield Finding("coverage", noted.unknown, node.provision.id, f"{name}: a case in which it is unknown")


def _gaps(corpus: Corpus, view: View) -> Iterator[Finding]:
    """Days between two stretches of a provision, or of a declared line of provisions: each has to be explained."""
    lines: list[tuple[str, tuple[str, ...], date | None]] = [(p, (p,), None) for p in sorted(corpus.provisions)]
    lines += [(line.title, line.provisions, line.start) for line in corpus.lines]
    for title, provisions, start in lines:
        stretches = sorted((s for p in provisions for s in view.provisions[p].stretches), key=lambda s: s.start)
        reached = start
        for stretch in stretches:
            if reached is not None and stretch.start > reached:
                last = stretch.start - timedelta(days=1)
                reason = corpus.explained_gap(provisions, reached, last)
                yield Finding(
                    "gap",
                    bool(reason),
                    provisions[0],
                    f"{title}: {reached} to {last}, {reason or 'unexplained'}",
                )
            if stretch.end is None:
                break
            reached = max(reached, stretch.end) if reached else stretch.end


def _says(view: View) -> tuple[object, ...]:
    """What a view holds of provisions and parties, whatever says so."""
    texts = []
    for seen in view.provisions.values():
        steps: list[tuple[date, date | None, tuple[object, ...]]] = []
        for stretch in seen.stretches:
            said = tuple(reading.text if reading is not None else None for reading in stretch.readings)
            if steps and steps[-1][1:] == (stretch.start, said):
                steps[-1] = (steps[-1][0], stretch.end, said)
            else:
                steps.append((stretch.start, stretch.end, said))
        texts.append(tuple(steps))
    entries = [
        (e.id, e.listed_from, e.through, e.footnote1_from, e.footnote2_from, e.aliases, [p.value for p in e.policies])
        for e in view.entries.values()
    ]
    return tuple(texts), tuple(map(str, entries))


def _scenarios(corpus: Corpus) -> Iterator[Finding]:
    """Every scenario makes a difference, to the law as known today or on the day before it begins."""
    for name, scenario in sorted(corpus.scenarios.items()):
        start = scenario.first_day
        times = (None, start - timedelta(days=1)) if start > date.min else (None,)
        differs = any(
            _says(corpus.view(known=known)) != _says(corpus.view(known=known, scenarios=[name])) for known in times
        )
        what = f"{name} from {start}: {scenario.title}"
        right = "" if differs else ": it says what the law says anyway; give it other days, or another text"
        yield Finding("scenario", differs, name, what + right)


def check_law(corpus: Corpus, *, proofs: bool = True) -> Report:
    """Run every check on a corpus (the loader has checked grammar, literals, edges and cycles before)."""
    view = corpus.view()
    report = Report(list(_cases(corpus, corpus.for_cases.view())))
    report.findings += list(_gaps(corpus, view))
    report.findings += list(_scenarios(corpus))
    if proofs:
        from carveout.decide.prover import prove

        for proof in prove(corpus):
            given_up = " (the prover gave up in time)" if proof.proved is None else ""
            witness = f", against it: {proof.witness}" if proof.proved is False and proof.witness else ""
            report.findings.append(
                Finding(
                    "proof",
                    proof.proved is True,
                    proof.subject,
                    f"{proof.subject}: {proof.claim}{given_up}{witness}",
                )
            )
    return report
