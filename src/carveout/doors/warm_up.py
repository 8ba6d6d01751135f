"""``python -m carveout.doors.warm_up``: compile what planners and large books compile, so that the first does not wait for it.

Done once when the program is installed; where it was not, or its files cannot be written, the first run of each does it beside
its work and keeps the result for the user, or for that run alone.
"""

from __future__ import annotations


def main() -> None:
    """Compile everything, or load what was compiled before."""
    from carveout.book import word_kernel
    from carveout.plan.apps import renewal as apps
    from carveout.plan.migration import renewal as migration
    from carveout.plan.schedule import evolution

    word_kernel.warm()
    evolution.warm()
    migration.warm()
    apps.warm()


if __name__ == "__main__":
    main()
