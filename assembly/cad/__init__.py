"""The robot's parts as code; it needs the environment of assembly/requirements.txt."""
