"""The seal of a plan: a checksum over all of it, so that no figure changes unnoticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SEAL = "seal"


def seal_of(plan: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a plan without its seal."""
    text = json.dumps(
        {k: v for k, v in plan.items() if k != SEAL}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()
