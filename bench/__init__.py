"""Benchmarks: measured as ratios on a quiet machine, never as timed tests. ``make bench`` writes docs/benchmarks.md."""
