"""Replacing the radio network of a carrier while it stays in service: what happens at which site, when, how and by whom."""
