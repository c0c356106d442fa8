"""What is carried: telephony events between a switch and the centre, over MQTT or within a process.

Everybody outside speaks `port` (two methods), `codec` and `topics`; only `line` and `broker` know the
broker's libraries. Delivery is at least once and in the order of one publisher: whoever receives must
be idempotent, commits first and acknowledges after.
"""
