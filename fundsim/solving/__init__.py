"""The largest spending that meets a target: how much, how sure, and what less or more would do."""
