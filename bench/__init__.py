"""Measurements of the tool; each module is one command. They need the sample beside the project, and say so without."""
