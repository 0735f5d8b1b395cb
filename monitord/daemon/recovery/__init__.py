"""The start: the ward is rebuilt from the journals of the runs before."""
