"""Measurements: `make bench` prints a table, `make bench ARGS=--json` figures that a program can read."""
