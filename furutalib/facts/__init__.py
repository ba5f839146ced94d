"""Layer 0: errors, files, and the description of a robot; standard library only."""
