"""Metrics: from a fund's history, or from money by area, to numbers."""
