"""Step-free transfer maps of subway stations, from open data and field surveys."""

__version__ = "0.1.0"
