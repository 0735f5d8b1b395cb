"""What the clinicians wrote: packs, their language and their cases."""
