"""Standard instances that are held outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def schedules() -> Path:
    folder = Path(os.environ.get("CARVEOUT_TEST_DATA", "")) / "schedules"
    if not os.environ.get("CARVEOUT_TEST_DATA") or not folder.is_dir():
        pytest.skip("CARVEOUT_TEST_DATA names no folder with schedules/")
    return folder
