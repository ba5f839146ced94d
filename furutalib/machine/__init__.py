"""Layer 2: robots, simulated and real, behind one protocol."""
