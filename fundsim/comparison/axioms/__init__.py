"""Axiom cards: what a rule keeps and what it breaks on the data at hand, with counter-examples.

An axiom is tried on many cases. One case that breaks it is a counter-example; that none was found
proves nothing.
"""
