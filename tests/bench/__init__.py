"""Timings, off by default: `make bench`."""
