"""Simulate, train and run a Furuta pendulum."""
