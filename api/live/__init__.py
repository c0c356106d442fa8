"""The live part of the service: what listens, what shows, and what it costs to watch."""
