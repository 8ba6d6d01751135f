"""``receipt``: proof of past determinations: the key, the check, the replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from carveout.doors.cli.shared import REFUSED, Stop, counted, emit, say

if TYPE_CHECKING:
    from carveout.book.decide_book import Asked
    from carveout.book.ledger import Ledger
    from carveout.book.replay import Replayed
    from carveout.decide.receipt import Verified
    from carveout.decide.signing import Signer
    from carveout.law.corpus import Corpus

app = typer.Typer(
    no_args_is_help=True, help="Proof of past determinations: signed, chained, replayed.", rich_markup_mode=None
)

File = Annotated[str, typer.Argument(help="The receipts: NDJSON, as determine --receipts writes it.", metavar="FILE")]
Key = Annotated[
    str | None,
    typer.Option("--key", help="The public key that is trusted: a .pub file, or 64 hex digits.", metavar="PUBLIC"),
]
Head = Annotated[
    str | None,
    typer.Option("--head", help="The hash of the last line, as it was kept; shows a file cut back.", metavar="HASH"),
]
Json = Annotated[bool, typer.Option("--json", help="One compact JSON object per line.")]


@app.callback()
def receipt() -> None:
    """Proof of past determinations: signed, chained, replayed."""


@app.command()
def key(
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", help="The key file; else CARVEOUT_KEY, else the user's data folder.", metavar="FILE"
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Make none; print the public key of the one there is.")] = False,
) -> None:
    """Make the key that signs receipts: a file that only its owner reads, its public half (.pub) beside it.

    The public key is printed: give it to those who will check your receipts, by a way they trust.

    Exit codes: 0 done, 2 there is a key already, or it cannot be written.
    """
    from carveout.decide.signing import KeyProblem, key_id, key_path, make_key, public_path, read_key

    path = Path(output) if output else key_path()
    try:
        signer = read_key(path) if show else make_key(path)
    except KeyProblem as problem:
        raise Stop(str(problem)) from None
    typer.echo(signer.public)
    say(f"Key id {key_id(signer.public)}.")
    if not show:
        say(
            f"Written to {path}, public half {public_path(path)}. Keep the first secret and backed up; give the second away."
        )


@app.command()
def verify(file: File, key: Key = None, head: Head = None, json: Json = False) -> None:
    """Check every line of a file: one spelling, the chain, the hashes, the signatures, the seal at its end.

    Without --key the file is checked against the key it names itself, which is printed to be compared. Without --head a
    file cut back to an earlier seal is a whole file.

    Exit codes: 0 it holds, 1 refused, 2 a file that cannot be read.
    """
    held = _verified(file, key, head)
    if json:
        emit({"receipts": len(held.receipts), "lines": held.lines, "key": held.key, "public": held.public,
              "head": held.head, "trusted": key is not None})  # fmt: skip
    else:
        typer.echo(f"{counted(len(held.receipts), 'receipt')} verified, signed by {held.key}, last line {held.head}.")
    if key is None:
        say(_whose(held))


@app.command()
def replay(
    file: File,
    key: Key = None,
    head: Head = None,
    row: Annotated[str | None, typer.Option("--id", help="Only the receipts of this row.", metavar="ID")] = None,
    law: Annotated[
        str | None,
        typer.Option(
            "--law", help="The folder of the corpus that the receipts name, where it is not this one.", metavar="DIR"
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Decide every receipt again from its recorded facts, day, knowledge and scenarios, and compare.

    The law should be the recorded one: where its hash is another, that is said, and the comparison still made.

    Exit codes: 0 every outcome is the same, 1 refused or an outcome differs, 2 a file that cannot be read.
    """
    from carveout.book.replay import DIFFERS, SAME, replay

    held = _verified(file, key, head)
    if key is None:
        say(_whose(held))
    chosen = [one for one in held.receipts if row is None or one["row"] == row]
    if row is not None and not chosen:
        raise Stop(f"{file} has no receipt of the row {row!r}")
    laws: dict[tuple[Any, ...], Corpus] = {}
    verdicts: Counter[str] = Counter()
    surroundings: dict[str, tuple[str, str]] = {}
    for one in chosen:
        wanted = (one["law"]["corpus"], *sorted(one["law"]["pages"].items()))
        if wanted not in laws:
            laws[wanted] = _law(one["law"]["corpus"], tuple(sorted(one["law"]["pages"].items())), law)
        found = replay(one, laws[wanted])
        verdicts[found.verdict] += 1
        surroundings.update(found.otherwise)
        if json:
            emit({"id": found.row, "on": found.on, "verdict": found.verdict,
                  "otherwise": dict(found.otherwise), "differing": dict(found.differing)})  # fmt: skip
        elif found.verdict != SAME:
            _tell(found)
    for name, (then, now) in surroundings.items():
        what = {"engine": "engine", "law": "law", "tables": "EAR tables"}.get(name, name)
        say(f"Not the recorded {what}: {then or 'none'} then, {now or 'none'} here.")
    same = verdicts[SAME]
    say(f"{counted(len(chosen), 'receipt')} replayed: {same:,} alike to the last field, "
        f"{verdicts['same_outcome']:,} with the same outcome only, {verdicts[DIFFERS]:,} with another outcome.")  # fmt: skip
    if verdicts[DIFFERS]:
        raise typer.Exit(REFUSED)


def _tell(found: Replayed) -> None:
    typer.echo(f"{found.row} on {found.on}: {found.verdict.replace('_', ' ')}")
    for name, (then, now) in found.differing.items():
        typer.echo(f"  {name}: {then} then, {now} now")


def signer() -> Signer:
    """The user's key.

    Raises:
        Stop: there is none, or it cannot be used.
    """
    from carveout.decide.signing import KeyProblem, key_path, read_key

    try:
        return read_key(key_path())
    except KeyProblem as problem:
        raise Stop(str(problem)) from None


def _verified(file: str, key: str | None, head: str | None) -> Verified:
    from carveout.decide.receipt import Refused
    from carveout.decide.receipt import verify as check

    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise Stop(f"{file}: {(error.strerror or 'it cannot be read').lower()}; name a file of receipts") from None
    try:
        return check(data, public=_public(key) if key else None, head=head)
    except Refused as refused:
        raise Stop(f"{file} is refused: {refused}", REFUSED) from None


def _public(key: str) -> str:
    from carveout.decide.signing import KeyProblem, read_public

    if len(key) == 64 and set(key) <= set("0123456789abcdef"):
        return key
    try:
        return read_public(Path(key))
    except KeyProblem as problem:
        raise Stop(str(problem)) from None


def _whose(held: Verified) -> str:
    """Whether the key is the user's own; else that nobody vouched for it."""
    from carveout.decide.signing import KeyProblem, key_path, public_path, read_public

    try:
        own = read_public(public_path(key_path()))
    except KeyProblem:
        own = ""
    if own == held.public:
        return "The key is your own."
    return f"Nobody vouched for the key {held.public}: compare it with the signer's, or name it with --key."


def _law(recorded: str, pages: tuple[tuple[str, str], ...], folder: str | None) -> Corpus:
    """The law of a hash where it is at hand: a folder, the bundled law, or that with the imported lists; else the last."""
    from carveout.law.corpus import bundled_with, load, read_folder
    from carveout.law.error import LawError
    from carveout.parties.held_law import law_with_lists
    from carveout.parties.unreadable import Unreadable

    try:
        if folder is not None:
            return load({**read_folder(Path(folder)), **dict(pages)})
        plain = bundled_with(pages)
        return plain if plain.hash == recorded else law_with_lists(pages)
    except LawError as error:
        raise Stop(f"the recorded law cannot be laid here:\n{error}") from None
    except Unreadable as error:
        raise Stop(f"the imported lists cannot be read: {error}") from None


@contextmanager
def ledger_of(file: str | None, asked: Asked) -> Iterator[Ledger | None]:
    """The ledger of a file, sealed at the end."""
    if file is None:
        yield None
        return
    from carveout.book.ledger import ledger
    from carveout.book.reader import BookError

    try:
        with ledger(Path(file), signer(), asked) as found:
            yield found
    except BookError as error:
        raise Stop(str(error)) from None
    say(
        f"Written to {file}: {counted(found.written, 'receipt')}, sealed; the last line has the hash {found.chain.head}."
    )
