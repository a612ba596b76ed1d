"""Whether a fake answers as the connector does that it stands for."""
