"""What a game is: issues, parties, venues, scenario files, frozen tables, and the measures of a game."""
