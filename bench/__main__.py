"""Run the benchmarks and write docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path

from bench import (
    bill,
    book,
    grown,
    kept,
    lapses,
    one,
    ownership,
    peers,
    plan_apps,
    plan_migration,
    plan_schedules,
    plan_sourcing,
    screen,
    screened_book,
)
from bench.machine import machine
from carveout.facts.clock import today

HEAD = """# Benchmarks

Written by `make bench`. Medians on a quiet machine; absolute times move with the machine, so read ratios where there are
any. Machine: {machine}. Run on {day}.
"""


def main() -> None:
    """All benchmarks, in the order in which a reader meets the program."""
    parts = [HEAD.format(machine=machine(), day=today())]
    rows = one.run()
    parts.append("## One transaction\n")
    parts.append("Over every row of the example book, after loading.\n")
    parts.append("| what | median | target |\n|---|---|---|")
    parts += [f"| {what} | {ms:.3g} ms | {target} |" for what, ms, target in rows]
    for what, ms, target in rows:
        print(f"{what}: {ms:.3g} ms (target {target or 'none'})")
    parts.append("\n## A book\n")
    parts.append(
        "A trader's book: relations that take a few families of products on any day. Every row of its own kind: rows near the\n"
        "example book and the law's own cases, a tenth of their cells changed or emptied. Screening included in both.\n"
    )
    parts.append("| what | measured | target |\n|---|---|---|")
    for what, measured, target in book.run():
        parts.append(f"| {what} | {measured} | {target} |")
        print(f"{what}: {measured} (target {target or 'none'})")
    parts.append("\n## A kept determination under other law\n")
    parts.append(
        "What flips under a scenario, asked of the kinds kept with `determine --save`, beside the same from scratch.\n"
    )
    parts.append("| what | measured | target |\n|---|---|---|")
    for what, measured, target in kept.run():
        parts.append(f"| {what} | {measured} | {target} |")
        print(f"{what}: {measured} (target {target or 'none'})")
    parts.append("\n## A book screened against the whole list\n")
    parts.append("One command from a cold start, the Consolidated Screening List imported beforehand.\n")
    parts.append("| what | measured | target |\n|---|---|---|")
    for what, measured, target in screened_book.run():
        parts.append(f"| {what} | {measured} | {target} |")
        print(f"{what}: {measured} (target {target or 'none'})")
    parts.append("\n## A bill of materials\n")
    parts.append("Controlled US content of a nested bill in CSV, toward China, with what is missing as ranges.\n")
    parts.append("| what | measured | target |\n|---|---|---|")
    for what, measured, target in bill.run():
        parts.append(f"| {what} | {measured} | {target} |")
        print(f"{what}: {measured} (target {target or 'none'})")
    parts.append("\n## Owners\n")
    parts.append("The 50 percent rule over made-up shareholdings, a third of them known within bounds only.\n")
    parts.append("| what | measured | target |\n|---|---|---|")
    for what, measured, target in ownership.run():
        parts.append(f"| {what} | {measured} | {target} |")
        print(f"{what}: {measured} (target {target or 'none'})")
    parts.append("\n## Plan B: apps\n")
    parts.append(
        "500 services, 10,000 apps, 12 periods, made up from what app files show; 60 s, law asked and instance built included.\n"
        "Then as many without any structure of ours, who uses what drawn in several ways, 60 s each.\n"
    )
    parts.append("| what | measured | target |\n|---|---|---|")
    for what, measured, target in plan_apps.run():
        parts.append(f"| {what} | {measured} | {target} |")
        print(f"{what}: {measured} (target {target or 'none'})")
    parts.append("\n## Plan B: migration\n")
    parts.append("A carrier of 418 sites over 36 months, grown from the published figures, by the command line.\n")
    parts.append("| what | measured | target |\n|---|---|---|")
    for what, measured, target in plan_migration.run():
        parts.append(f"| {what} | {measured} | {target} |")
        print(f"{what}: {measured} (target {target or 'none'})")
    for section in (
        plan_sourcing.section,
        plan_schedules.section,
        screen.section,
        lapses.section,
        grown.section,
        peers.section,
    ):
        lines = section()
        print("\n".join(line for line in lines if line.startswith(("|", "Not measured"))))
        parts += lines
    Path("docs/benchmarks.md").write_text("\n".join(parts) + "\n", encoding="utf-8")


main()
