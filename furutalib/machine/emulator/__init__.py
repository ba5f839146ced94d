"""The emulated robot: chips, encoders, wires and the world behind them."""
