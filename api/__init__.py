"""The doors of the house: the command line and whatever else lets people in.

The only building that knows both the call centre and the simulation; it wires them together.
"""
