"""The network, its weights, and the bundle it becomes."""
