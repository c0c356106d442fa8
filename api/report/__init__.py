"""The report: one file that opens offline, in Korean and English, on a screen and on paper."""

from api.report.page import render

__all__ = ["render"]
