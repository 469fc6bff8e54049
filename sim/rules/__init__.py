"""The rules of the game (RULES.md clauses 2 to 7 and 10), written once as small pure compiled functions."""
