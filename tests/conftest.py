"""Hypothesis profiles, and the public list data that some tests read."""

import os
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

CI = os.environ.get("CI") == "true"

settings.register_profile("default", deadline=None, max_examples=100, derandomize=CI)
settings.register_profile("soak", deadline=None, max_examples=5000, derandomize=False)
own = tempfile.TemporaryDirectory(prefix="carveout-tests-", ignore_cleanup_errors=True)
os.environ["CARVEOUT_LISTS"] = str(Path(own.name) / "lists")  # never the lists of whoever runs the tests
os.environ["CARVEOUT_TABLES"] = str(Path(own.name) / "tables")
os.environ["CARVEOUT_KEY"] = str(Path(own.name) / "receipt-key.pem")
settings.load_profile("default")  # `--hypothesis-profile=soak` is applied after this


@pytest.fixture(autouse=True)
def no_imported_tables(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees the EAR tables that the user of this machine has imported."""
    monkeypatch.setenv("CARVEOUT_TABLES", str(tmp_path_factory.getbasetemp() / "no tables"))


def absent(what: str) -> NoReturn:
    """Skip the test, saying what is missing; with CI=true nothing may be missing, so fail it."""
    if CI:
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def test_data(pytestconfig: pytest.Config) -> Path:
    """The folder of public list data named by CARVEOUT_TEST_DATA, relative to the repository."""
    named = os.environ.get("CARVEOUT_TEST_DATA")
    if not named:
        absent("public list data: CARVEOUT_TEST_DATA is not set (`make test` sets it)")
    folder = pytestconfig.rootpath / named
    if not folder.is_dir():
        absent(f"public list data: CARVEOUT_TEST_DATA names {named}, which is not a folder")
    return folder
