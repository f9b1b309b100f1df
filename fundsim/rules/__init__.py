"""The catalogues of rules: inflows, returns, inflation, spending and allocation."""
