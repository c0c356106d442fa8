"""A world that makes calls.

A run is a pure path: a scenario becomes a plan, a plan and a seed become a workload, a plan and a
workload become a call log, and a call log becomes a result. Imports run against that flow.
"""
