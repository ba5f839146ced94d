"""Layer 1: equations of motion, estimation, smoothness and linear control theory."""
