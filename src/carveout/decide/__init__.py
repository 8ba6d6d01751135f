"""The engine: two equations over an algebra of truth, and what is read off their solution."""
