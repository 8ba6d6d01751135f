"""Carveout: may this transaction go ahead on this date, and under which authorization.

Law kept as dated data, one small engine that decides on a day as known on a day, and the doors to it.
Not legal advice; liability under these rules is strict; other countries' regimes are out of scope.
"""

__version__ = "0.1.0"
