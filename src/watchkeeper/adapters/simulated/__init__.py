"""The pretend data centre: a world that knows nothing of the detector, and every port on it."""
