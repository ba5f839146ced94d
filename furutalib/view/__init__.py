"""What a learner looks at: the 3D scene, plots, tables, the dashboard of a training."""
