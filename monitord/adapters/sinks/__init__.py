"""The channels by which people are told, one file each, all held to one contract suite.

Knowledge of what a sink promises is in `sink`; none of them decides whom to tell, or when.
"""
