"""A real connector on this machine."""
