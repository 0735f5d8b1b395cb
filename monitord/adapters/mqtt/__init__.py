"""The door to the broker: topics, one connection at a time, and what waits to be published.

It carries bytes and topics and never looks into a payload; deciding what to say is the daemon's.
Knowledge: OASIS MQTT 3.1.1 and 5.0; the topics of the outside contract, section 4.
"""
