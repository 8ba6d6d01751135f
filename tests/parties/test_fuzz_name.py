"""Hostile text for the normalizer and the scorer: no crash, no loop, no broken promise, for minutes on end.

``CARVEOUT_SOAK_SECONDS`` says how long each of the two goes on (default 300).
"""

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carveout.parties.name import read_name
from carveout.parties.score import score
from tests.conftest import absent

SECONDS = int(os.environ.get("CARVEOUT_SOAK_SECONDS", "300"))
HOSTILE = st.one_of(
    st.text(),
    st.text(st.characters(categories=["Cf", "Cc", "Mn", "Me", "Zs", "Lo", "Lm", "Nl", "No", "Po", "So"])),
    st.text(st.characters(min_codepoint=0x0370, max_codepoint=0x06FF)),
    st.text(st.characters(min_codepoint=0x2E80, max_codepoint=0x9FFF)),
    st.text("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200c\u200d\ufeff\u0430\u03bfaeolst.'-& 019IVX"),
    st.lists(st.sampled_from(["Ltd.", "Co.,", "L.L.C.", "GmbH", "&", "KG", "S.A.", "de", "C.V.", "Sp.", "z", "o.o.", "New", "York", "Hong", "Kong", "II", "V", "44", "forty", "four", "bin", "al", "O'", "Mc", "the"]))
    .map(" ".join),
    st.builds(lambda part, times: (part * times)[:4096], st.text(min_size=1, max_size=6), st.integers(1, 4096)),
)  # fmt: skip
BYTES = st.binary(max_size=200).map(
    lambda data: data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
)


def rounds(examples: int) -> None:
    """That many examples through every promise of ``fuzz_name``, without its fuzzer."""
    promises = _promises()

    @settings(max_examples=examples, database=None, deadline=10_000, suppress_health_check=list(HealthCheck))
    @given(HOSTILE, HOSTILE, st.sampled_from(["organization", "person", "vessel", "any"]))
    def hold(one: str, other: str, kind: str) -> None:
        promises.check_name(one)
        promises.check_pair(one, other, kind)

    hold()


def _promises():  # type: ignore[no-untyped-def]
    if importlib.util.find_spec("atheris") is None:
        absent("atheris: the promises are stated beside the fuzzer")
    from tests.parties import fuzz_name

    return fuzz_name


def test_hostile_text_is_read_or_refused() -> None:
    rounds(150)


def test_lone_surrogates_are_no_letters() -> None:
    assert read_name("Hua\ud800wei").core == ("huawei",)
    assert score(read_name("\udfff"), read_name("Huawei")).value == 0.0


@pytest.mark.soak
def test_hostile_text_for_minutes() -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        rounds(2_000)


@pytest.mark.soak
def test_guided_by_coverage_for_minutes(tmp_path: Path) -> None:
    _promises()
    program = Path(__file__).with_name("fuzz_name.py")
    seeds = [
        "Huawei Technologies Co., Ltd.",
        "Владимир Путин",
        "华为技术有限公司",
        "محمد بن سلمان",
        "O'Brien & Söhne GmbH",
        "Fund VII",
    ]
    for number, seed in enumerate(seeds):
        (tmp_path / str(number)).write_bytes(seed.encode("utf-8"))
    done = subprocess.run(
        [sys.executable, str(program), str(SECONDS), str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
