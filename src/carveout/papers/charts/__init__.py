"""The pictures people look at, one a module. Each takes results and gives a :class:`~carveout.papers.picture.Picture`."""
