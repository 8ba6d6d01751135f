"""Replace the system: which services to build and which apps to win, so that most users stay."""
