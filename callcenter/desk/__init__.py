"""What the centre does when something happens: one use case, one transaction.

Everything comes in as constructor arguments: the store, the time, the catalogue, the calendar.
"""
