"""``python -m carveout``."""

from carveout.doors.cli import main

if __name__ == "__main__":
    main()
