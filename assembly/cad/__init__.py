"""The robot's printed parts as code, where everything sits, and checks of both."""
