"""The tick: what waits is read, journaled and stepped, and each command gets its outcome."""
