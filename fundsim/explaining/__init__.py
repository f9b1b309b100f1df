"""Why an area gets what it gets, on the told path of a run: every step, from a pound to a penny.

Nothing is simulated for it: the journal of a run's folder says what moved, and the rules say why.
"""
