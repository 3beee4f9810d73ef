"""Raw data in, typed facts out: one module for each format."""
