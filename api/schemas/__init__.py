"""Shapes on the wire: what a client may send, and what it gets. No rule of the centre is here."""
