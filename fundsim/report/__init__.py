"""Answers told to people: the summary of a run, and the documents that are made of it."""
