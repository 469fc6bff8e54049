"""The classroom: people take seats in a browser, simulated parties fill the rest, at the table and by the rules of every face."""
