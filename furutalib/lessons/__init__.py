"""Layer 4: what the notebooks and the command line use."""
