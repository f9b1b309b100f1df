"""The allocation laboratory: the same money under several rules, who gains, who loses, how sure."""
