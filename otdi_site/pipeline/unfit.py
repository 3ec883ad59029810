"""What the parts of the short way say where it cannot be gone; nothing else."""


class UnfitError(Exception):
    """More than texts changed, or that cannot be told."""
