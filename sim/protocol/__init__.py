"""The table: its state, who acts when, what an act changes, consent, aftermath, the result (RULES.md clauses 8 to 12)."""
