"""Layer 3: environments, rewards, controllers, training, evaluation and policies."""
