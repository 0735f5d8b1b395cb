"""What is kept as proof: the journal of this run, and the audit."""
