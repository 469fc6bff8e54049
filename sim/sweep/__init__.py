"""Many runs: which (design), how (run, executors), on disk (sim.store)."""
