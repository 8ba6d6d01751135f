"""Run the benchmarks and write docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path

from bench import book, one
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
        "Rows near the example book and the law's own cases, a tenth of their cells changed or emptied, screening included.\n"
    )
    parts.append("| what | measured | target |\n|---|---|---|")
    for what, measured, target in book.run():
        parts.append(f"| {what} | {measured} | {target} |")
        print(f"{what}: {measured} (target {target or 'none'})")
    Path("docs/benchmarks.md").write_text("\n".join(parts) + "\n", encoding="utf-8")


main()
