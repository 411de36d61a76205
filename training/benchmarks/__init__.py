"""Public sets, through the bundle and the detectors that serve."""
