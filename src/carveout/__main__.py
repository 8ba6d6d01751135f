"""``python -m carveout``."""

from carveout.doors.cli import main

main()
