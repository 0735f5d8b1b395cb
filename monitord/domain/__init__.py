"""The words of the house: what may come in, what may go out, and the units both are told in."""
