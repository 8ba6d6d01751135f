"""The command line: ``carveout``. Results on stdout, messages on stderr, exit codes as in the contract."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; a mistake of the user ends in one sentence and exit code 2, never in a traceback."""
    from carveout.doors.cli.app import app
    from carveout.doors.cli.shared import Stop

    try:
        app(prog_name="carveout", standalone_mode=True)
    except Stop as stop:
        print(f"carveout: {stop}", file=sys.stderr)
        raise SystemExit(stop.code) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
